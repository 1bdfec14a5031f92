"""What a run without witnesses sends in the place of its cells: what was recorded of them in the run before.

So the same timelines are read, the same report and the same views are written, and the difference between the two is
what the witnesses cost.
"""

from functools import cache
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from shared_scenarios.cell import FAILED_STATES, Cell
from shared_scenarios.runner import worker
from shared_scenarios.runner.messages import Message, encode
from shared_scenarios.timeline import Connection, Statement


def keep(report: Path, folder: Path) -> None:
    """Keep the cells of a report as their workers have sent them: a file for each worker, a line for each cell."""
    # Imported here, because those who replay them would pay for it.
    from shared_scenarios.report.read import read_report

    kept: dict[Path, list[bytes]] = {}
    for cell in read_report(report).cells:
        kept.setdefault(_file(folder, cell), []).append(f"{cell.case} ".encode() + encode(_as_sent(cell)))
    for file, lines in kept.items():
        file.write_bytes(b"\n".join(lines))


def _as_sent(cell: Cell) -> Cell:
    """A worker leaves it to the parent to read what is on the timeline."""
    if cell.state == "promise broken":
        cell = replace(cell, state="observed")
    return replace(cell, outcome="", facts={}, broken=[])


def replay(folder: Path) -> None:
    """Have workers send these; a cell that failed is sent as it is, so that the run fails too."""
    as_ever = worker.send

    def send(out: BinaryIO, message: Message) -> None:
        if isinstance(message, Cell) and message.state not in FAILED_STATES:
            assert _is_bare(message), f"{message.case} was recorded, and was to be played without witnesses"
            out.write(_kept(_file(folder, message))[message.case.encode()] + b"\n")
        else:
            as_ever(out, message)

    worker.send = send


def _is_bare(cell: Cell) -> bool:
    """Whether nothing of the answer was written down; a second writer's statements always are."""
    return not any(isinstance(one, (Connection, Statement)) and _is_answers(one) for one in cell.timeline)


def _is_answers(event: Connection | Statement) -> bool:
    return isinstance(event, Connection) or event.actor == "answer"


def _file(folder: Path, cell: Cell) -> Path:
    return folder / f"{cell.implementation}-{cell.database}.cells"


@cache
def _kept(file: Path) -> dict[bytes, bytes]:
    return dict(line.split(b" ", 1) for line in file.read_bytes().split(b"\n"))

"""What a timeline says: the outcome, the facts, and which promises did not hold.

A run reads it in a process that imports no ORM, of the record alone: who was recorded has no say in it.
"""

from traceback import walk_tb

from shared_scenarios.cell import Cell
from shared_scenarios.evidence.facts import common_facts
from shared_scenarios.evidence.failure import failure
from shared_scenarios.scenario import Case
from shared_scenarios.timeline import Timeline


def read(cell: Cell, case: Case) -> Cell:
    """The cell, with what its timeline says if it was observed."""
    if cell.state == "observed":
        try:
            _read(cell, case)
        except Exception as error:  # noqa: BLE001  # as when it is played, this is the matter of one cell
            failed(cell, error)
    return cell


def failed(cell: Cell, error: BaseException) -> None:
    """It has no result, because of this."""
    cell.state, cell.failure, cell.reason = "error", failure(error), _where(error)


def _read(cell: Cell, case: Case) -> None:
    seen = Timeline(cell.timeline)
    reading = case.scenario.read(seen)
    cell.outcome = reading.outcome
    cell.facts = {**common_facts(seen), **reading.facts}
    cell.broken = [promise.text for promise in case.scenario.promises if not promise.holds(seen)]
    if cell.broken:
        cell.state = "promise broken"


def _where(error: BaseException) -> str:
    """The innermost place of an exception, for who has to mend it; what Python does to import a file is no place."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    places = ((frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__))
    own = [f"{file}:{line}" for file, line in places if not file.startswith("<frozen ")]
    return own[-1] if own else ""

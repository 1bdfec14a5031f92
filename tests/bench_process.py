"""One process of the benchmark: the floor of one ORM, or its cells played with or without the witnesses."""

import gc
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the floor imports nothing of ours but what its ORM's models need
    from shared_scenarios.cell import Cell
    from shared_scenarios.evidence.room import Room
    from shared_scenarios.scenario import Case, Scenario

SCHEMA = (
    "CREATE TABLE kols (id INTEGER PRIMARY KEY, twitter_handle VARCHAR(50) NOT NULL UNIQUE, "
    "is_vip BOOLEAN NOT NULL DEFAULT FALSE, last_checked_at DATETIME)",
    "CREATE TABLE tweets (id INTEGER PRIMARY KEY, text VARCHAR(280) NOT NULL, kol_id INTEGER NOT NULL REFERENCES kols)",
    "INSERT INTO kols (twitter_handle) VALUES ('@ada')",
)


def floor(module: str, statements: str, database: str) -> None:
    """Import the ORM with its models, then send the statements of each cell to a fresh copy of a database."""
    gc.disable()
    _import(module)
    path = Path(database)
    template = _template(path)
    for cell in json.loads(Path(statements).read_text()):
        path.unlink(missing_ok=True)
        path.write_bytes(template)
        _send(path, cell)


def _import(module: str) -> None:
    """Django has no models before it is set up."""
    if module.startswith("django_impl"):
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "django_impl.settings"
        django.setup()
    import_module(module)
    import_module(module.replace("database", "models"))


def _template(path: Path) -> bytes:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for statement in SCHEMA:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path.read_bytes()


def _send(path: Path, cell: list[tuple[str, str, list[Any]]]) -> None:
    connections: dict[str, sqlite3.Connection] = {}
    for name, text, values in cell:
        if name not in connections:
            connections[name] = sqlite3.connect(path, isolation_level=None, timeout=0)
        with suppress(sqlite3.Error):
            connections[name].execute(text, values).fetchall()
    for connection in connections.values():
        connection.close()


def further(orm: str, how: str) -> None:
    """Play each second cell as a worker does, then the others, and say the seconds of CPU that one of these took.

    Cells that are not applicable take no time, and would make all look quick.
    """
    gc.disable()
    from shared_scenarios.catalogue import cases
    from shared_scenarios.runner.reading import read

    if how == "silent":
        _record_nothing()
    with _playing(orm) as play:
        for case in cases()[::2]:
            play(case)
        start = time.process_time()
        cells = [read(play(case), case) if how == "recorded" else play(case) for case in cases()[1::2]]
        played = sum(cell.state != "not applicable" for cell in cells)
        print((time.process_time() - start) / played)


@contextmanager
def _playing(orm: str) -> "Iterator[Callable[[Case], Cell]]":
    from shared_scenarios.runner import play as playing
    from shared_scenarios.runner.messages import encode
    from shared_scenarios.runner.registry import choose
    from shared_scenarios.runner.venue import Venue
    from shared_scenarios.targets.address import Database

    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ormatrix-bench-", dir=memory) as folder:
        venue = Venue(choose([orm])[0].implementation, Database("sqlite"), Path(folder))

        def play(case: "Case") -> "Cell":
            cell = playing.record(case, venue)
            encode(cell)
            return cell

        yield play
        venue.close()


class SilentStage:
    """Marks nothing, looks at nothing. Another process still writes where the scenario has it do so at a checkpoint."""

    def __init__(self, scenario: "Scenario", recorder: object, room: "Room", look: object) -> None:
        self._turns, self._room = scenario.meanwhile, room

    def checkpoint(self, name: str, /, **_: object) -> None:
        from shared_scenarios.scenario import SecondWriter

        turns = self._turns.get(name, ())
        for turn in turns if isinstance(turns, tuple) else (turns,):
            if isinstance(turn, SecondWriter):
                list(self._room.write(turn.statements, refusable=True))

    @contextmanager
    def attempt(self, name: str, /, **_: object) -> Any:
        with suppress(Exception):
            yield
        self.checkpoint(name)

    def during(self, verb: str, act: Callable[[], object], /) -> None: ...

    def finish(self) -> None: ...


def run_with(worker: Callable[[str], None], kept: str, *arguments: str) -> None:
    """`ormatrix` with workers of another kind, which send what was `kept` of a run with all witnesses."""
    from shared_scenarios.cli import main
    from shared_scenarios.runner import stem

    stem.START = f"from tests.bench_process import {worker.__name__} as worker; worker({kept!r})"
    sys.argv[1:] = arguments
    main()


def recording_worker(_: str) -> None:
    """A worker as it is, that has come the way of the others."""
    from shared_scenarios.runner import nest
    from tests import bench_replay  # noqa: F401

    nest.main()


def silent_worker(kept: str) -> None:
    """A worker without the three witnesses, and with all else."""
    from shared_scenarios.runner import nest
    from tests.bench_replay import replay

    _record_nothing()
    replay(Path(kept))
    nest.main()


def direct_worker(kept: str) -> None:
    """A worker whose drivers go straight to the server."""
    from shared_scenarios.runner import nest
    from tests.bench_cells import without_proxy
    from tests.bench_replay import replay

    without_proxy()
    replay(Path(kept))
    nest.main()


def _record_nothing() -> None:
    from shared_scenarios.evidence.sqlite_wire import Wire
    from shared_scenarios.runner import play as playing
    from shared_scenarios.targets import sqlite

    for owner, name, silent in (
        (playing, "RecordingStage", SilentStage),
        (sqlite, "install", _nothing),
        (Wire, "watch", _nothing),  # it would take every connection for a stranger's, and the file would be made anew
    ):
        assert hasattr(owner, name), name  # what has another name by now would go on recording
        setattr(owner, name, silent)


def _nothing(*_: object) -> None: ...


if __name__ == "__main__":
    roles: dict[str, Callable[..., None]] = {
        "floor": floor,
        "further": further,
        "recording-run": partial(run_with, recording_worker),
        "silent-run": partial(run_with, silent_worker),
        "direct-run": partial(run_with, direct_worker),
    }
    roles[sys.argv[1]](*sys.argv[2:])

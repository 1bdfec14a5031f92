"""Plays an implementation's cases as a worker does, and writes down a second time everything that its proxy saw.

A cell ends before its connections do, and the schema is made before the first: the server's log has it all, so
everything has to be known here too. Run as a program: a job in, a `Doubled` out.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec

from shared_scenarios.catalogue import cases
from shared_scenarios.cell import Cell
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.evidence.wire.link import By
from shared_scenarios.evidence.wire.protocol import Began, Greeted, Happening
from shared_scenarios.evidence.wire.sink import RecordingSink, Seen
from shared_scenarios.runner.messages import Job
from shared_scenarios.runner.play import play
from shared_scenarios.runner.worker import open_venue
from shared_scenarios.targets import server as targets
from shared_scenarios.targets.open import dialect_of
from shared_scenarios.timeline import Statement


class Played(msgspec.Struct):
    """A cell, and the server's numbers of its connections."""

    cell: Cell
    backends: dict[str, int]


class Doubled(msgspec.Struct):
    """`seen`: every statement of every proxied connection, by the server's number for it, and how many of them came
    while a cell was played. `harness`: the server's numbers of the harness's own connections.
    """

    cells: list[Played] = []
    seen: dict[int, list[Statement]] = {}
    inside: dict[int, int] = {}
    harness: list[int] = []


class DoublingSink(RecordingSink):
    """Tells everything to another sink too, for which there is but one cell, without end."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.everything = Recorder(recorder.frames)
        self.double = NamingSink(self.everything)
        self.names: dict[tuple[int, str], int] = {}
        self.inside: dict[int, int] = {}

    def opened(self, link: int) -> None:
        super().opened(link)
        self.double.opened(link)

    def happening(self, link: int, what: Happening) -> None:
        super().happening(link, what)
        self.double.happening(link, what)
        seen = self._links[link]
        if isinstance(what, Began) and seen.name and self._is_current(seen):
            assert seen.backend is not None
            self.inside[seen.backend] = self.inside.get(seen.backend, 0) + 1

    def faulted(self, link: int, number: int, what: str) -> None:
        super().faulted(link, number, what)
        self.double.faulted(link, number, what)

    def closed(self, link: int, by: By) -> None:
        super().closed(link, by)
        self.double.closed(link, by)

    def _greeted(self, seen: Seen, what: Greeted) -> None:
        super()._greeted(seen, what)
        self.names[seen.play, seen.name] = what.backend or 0


class NamingSink(RecordingSink):
    """Knows the server's number of every connection."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.numbers: dict[str, int] = {}

    def _greeted(self, seen: Seen, what: Greeted) -> None:
        super()._greeted(seen, what)
        self.numbers[seen.name] = what.backend or 0


def noting(connect: Callable[..., Any], harness: list[int]) -> Callable[..., Any]:
    """The harness's own way to connect, with the server's numbers noted."""

    @wraps(connect)
    def connected(dialect: Any, *arguments: Any) -> Any:
        connection = connect(dialect, *arguments)
        harness.append(dialect.backend(connection))
        return connection

    return connected


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    told = Doubled()
    dialect = type(dialect_of(job.database.kind))
    dialect.connect = noting(dialect.connect, told.harness)
    vars(targets)["RecordingSink"] = DoublingSink  # the one thing that differs from a worker
    venue = open_venue(job)
    sink: DoublingSink = venue.target.sink
    for case in (case for case in cases() if case.name in job.cases):
        number = venue.recorder.play + 1
        cell = play(case, venue)
        told.cells.append(Played(cell, {name: backend for (at, name), backend in sink.names.items() if at == number}))
    venue.close()
    told.seen = {backend: [] for backend in sink.double.numbers.values()}  # some are opened, and sent nothing
    for event in sink.everything.events:
        if isinstance(event, Statement):
            told.seen[sink.double.numbers[event.connection]].append(event)
    told.inside = sink.inside
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main()

"""What stands in a report file, line by line."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from shared_scenarios.cell import Cell, Key
from shared_scenarios.scenario import Setting

FORMAT = 1


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of the matrix in words, so that a report explains itself without the catalogue it came from.

    `avoided_by` are the variants of the same scenario that show what avoids it, where it breaks a promise.
    """

    scenario: str
    variant: str
    theme: str
    title: str
    what: str
    question: str
    why: str
    avoided_by: list[str] = []

    @property
    def name(self) -> str:
        """`scenario` or `scenario/variant`."""
        return f"{self.scenario}/{self.variant}" if self.variant else self.scenario


class Player(msgspec.Struct, frozen=True, omit_defaults=True):
    """An implementation, its configuration, and the versions of what it requires.

    Where it names `cases`, it has cells in these rows alone; likewise with `databases`. Without, it has them in all.
    """

    name: str
    configuration: dict[str, Setting]
    versions: dict[str, str]
    cases: list[str] = []
    databases: list[str] = []

    @property
    def base(self) -> str:
        """The implementation whose configuration this is, or it itself."""
        return self.name.partition(":")[0]

    def plays(self, case: str, database: str) -> bool:
        """Whether there is such a cell."""
        return (not self.cases or case in self.cases) and (not self.databases or database in self.databases)


class Header(msgspec.Struct, tag="header", tag_field="record", frozen=True):
    """What was run, with which versions. `created` alone differs between two runs of the same versions."""

    format: int
    created: str
    ormatrix: str
    python: str
    databases: dict[str, dict[str, str]]
    implementations: list[Player]
    questions: list[Question]


class Footer(msgspec.Struct, tag="footer", tag_field="record", frozen=True):
    """How many cells there are in each state, and the SHA-256 of every line before this one."""

    cells: int
    states: dict[str, int]
    digest: str


class Report(NamedTuple):
    """A whole report."""

    header: Header
    cells: Sequence[Cell]


def in_order(header: Header, cells: Sequence[Cell]) -> list[Cell]:
    """The cells row by row, and column by column within a row, whatever the order in which they were finished."""
    rows = {(q.scenario, q.variant): place for place, q in enumerate(header.questions)}
    columns = {player.name: place for place, player in enumerate(header.implementations)}
    databases = {name: place for place, name in enumerate(header.databases)}

    def place(cell: Cell) -> tuple[int, int, int]:
        return rows[cell.key[:2]], databases[cell.database], columns[cell.implementation]

    return sorted(cells, key=place)


def states(cells: Sequence[Cell]) -> dict[str, int]:
    """How many cells there are in each state."""
    return dict(Counter(str(cell.state) for cell in cells))


def expected(header: Header) -> list[Key]:
    """The key of every cell that belongs to a report with this header."""
    return [
        (question.scenario, question.variant, player.name, database)
        for question in header.questions
        for database in header.databases
        for player in header.implementations
        if player.plays(question.name, database)
    ]

"""Report -> matrix. Pure: the same report gives the same matrix, and no view knows more than it."""

from collections.abc import Callable, Iterable

import msgspec

from shared_scenarios.cell import FAILED_STATES, Cell, CellState, Key
from shared_scenarios.report.avoided import avoided_by
from shared_scenarios.report.records import Player, Question, Report

MARKS: dict[CellState, str] = {
    "observed": "",
    "promise broken": "✗",
    "not applicable": "–",
    "error": "!",
    "timed out": "!",
    "crashed": "!",
}
LEGEND = (
    ("≠", "implementations differ in this row; a difference is not a fault"),
    ("↳", "another outcome, under the configuration of that name, which the ORM's documentation describes"),
    ("✗", "a promise was broken: something that must hold for every ORM did not; the note says which"),
    ("–", "not applicable; the note says why"),
    ("!", "no result: the answer or the harness failed; the note says how"),
    ("[n]", "a note below the matrix"),
)
CAVEATS = (
    "A cell shows what one answer did, in the idiom that the ORM's documentation recommends, with the versions named "
    "above and the settings that the ORM leaves in place, or those of the configuration that is named. Other code, "
    "settings and versions may behave differently.",
    "Rows where the implementations agree say nothing about what nobody asked.",
    "What holds on one database need not hold on another: isolation, locks and failed transactions differ most.",
    "Nothing here measures speed, and no row says which ORM is better.",
    "A row that broke no promise is evidence that it held once, in this order of steps; it is not a proof.",
)


class Column(msgspec.Struct, frozen=True):
    """One implementation on one database."""

    implementation: str
    database: str


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a cell shows. `text` is the outcome, or the state where there is none; `note` counts from 1."""

    state: CellState
    text: str
    note: int = 0

    @property
    def mark(self) -> str:
        """The sign of the state, for those who do not see colours too."""
        return MARKS[self.state]


class Configured(msgspec.Struct, frozen=True):
    """What a configuration shows in the cell of its base; `changed` says whether that is another outcome."""

    implementation: str
    database: str
    entry: Entry
    changed: bool


class Row(msgspec.Struct, frozen=True):
    """One question in one variant; `entries` in the order of the columns, None where nobody was asked."""

    question: Question
    entries: list[Entry | None]
    configured: list[Configured]
    differs: bool

    @property
    def name(self) -> str:
        """`scenario` or `scenario/variant`."""
        return self.question.name


class Matrix(msgspec.Struct, frozen=True):
    """Everything that a view draws: `implementations` have columns, `configurations` stand in those of their bases."""

    created: str
    ormatrix: str
    python: str
    databases: dict[str, dict[str, str]]
    implementations: list[Player]
    configurations: list[Player]
    columns: list[Column]
    rows: list[Row]
    notes: list[str]
    legend: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...]
    counts: dict[str, int]

    def themes(self) -> dict[str, list[Row]]:
        """The rows under their themes, in order."""
        grouped: dict[str, list[Row]] = {}
        for row in self.rows:
            grouped.setdefault(row.question.theme, []).append(row)
        return grouped


class Notes:
    """Numbers what has to be said of cells; what holds for several implementations alike is said once.

    That an implementation or a database is without what questions are about is said once for all of them.
    """

    def __init__(self, avoided: Callable[[Cell], list[str]]) -> None:
        self._avoided = avoided
        self._said: dict[tuple[str, str], list[Cell]] = {}

    def add(self, cell: Cell) -> int:
        """The number of the cell's note, from 1; 0 if there is nothing to say."""
        text = _note(cell, self._avoided)
        if not text:
            return 0
        key = ("" if cell.state == "not applicable" and not cell.docs else cell.case, text)
        self._said.setdefault(key, []).append(cell)
        return list(self._said).index(key) + 1

    def texts(self) -> list[str]:
        """The notes in the order of their numbers."""
        return [
            f"{_cases(case, of)} by {_joined(one.implementation for one in of)}: {text}"
            for (case, text), of in self._said.items()
        ]


def _cases(case: str, cells: list[Cell]) -> str:
    """The case; where a note holds for many, those of one scenario by its name."""
    cases = list(dict.fromkeys(cell.case for cell in cells))
    return case or (cases[0] if len(cases) == 1 else _joined(cell.scenario for cell in cells))


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def compute(report: Report) -> Matrix:
    """The matrix of a report."""
    header = report.header
    beside = [player for player in header.implementations if stands_beside(player, header.implementations)]
    own = [player for player in header.implementations if player not in beside]
    columns = [Column(player.name, database) for database in header.databases for player in own]
    cells = {cell.key: cell for cell in report.cells}
    notes = Notes(lambda cell: avoided_by(cell, header, cells))
    rows = [_row(question, columns, beside, cells, notes) for question in header.questions]
    return Matrix(
        header.created, header.ormatrix, header.python, header.databases, own, beside,
        columns, rows, notes.texts(), LEGEND, CAVEATS, _counts(rows),
    )  # fmt: skip


def stands_beside(player: Player, players: Iterable[Player]) -> bool:
    """Whether this is a configuration that has no column: it is asked little, and its base is there."""
    return bool(player.cases) and any(one.name == player.base for one in players)


def _row(question: Question, columns: list[Column], beside: list[Player], cells: dict[Key, Cell], notes: Notes) -> Row:
    asked = (question.scenario, question.variant)
    own = [cells.get((*asked, column.implementation, column.database)) for column in columns]
    entries = [_entry(cell, notes) if cell else None for cell in own]
    bases = {(column.implementation, column.database): place for place, column in enumerate(columns)}
    configured = [
        _configured(cell, own[place], entries[place], notes)
        for player in beside
        for (base, database), place in bases.items()
        if base == player.base and (cell := cells.get((*asked, player.name, database)))
    ]
    return Row(question, entries, configured, _differ(cell for cell in own if cell))


def _configured(cell: Cell, base: Cell | None, before: Entry | None, notes: Notes) -> Configured:
    """What is the same has the note of its base."""
    same = before if base and shown(base) == shown(cell) else None
    return Configured(cell.implementation, cell.database, same or _entry(cell, notes), changed=same is None)


def _entry(cell: Cell, notes: Notes) -> Entry:
    return Entry(cell.state, cell.outcome or cell.state, notes.add(cell))


def shown(cell: Cell) -> tuple[CellState, str]:
    """What counts when cells are compared in the matrix."""
    return cell.state, cell.outcome


def _differ(cells: Iterable[Cell]) -> bool:
    """Whether those that have an outcome have different ones, or one of them broke a promise and another did not."""
    return len({shown(cell) for cell in cells if cell.outcome}) > 1


def _note(cell: Cell, avoided: Callable[[Cell], list[str]]) -> str:
    if cell.state == "promise broken":
        names = _joined(avoided(cell))
        said = f"broken: {'; '.join(cell.broken)}. {cell.explanation} {cell.docs}".strip()
        return f"{said} Avoided by {names}" if names else said
    if cell.state == "not applicable":
        return f"not applicable: {cell.reason} {cell.docs}".strip()
    if cell.state in FAILED_STATES:
        failure = f"{cell.failure.type}: {cell.failure.text}" if cell.failure else ""
        return " ".join(f"{cell.state}: {failure} {cell.reason}".split())
    return ""


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    """Rows, rows that differ, and cells in each state."""
    rows = list(rows)
    counts = {"rows": len(rows), "rows that differ": sum(row.differs for row in rows)}
    changed = sum(one.changed for row in rows for one in row.configured)
    if changed:
        counts["changed by a configuration"] = changed
    entries = [entry for row in rows for entry in (*row.entries, *(one.entry for one in row.configured)) if entry]
    for state in MARKS:
        number = sum(entry.state == state for entry in entries)
        if number:
            counts[state] = number
    return counts

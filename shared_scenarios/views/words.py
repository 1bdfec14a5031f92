"""Words that several views use."""

from collections.abc import Iterator
from typing import NamedTuple

from shared_scenarios.matrix import Entry, Matrix, Row
from shared_scenarios.report.records import Player


def printable(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey: texts of a report may hold anything."""
    if text.isprintable():  # as nearly always
        return text
    return "".join(letter if letter.isprintable() else _harmless(letter) for letter in text)


def _harmless(letter: str) -> str:
    return " " if letter.isspace() else letter.encode("unicode_escape").decode()


def versions(matrix: Matrix) -> str:
    """One line that names every version."""
    parts = {"Python": matrix.python}
    for player in (*matrix.implementations, *matrix.configurations):
        parts.update(player.versions)
    for servers in matrix.databases.values():
        parts.update(servers)
    return printable(", ".join(f"{name} {version}" for name, version in parts.items()))


def summary(matrix: Matrix) -> str:
    """One line that counts rows, columns and cells."""
    counts = dict(matrix.counts)
    rows, differ = counts.pop("rows"), counts.pop("rows that differ")
    changed = counts.pop("changed by a configuration", 0)
    cells = ", ".join(f"{number} {state}" for state, number in counts.items())
    said = f"; {changed} cells changed by a configuration" if changed else ""
    return f"{rows} rows x {len(matrix.columns)} columns: {cells}; {differ} rows differ{said}"


def entry_text(entry: Entry) -> str:
    """The sign, the outcome and the number of the note."""
    note = f" [{entry.note}]" if entry.note else ""
    return printable(f"{entry.mark} {entry.text}".strip()) + note


def column_titles(matrix: Matrix) -> list[str]:
    """The implementations: databases are a dimension of their own, within a cell."""
    return [printable(player.name) for player in matrix.implementations]


def alike(matrix: Matrix, row: Row) -> dict[Entry, list[str]]:
    """Each outcome of a row with those that have it: an implementation by its name where all its databases agree."""
    found: dict[Entry, list[str]] = {}
    for player in matrix.implementations:
        for entry, databases in by_database(matrix, row, player.name).items():
            name = printable(player.name)
            whole = len(databases) == len(matrix.databases)
            found.setdefault(entry, []).append(name if whole else f"{name} on {' and '.join(databases)}")
        for line in configured(matrix, row, player.name):
            found.setdefault(line.entry, []).append(f"{line.sign}\u00a0{printable(player.name)}:{line.who}".lstrip())
    return found if len(found) > 1 else {entry: ["all"] for entry in found}


def by_database(matrix: Matrix, row: Row, implementation: str) -> dict[Entry, list[str]]:
    """What one implementation did, and on which databases."""
    found: dict[Entry, list[str]] = {}
    for column, entry in zip(matrix.columns, row.entries, strict=True):
        if column.implementation == implementation and entry:
            found.setdefault(entry, []).append(printable(column.database))
    return found


class Line(NamedTuple):
    """What a configuration makes of a cell: a line in the cell of its base. No sign where it changes nothing."""

    sign: str
    who: str
    entry: Entry

    @property
    def text(self) -> str:
        """As it stands in a cell."""
        return f"{self.sign} {self.who}: {entry_text(self.entry) if self.sign else 'the same'}".strip()


def configured(matrix: Matrix, row: Row, base: str) -> Iterator[Line]:
    """The lines of one implementation's configurations, those together that hold on several databases."""
    for player in matrix.configurations:
        if player.base == base:
            yield from _lines(matrix, row, player)


def _lines(matrix: Matrix, row: Row, player: Player) -> Iterator[Line]:
    found: dict[tuple[str, Entry], list[str]] = {}
    for one in row.configured:
        if one.implementation == player.name and (one.changed or one.entry.state != "not applicable"):
            found.setdefault(("↳" if one.changed else "", one.entry), []).append(printable(one.database))
    name = printable(player.name.removeprefix(f"{player.base}:"))
    for (sign, entry), databases in found.items():
        where = "" if len(databases) == len(matrix.databases) else f" on {' and '.join(databases)}"
        yield Line(sign, f"{name}{where}", entry)


def theme_title(theme: str) -> str:
    """`when-sql-is-sent` becomes `When SQL is sent`."""
    return printable(theme.replace("-", " ").capitalize().replace("sql", "SQL").replace("Sqlite", "SQLite"))

"""The matrix on a terminal."""

from collections.abc import Iterator

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from shared_scenarios.matrix import Entry, Matrix, Row
from shared_scenarios.views.words import (
    Line,
    alike,
    by_database,
    column_titles,
    configured,
    entry_text,
    printable,
    summary,
    theme_title,
    versions,
)

COLOURS = {"promise broken": "bold red", "not applicable": "dim", "observed": ""}
NARROW = 18  # columns of text below which a cell is no longer read but spelled


class TerminalMatrix:
    """Tables side by side where the width allows it; where it does not, one question under the other."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        names = max((len(row.question.scenario) for row in self.matrix.rows), default=0)
        self._first = min(names, options.max_width // 4)
        room = (options.max_width - self._first - 6) // max(len(self.matrix.columns), 1) - 3
        draw = self._table if room >= NARROW and len(self.matrix.databases) == 1 else self._list
        for theme, rows in self.matrix.themes().items():
            yield Text(f"\n{theme_title(theme)}", style="bold")
            yield draw(rows)
        yield from self._below()

    def _table(self, rows: list[Row]) -> Table:
        table = Table(box=box.SIMPLE, show_lines=True, padding=(0, 1), pad_edge=False, expand=True)
        table.add_column("", width=1)
        table.add_column("question", width=self._first, overflow="fold")
        names = [player.name for player in self.matrix.implementations]
        for title in column_titles(self.matrix):
            table.add_column(title, ratio=1, overflow="fold")
        for row, first in _firsts(rows):
            table.add_row(_sign(row), _label(row, first), *(self._cell(row, name) for name in names))
        return table

    def _cell(self, row: Row, implementation: str) -> Text:
        """The outcome, and under it what configurations make of it."""
        own = [_entry(entry) for entry in by_database(self.matrix, row, implementation)]
        lines = configured(self.matrix, row, implementation)
        return Text("\n").join([*own, *(_configured(line) for line in lines)])

    def _list(self, rows: list[Row]) -> Group:
        """Each outcome once, with those that have it."""
        parts: list[Table | Padding] = []
        for row, first in _firsts(rows):
            head = Table.grid(padding=(0, 1))
            head.add_column(width=1)
            head.add_column(overflow="fold")
            head.add_row(_sign(row), _label(row, first))
            table = Table.grid(padding=(0, 2), expand=True)
            table.add_column(ratio=2, overflow="fold", style="dim")
            table.add_column(ratio=3, overflow="fold")
            for entry, titles in alike(self.matrix, row).items():
                table.add_row(", ".join(titles), _entry(entry))
            parts += [head, Padding(table, (0, 0, 1, 4))]
        return Group(*parts)

    def _below(self) -> RenderResult:
        for number, note in enumerate(self.matrix.notes, 1):
            yield Text(f"[{number}] {printable(note)}", style="dim")
        yield Text("\n" + "   ".join(f"{sign} {meaning}" for sign, meaning in self.matrix.legend), style="dim")
        yield Text("\nWhat this can and cannot prove", style="bold")
        yield from (Text(f"- {caveat}", style="dim") for caveat in self.matrix.caveats)
        yield Text(f"\n{versions(self.matrix)}")
        yield Text(summary(self.matrix), style="bold")


def _sign(row: Row) -> Text:
    return Text("≠" if row.differs else " ", style="yellow")


def _firsts(rows: list[Row]) -> Iterator[tuple[Row, bool]]:
    """Each row, and whether it is the first of its scenario: the title stands there alone."""
    last = ""
    for row in rows:
        yield row, row.question.scenario != last
        last = row.question.scenario


def _label(row: Row, first: bool) -> Text:
    question = row.question
    lines = [Text(printable(question.title), "bold"), Text(printable(question.scenario), "dim")] if first else []
    if question.variant:
        lines.append(Text.assemble(printable(question.what), (f"  /{printable(question.variant)}", "dim")))
    return Text("\n").join(lines)


def _configured(line: Line) -> Text:
    return Text(line.text, style=COLOURS.get(line.entry.state, "bold magenta") if line.sign else "dim")


def _entry(entry: Entry) -> Text:
    return Text(entry_text(entry), style=COLOURS.get(entry.state, "bold magenta"))

"""The cells of one question side by side on a terminal, on a common axis of checkpoints."""

from collections.abc import Sequence

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from shared_scenarios.cell import Cell
from shared_scenarios.report.records import Question
from shared_scenarios.views.timeline import Entry, Section, sections

STYLES = {"code": "cyan", "sql": "", "error": "red", "event": "dim", "object": "green", "observer": "magenta"}
NARROWEST = 44
KEY = "cyan: code · white: SQL as the database got it (┆ no transaction, ┃ open) · green: objects · magenta: others"


class TerminalTimelines:
    """As many columns as are readable in the width there is; the rest follow below."""

    def __init__(self, question: Question, cells: Sequence[Cell]) -> None:
        self.question, self.cells = question, cells

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        name = self.cells[0].case
        yield Text.assemble(
            (f"\n{self.question.title}", "bold"),
            f": {self.question.what}" if self.question.what else "",
            (f"   {name}\n", "dim"),
            f"“{self.question.question}”",
        )
        yield Text(self.question.why, style="dim")
        across = max(1, min(len(self.cells), options.max_width // NARROWEST))
        for start in range(0, len(self.cells), across):
            yield _table(self.cells[start : start + across])
        yield Text(KEY, style="dim")


def _table(cells: Sequence[Cell]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False, expand=True)
    for cell in cells:
        table.add_column(_head(cell), ratio=1, overflow="fold")
    parts = [sections(cell) for cell in cells]
    for name in _axis(parts):
        table.add_row(*(_section(own, name) for own in parts))
    table.add_row(*(_foot(cell) for cell in cells))
    return table


def _axis(parts: Sequence[list[Section]]) -> list[str]:
    """The checkpoints in order, those that only some cells reached included."""
    return list(dict.fromkeys(section.checkpoint for own in sorted(parts, key=len, reverse=True) for section in own))


def _section(own: list[Section], name: str) -> Text:
    section = next((section for section in own if section.checkpoint == name), None)
    if section is None:
        return Text("not reached", style="dim")
    before = [_line(entry) for entry in section.entries if entry.kind not in ("object", "observer")]
    seen = [_line(entry) for entry in section.entries if entry.kind in ("object", "observer")]
    return Text("\n").join([*before, *([Text(f"◆ {name}", style="bold")] if name else []), *seen])


def _line(entry: Entry) -> Text:
    return Text(entry.text, style=STYLES[entry.kind])


def _head(cell: Cell) -> Text:
    style = "bold red" if cell.state != "observed" and cell.state != "not applicable" else "bold"
    return Text.assemble((f"{cell.implementation} on {cell.database}\n", "bold"), (cell.outcome or cell.state, style))


def _foot(cell: Cell) -> Text:
    broken = [f"✗ broken promise: {promise}\n" for promise in cell.broken]
    failure = f"{cell.failure.type}: {cell.failure.text}\n" if cell.failure else ""
    return Text.assemble(("".join(broken) + failure, "red"), cell.reason, cell.explanation, (f"\n{cell.docs}", "dim"))

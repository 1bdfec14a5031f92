"""The cells of one question side by side on a terminal, on a common axis of checkpoints."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from shared_scenarios.cell import Cell, Key
from shared_scenarios.report.records import Question
from shared_scenarios.views.timeline import Entry, Section, sections
from shared_scenarios.views.words import printable

STYLES = {"code": "cyan", "sql": "", "error": "red", "event": "dim", "object": "green", "observer": "magenta"}
NARROWEST = 44
KEY = "cyan: code · white: SQL as the database got it (┆ no transaction, ┃ open) · green: objects · magenta: others"


class TerminalTimelines:
    """As many columns as are readable in the width there is; the rest follow below. `titles` say more of each cell."""

    def __init__(
        self,
        question: Question,
        cells: Sequence[Cell],
        titles: Sequence[str] = (),
        avoided: Mapping[Key, list[str]] | None = None,
    ) -> None:
        self.question, self.cells, self.avoided = question, cells, avoided or {}
        self._heads = [_head(*one) for one in zip(cells, titles or [""] * len(cells), strict=True)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        asked, name = self.question, self.cells[0].case
        yield Text.assemble(
            (f"\n{printable(asked.title)}", "bold"),
            f": {printable(asked.what)}" if asked.what else "",
            (f"   {printable(name)}\n", "dim"),
            f"“{printable(asked.question)}”",
        )
        yield Text(printable(asked.why), style="dim")
        across = max(1, min(len(self.cells), options.max_width // NARROWEST))
        for start in range(0, len(self.cells), across):
            yield _table(self.cells[start : start + across], self._heads[start : start + across], self.avoided)
        yield Text(KEY, style="dim")


def _table(cells: Sequence[Cell], heads: Sequence[Text], avoided: Mapping[Key, list[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False, expand=True)
    for head in heads:
        table.add_column(head, ratio=1, overflow="fold")
    parts = [sections(cell) for cell in cells]
    for name in _axis(parts):
        table.add_row(*(_section(own, name) for own in parts))
    table.add_row(*(_foot(cell, avoided.get(cell.key, [])) for cell in cells))
    return table


def _axis(parts: Sequence[list[Section]]) -> list[str]:
    """The checkpoints in order, those that only some cells reached included."""
    return list(dict.fromkeys(section.checkpoint for own in sorted(parts, key=len, reverse=True) for section in own))


def _section(own: list[Section], name: str) -> Group | Text:
    section = next((section for section in own if section.checkpoint == name), None)
    if section is None:
        return Text("not reached", style="dim")
    before = [Hanging(entry) for entry in section.entries if entry.kind not in ("object", "observer")]
    seen = [Hanging(entry) for entry in section.entries if entry.kind in ("object", "observer")]
    return Group(*before, *([Text(f"◆ {name}", style="bold")] if name else []), *seen)


class Hanging:
    """An entry that goes on below itself, further in than it began: so the eye finds where the next one begins."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        text = self._entry.text
        inner = " " * (len(text) - len(text.lstrip(" 0123456789┆┃╳↳")) + 2)
        lines = wrap(text, options.max_width, subsequent_indent=inner[: options.max_width // 2]) or [""]
        yield from (Text(line, style=STYLES[self._entry.kind]) for line in lines)


def _head(cell: Cell, title: str) -> Text:
    style = "bold red" if cell.state != "observed" and cell.state != "not applicable" else "bold"
    who = printable(f"{title}: {cell.implementation} on {cell.database}".removeprefix(": "))
    return Text.assemble((f"{who}\n", "bold"), (printable(cell.outcome or cell.state), style))


def _foot(cell: Cell, avoided: Sequence[str]) -> Text:
    wrong = [f"✗ broken promise: {promise}" for promise in cell.broken]
    if cell.failure:
        wrong.append(f"{cell.failure.type}: {cell.failure.text}")
    said = " ".join(filter(None, (cell.reason, cell.explanation)))
    red = "".join(f"{printable(line)}\n" for line in wrong)
    instead = f"\nAvoided by {printable(', '.join(avoided))}" if avoided else ""
    return Text.assemble((red, "red"), printable(said), (f"\n{printable(cell.docs)}", "dim"), instead)

"""Where results go: tables to a terminal, JSON into a pipe, progress to standard error."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
import msgspec

from shared_scenarios.cell import Cell
from shared_scenarios.matrix import Matrix

if TYPE_CHECKING:
    from rich.console import Console


def on_terminal(style: str | None) -> bool:
    """Whether people read this: what was asked for, else what standard output is."""
    return style == "terminal" or (style is None and sys.stdout.isatty())


def console() -> "Console":
    """Rich's console, imported only where people read; no colour but on a terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def print_json(value: Any) -> None:
    """Indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2))


def print_matrix(matrix: Matrix, style: str | None) -> None:
    """The matrix in the style asked for."""
    if on_terminal(style):
        from shared_scenarios.views.terminal import TerminalMatrix

        console().print(TerminalMatrix(matrix))
    elif style == "markdown":
        from shared_scenarios.views.markdown import draw_markdown

        click.echo(draw_markdown(matrix), nl=False)
    else:
        from shared_scenarios.views.json_view import draw_json

        click.echo(draw_json(matrix).encode(), nl=False)  # UTF-8, whatever the terminal speaks


def with_progress(cells: Iterable[Cell], length: int) -> list[Cell]:
    """All cells; a bar on standard error counts them, if that is a terminal."""
    if not sys.stderr.isatty():
        return list(cells)
    with click.progressbar(cells, length=length, label="playing", file=sys.stderr, item_show_func=_name) as bar:
        return list(bar)


def _name(cell: Cell | None) -> str:
    return f"{cell.implementation} {cell.case}" if cell else ""

"""The answer's code along its timeline: every line once, where it ran."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from shared_scenarios.cell import Cell
from shared_scenarios.timeline import Line

OWN = ("stage.checkpoint(",)


class Code:
    """Walks through the source of an answer as events name its lines; going back means that a block is left."""

    def __init__(self, cell: Cell) -> None:
        self._file = cell.source.file if cell.source else ""
        self._first = cell.source.line if cell.source else 0
        self._lines = cell.source.text.splitlines() if cell.source else []
        self._at = self._first + _body(self._lines) - 1
        self._shown: Sequence[Line] = ()

    def up_to(self, lines: Sequence[Line], checkpoint: bool) -> Iterator[str]:
        """The lines that have run when an event is sent from `lines`: the answer's, then those of its helpers."""
        if not lines or (lines == self._shown and not checkpoint):
            return
        if lines[0].file == self._file:
            yield from self._walk(lines[0].number, checkpoint)
        if not checkpoint:
            self._shown = lines
            yield from (f"  ↳ {PurePosixPath(line.file).name}:{line.number}  {line.code}" for line in lines[1:])

    def _walk(self, number: int, checkpoint: bool) -> Iterator[str]:
        if number > self._at:
            yield from self._between(self._at + 1, number, checkpoint)
            self._at = number
        elif not checkpoint and number < self._at:
            yield from self._raised()
            yield f"{number:>4} leaving: {self._text(number).strip()}"
        elif not checkpoint and not self._shown_at(number):
            yield f"{number:>4} {self._text(number)}"

    def _raised(self) -> Iterator[str]:
        """An exception raised by hand sends nothing of its own: it is the next line, and what leaves the block."""
        if self._text(self._at + 1).strip().startswith("raise "):
            self._at += 1
            yield f"{self._at:>4} {self._text(self._at)}"

    def _between(self, first: int, last: int, checkpoint: bool) -> Iterator[str]:
        for number in range(first, last + 1):
            text = self._text(number)
            mark = text.strip().startswith(OWN)
            if text.strip() and not (mark and (checkpoint or number < last)):
                yield f"{number:>4} {text}"

    def _shown_at(self, number: int) -> bool:
        """Whether the line stands there already: checkpoints are passed over when they are all that a line does."""
        return not self._text(number).strip().startswith(OWN)

    def _text(self, number: int) -> str:
        place = number - self._first
        return self._lines[place][4:] if 0 <= place < len(self._lines) else ""


def _body(lines: Sequence[str]) -> int:
    """How many lines the head of the function has: its signature and its docstring."""
    try:
        function = ast.parse("\n".join(lines)).body[0]
    except (SyntaxError, IndexError):
        return 0
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return 0
    head = function.body[0]
    documented = isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant)
    return (head.end_lineno or 0) if documented else head.lineno - 1

"""What prose says of behaviour: `[[CASE | IMPLEMENTATION, ... | OUTCOME]]`, with `on DATABASE` after the names.

The outcome is the recorded one, or one of the parts that it has between semicolons. Without a database it must be
recorded so on every database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared_scenarios.cell import Cell
from tests.recorded import Cells

MARKER = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
FORM = "[[CASE | IMPLEMENTATION, ... on DATABASE | OUTCOME]]"


@dataclass(frozen=True)
class Claim:
    """One statement: what these implementations did in this case."""

    case: str
    implementations: tuple[str, ...]
    database: str
    outcome: str

    def problems(self, cells: Cells) -> Iterator[str]:
        """Where the record says otherwise, or nothing."""
        for name in self.implementations:
            found = [cell for key, cell in cells.items() if key[:2] == (self.case, name) and self._is_meant(cell)]
            if not found:
                yield f"nothing is recorded for {self.case} by {name}{self._where()}"
            for cell in found:
                if self.outcome not in (cell.outcome, *cell.outcome.split("; ")):
                    where = f"{self.case} by {name} on {cell.database}"
                    yield f"{where}: {cell.outcome!r} is recorded, not {self.outcome!r}"

    def _is_meant(self, cell: Cell) -> bool:
        return bool(cell.outcome) and self.database in ("", cell.database)

    def _where(self) -> str:
        return f" on {self.database}" if self.database else ""

    def shown(self) -> str:
        """The statement as a reader sees it."""
        return f"*{self.outcome}* (`{self.case}`, {', '.join(self.implementations)}{self._where()})"


def claims(text: str) -> list[Claim | str]:
    """The statements of a text; of one that is not in the form, what is wrong with it."""
    return [_claim(content) for content in MARKER.findall(text)]


def _claim(content: str) -> Claim | str:
    parts = [" ".join(part.split()) for part in content.split("|")]
    if len(parts) != 3 or not all(parts):
        return f"[[{content}]] has not the form {FORM}"
    case, who, outcome = parts
    names, _, database = who.partition(" on ")
    return Claim(case, tuple(name.strip() for name in names.split(",")), database, outcome)


def resolved(text: str) -> str:
    """The text with every statement as a reader sees it."""

    def one(match: re.Match[str]) -> str:
        claim = _claim(match[1])
        return claim if isinstance(claim, str) else claim.shown()

    return MARKER.sub(one, text)

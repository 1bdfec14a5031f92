"""One cell of the matrix: a scenario in one variant, played by one implementation on one database."""

from typing import Literal

import msgspec

from shared_scenarios.scenario import Case, Facts
from shared_scenarios.timeline import Event, Failure

CellState = Literal["observed", "promise broken", "not applicable", "error", "timed out", "crashed"]
FAILED_STATES: tuple[CellState, ...] = ("error", "timed out", "crashed")
Key = tuple[str, str, str, str]


class Source(msgspec.Struct, frozen=True):
    """The answer as it stands in its file: `line` is the number of its first line."""

    file: str
    line: int
    text: str


class Cell(msgspec.Struct, tag="cell", tag_field="record", omit_defaults=True):
    """What happened. `reason` says why there is no outcome, `broken` which promises did not hold."""

    scenario: str
    variant: str
    implementation: str
    database: str
    state: CellState
    outcome: str = ""
    facts: Facts = {}
    broken: list[str] = []
    reason: str = ""
    failure: Failure | None = None
    explanation: str = ""
    docs: str = ""
    source: Source | None = None
    timeline: list[Event] = []

    @property
    def key(self) -> Key:
        """What tells it from every other cell of a report."""
        return (self.scenario, self.variant, self.implementation, self.database)

    @property
    def case(self) -> str:
        """`scenario` or `scenario/variant`."""
        return f"{self.scenario}/{self.variant}" if self.variant else self.scenario


def blank(case: Case, implementation: str, database: str, state: CellState = "observed") -> Cell:
    """A cell with nothing in it yet."""
    return Cell(case.scenario.name, case.variant, implementation, database, state)

"""What the witnesses and the scenario need of the database under test, past the implementation."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from shared_scenarios.evidence.wire.faults import Fault, When
from shared_scenarios.timeline import Rows, Statement


class Room(Protocol):
    """A target, as the stage sees it."""

    @property
    def refuses_by(self) -> str:
        """What is done to it so that it refuses to commit, in words."""

    def initial(self) -> Rows:
        """The committed rows as a second connection saw them before the answer had begun."""

    def observe(self) -> Rows | None:
        """The committed rows as a second connection sees them; None if it is refused a look."""

    def write(self, statements: Sequence[str], refusable: bool) -> Iterator[Statement]:
        """Run them one by one as a second writer, on the connection that it keeps until the answer ends.

        All have their place on the timeline from the call on: what they set free goes on at once, and comes after.
        """

    def dismiss(self) -> None:
        """The second writer lets go of everything; what it has not committed is gone."""

    def waiting(self) -> list[str]:
        """Who waits for a lock now: connections of the answer, and the second writer. Any thread may ask."""

    def cut_line(self, verb: str, when: When) -> Fault:
        """Cut the line at the next statement of this verb; who asked, withdraws it when the cell is over."""

    def end_connections(self) -> None:
        """The server ends every connection of the answer; returns when it has forgotten them."""

    def refuse_commits(self, refuse: bool) -> None:
        """Make the database refuse to commit, or stop that."""

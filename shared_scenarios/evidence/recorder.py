"""One sequence for all witnesses: the recorder gives every event its number and keeps them in order."""

from collections.abc import Callable
from itertools import count

from shared_scenarios.evidence.frames import Frames
from shared_scenarios.timeline import Event, Statement


class Recorder:
    """Where the witnesses of one cell write. Connections are named c1, c2 ... in the order of their appearance.

    `play` counts the cells, so that a connection left over from an earlier one is never taken for this one's.
    """

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.play = 0
        self.start()

    def start(self) -> None:
        """Forget everything: the next cell begins."""
        self.play += 1
        self.events: list[Event] = []
        self._numbers = count(1)
        self._names = count(1)
        self.refusing_commits = False
        self.unseen = 0
        self.halfway: tuple[str, Callable[[], object]] | None = None

    def finish(self) -> None:
        """The cell ends here: what connections do from now on belongs to no cell."""
        self.start()

    def next(self) -> int:
        """The next number of the sequence; safe to call from any thread."""
        return next(self._numbers)

    def executing(self, statement: Statement) -> None:
        """The engine is half way through a statement: who waits for one of its verb acts now, and once."""
        if self.halfway and self.halfway[0] == statement.verb:
            _, act = self.halfway
            self.halfway = None
            act()

    def name_connection(self) -> str:
        """A name for a connection that was opened just now."""
        return f"c{next(self._names)}"

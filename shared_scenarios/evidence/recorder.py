"""One sequence for all witnesses: the recorder gives every event its number and keeps them in order."""

from itertools import count

from shared_scenarios.evidence.armed import Armed
from shared_scenarios.evidence.frames import Frames
from shared_scenarios.scenario import AnswerError
from shared_scenarios.timeline import Event, Statement


class Recorder:
    """Where the witnesses of one cell write. Connections are named c1, c2 ... in the order of their appearance.

    `play` counts the cells, so that a connection left over from an earlier one is never taken for this one's.
    """

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.play = 0
        self.armed: Armed | None = None
        self.start()

    def start(self) -> None:
        """Forget everything: the next cell begins."""
        if self.armed is not None:
            self.armed.end()
        self.play += 1
        self.events: list[Event] = []
        # The next number of the sequence; safe to call from any thread.
        self.next = count(1).__next__
        self._names = count(1)
        self.refusing_commits = False
        self.disk_full = False
        self.armed = None
        self.unseen = 0  # connections past the witness
        self.unread: list[str] = []  # why what was sent on a connection could not be read

    def finish(self) -> None:
        """The cell ends here: what connections do from now on belongs to no cell."""
        self.start()

    def about_to_send(self, text: str) -> None:
        """Nothing of this statement has reached the database yet; whoever waits for it acts now."""
        if self.armed is not None:
            self.armed.meet(text)

    def executing(self, statement: Statement) -> None:
        """The engine is half way through this statement; whoever waits for it acts now."""
        if self.armed is not None:
            self.armed.meet_halfway(statement)

    def name_connection(self) -> str:
        """A name for a connection that was opened just now."""
        return f"c{next(self._names)}"

    def must_be_whole(self) -> None:
        """AnswerError if something was sent that is not written down here."""
        if self.unseen:
            raise AnswerError("a connection was opened past the wire witness, so its statements are not recorded")
        if self.unread:
            raise AnswerError(f"the wire witness could not read a connection: {self.unread[0]}")

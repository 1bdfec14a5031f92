"""What a scenario does in the middle of an ORM's own call: it waits for its moment, and acts there once."""

import threading
from collections.abc import Callable

from shared_scenarios.evidence.room import Room
from shared_scenarios.evidence.text import verb
from shared_scenarios.scenario import AnswerError, CutLine, JustBefore
from shared_scenarios.timeline import WRITER, Statement, touches

PAUSE = 0.005  # seconds between two questions whether something waits
SETTLING = 10.0  # seconds that an action may take, once it has begun


class Armed:
    """Acts in whichever thread meets the moment; what goes wrong there, the stage learns afterwards.

    An ORM or a proxy is no place for an exception of the harness.
    """

    def __init__(self, when: str, act: Callable[[], object]) -> None:
        self.when, self._act = when, act
        self._acted = False
        self._error: BaseException | None = None

    def meet(self, text: str) -> None:
        """A statement is about to be sent."""

    def meet_halfway(self, statement: Statement) -> None:
        """The engine is half way through a statement."""

    def settle(self) -> None:
        """Wait until nothing happens any more; AnswerError if it went wrong."""
        if self._error is not None:
            raise AnswerError(f"what happens {self.when} went wrong: {self._error}") from self._error

    def finish(self) -> None:
        """The answer has returned: what waits now, waits in vain."""
        self.settle()
        if not self._acted:
            raise AnswerError(f"something happens {self.when}, and that never came")

    def end(self) -> None:
        """The cell is over, whatever has happened."""

    def _do(self) -> None:
        self._acted = True
        try:
            self._act()
        except (AnswerError, Exception) as error:  # noqa: BLE001  # kept until somebody can be told
            self._error = error


class BeforeStatement(Armed):
    """Waits for the n-th statement of a kind. It acts in the thread that hands it over, before any of it is sent."""

    def __init__(self, wanted: JustBefore, act: Callable[[], None]) -> None:
        nth = f" number {wanted.nth}" if wanted.nth > 1 else ""
        super().__init__(f"just before {wanted.verb}{nth} on {wanted.table}", act)
        self._wanted, self._left = wanted, wanted.nth

    def meet(self, text: str) -> None:
        wanted = self._wanted
        if self._left and verb(text) == wanted.verb and touches(text, wanted.table):
            self._left -= 1
            if not self._left:
                self._do()


class HalfWay(Armed):
    """Waits for the next statement of a verb. It acts in the thread that executes it, before the engine is done."""

    def __init__(self, wanted: str, act: Callable[[], object]) -> None:
        super().__init__(f"half way through {wanted}", act)
        self._wanted = wanted

    def meet_halfway(self, statement: Statement) -> None:
        if not self._acted and statement.verb == self._wanted:
            self._do()


class LineCut(Armed):
    """Waits, in the proxy's thread, for the statement at which the line is cut; the proxy writes down that it was."""

    def __init__(self, room: Room, wanted: CutLine) -> None:
        self._fault = room.cut_line(wanted.verb, wanted.when)
        super().__init__(f"at the next {wanted.verb}", lambda: None)

    def finish(self) -> None:
        self._acted = self._fault.fired
        super().finish()

    def end(self) -> None:
        self._fault.withdrawn = True


class Watch(Armed):
    """Waits, in a thread of its own, until the database says that a connection of the answer waits for a lock.

    `act` is told which. While the second writer has to wait itself, the answer goes on; where it cannot go on at all,
    it lets go of everything.
    """

    def __init__(self, room: Room, act: Callable[[str], None]) -> None:
        super().__init__("when a statement of the answer waits", lambda: act(self._found))
        self._room = room
        self._found = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="ormatrix-watch", daemon=True)
        self._thread.start()

    def settle(self) -> None:
        if self._acted:
            for _ in range(int(SETTLING / PAUSE)):
                if not self._thread.is_alive() or WRITER in self._room.waiting():
                    break
                self._thread.join(PAUSE)
        super().settle()

    def finish(self) -> None:
        self._over.set()
        self._thread.join(SETTLING)
        super().finish()

    def end(self) -> None:
        self._over.set()
        self._thread.join(SETTLING)

    def _watch(self) -> None:
        try:
            while not self._over.wait(PAUSE):
                self._found = next((name for name in self._room.waiting() if name != WRITER), "")
                if self._found:
                    self._do()
                    break
        except Exception as error:  # noqa: BLE001  # of another thread's run; the stage is told
            self._error = error
        if self._error is not None:
            self._room.dismiss()

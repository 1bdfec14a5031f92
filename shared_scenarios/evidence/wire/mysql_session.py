"""What is known of one session: its transaction's state, and the number of its next statement.

Source: https://mariadb.com/kb/en/ok_packet/ (status flags)
"""

from collections.abc import Callable

from shared_scenarios.evidence.text import verb
from shared_scenarios.evidence.wire.mysql_replies import AUTOCOMMIT, IN_TRANSACTION, Happenings, Outcome, Part, Reply
from shared_scenarios.evidence.wire.protocol import Began, Ended, Happening, StateTold
from shared_scenarios.timeline import WRITES, Failure, Scalar, State

MOST_HELD = 1 << 25  # bytes of statements that are prepared, or not answered yet
OVERHEAD = 400  # bytes that keeping anything takes
START = 256  # characters that a verb is looked for in
# These leave the transaction as it was, so that the state after them tells that of an error before them as well.
_KEEPING = {*WRITES, "SELECT", "SHOW", "SAVEPOINT", "RELEASE", "ROLLBACK TO"}
_ROLLED_BACK = ("40001/1213", "HY000/1020")  # a deadlock, a row changed since the snapshot: nothing is left open


class Session:
    """Numbers statements, and follows the state from one answer to the next."""

    def __init__(self) -> None:
        self._state: State = "none"
        self._exact = True
        self._statements = self._held = 0
        self._forgetters: list[Callable[[], None]] = []

    def began(self, statement: str, values: tuple[Scalar, ...] = (), group: int = 0, resumes: int = 0) -> Began:
        """The next statement, in a group of its own unless it belongs to a query of several."""
        self._statements += 1
        return Began(self._statements, statement, values, group or self._statements, resumes)

    def ends(self, number: int, statement: str, part: Part) -> Reply:
        """A statement's reply."""
        return self.ended(number, statement, (yield from part))

    def ended(self, number: int, statement: str, outcome: Outcome) -> Happenings:
        """The end of a statement; before it, what its state tells of those before it."""
        if outcome.error:
            return (self.failed(number, outcome.error, outcome.returned),)
        kind = verb(statement[:START].rstrip())
        told = self._told(kind, outcome.status) if outcome.status is not None else ()
        affected = outcome.affected if kind in WRITES or outcome.affected else None
        return (*told, Ended(number, outcome.tag, outcome.returned, affected, None, self._state, self._exact))

    def failed(self, number: int, error: Failure, returned: int | None = None) -> Ended:
        """An error does not tell the state: mostly it stays, for only the statement is rolled back."""
        self._exact = False
        if error.code in _ROLLED_BACK:
            self._state = "none"
        return Ended(number, None, returned, None, error, self._state, exact=False)

    def _told(self, kind: str, status: int) -> tuple[Happening, ...]:
        was_exact, self._exact = self._exact, True
        self._state = "open" if status & IN_TRANSACTION else "none"
        # Without autocommit a statement may itself have opened the transaction.
        keeps = kind in _KEEPING and (status & AUTOCOMMIT or self._state == "none")
        return (StateTold(self._state),) if not was_exact and (keeps or kind == "COM_PING") else ()

    def hold(self, size: int) -> None:
        """Keep something of this size; ValueError if that is too much."""
        self._held += size + OVERHEAD
        if self._held > MOST_HELD:
            raise ValueError("the driver makes more statements than can be kept")

    def release(self, size: int) -> None:
        """It is kept no longer."""
        self._held -= size + OVERHEAD

    def when_forgotten(self, forget: Callable[[], None]) -> None:
        """Have this done when the server forgets the session."""
        self._forgetters.append(forget)

    def forget(self) -> None:
        """The server has forgotten everything but the connection."""
        for forget in self._forgetters:
            forget()

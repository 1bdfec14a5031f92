"""What has been said on a PostgreSQL connection, as far as it is needed to understand what is said next."""

from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import Generic, TypeVar

import msgspec

from shared_scenarios.evidence.text import verb
from shared_scenarios.evidence.wire.postgresql_frames import Undecodable
from shared_scenarios.evidence.wire.postgresql_values import counts
from shared_scenarios.evidence.wire.protocol import Began, Ended
from shared_scenarios.timeline import Failure, Scalar, State

T = TypeVar("T")
Undo = Callable[[], None]
MOST_HELD = 1 << 26  # bytes of messages that the server has not answered, and of what a connection has prepared
OVERHEAD = 400  # bytes that keeping anything takes


class Kind(IntEnum):
    """The messages of a client that are answered."""

    QUERY = ord("Q")
    PARSE = ord("P")
    BIND = ord("B")
    DESCRIBE = ord("D")
    EXECUTE = ord("E")
    CLOSE = ord("C")
    SYNC = ord("S")


class Prepared(msgspec.Struct, eq=False):
    """A prepared statement; `rows` tells whether it returns any, once the server has said so."""

    text: str
    types: list[int] = []
    rows: bool | None = None


class Portal(msgspec.Struct, eq=False):
    """A prepared statement with its values, and the statement that ran it last."""

    prepared: Prepared
    values: tuple[Scalar, ...] = ()
    number: int = 0


class Sent(msgspec.Struct, frozen=True):
    """A statement under its number; `start` is its place in a query of several."""

    number: int
    group: int
    text: str
    start: int = 0


class Asked(msgspec.Struct, eq=False):
    """A message to which the server owes an answer, and how to forget what it asked for if the server ignores it.

    `rows_follow`: after it, the rows of a COPY were sent up to their end.
    """

    kind: int
    size: int
    group: int
    prepared: Prepared | None = None
    portal: Portal | None = None
    statements: list[Sent] = []
    undo: Undo | None = None
    rows_follow: bool = False


class Kept(Generic[T]):
    """Things by name; what was not used for longest goes first when they get too many."""

    def __init__(self) -> None:
        self._things: dict[str, tuple[T, int]] = {}
        self._held = 0

    def get(self, name: str) -> T | None:
        """The thing, which is thereby the one used last."""
        found = self._remove(name)
        self._add(name, found)
        return found[0] if found else None

    def put(self, name: str, thing: T, size: int) -> Undo:
        """Keep it in place of what had this name."""
        old = self._remove(name)
        self._add(name, (thing, size + OVERHEAD))
        while self._held > MOST_HELD:
            self._remove(next(iter(self._things)))
        return lambda: self._restore(name, old)

    def forget(self, name: str) -> Undo:
        """Keep it no longer."""
        old = self._remove(name)
        return lambda: self._restore(name, old)

    def _restore(self, name: str, old: tuple[T, int] | None) -> None:
        self._remove(name)
        self._add(name, old)

    def _add(self, name: str, entry: tuple[T, int] | None) -> None:
        if entry:
            self._things[name] = entry
            self._held += entry[1]

    def _remove(self, name: str) -> tuple[T, int] | None:
        entry = self._things.pop(name, None)
        self._held -= entry[1] if entry else 0
        return entry


class Talk:
    """What the client has asked and the server not yet answered, and what both know by name."""

    def __init__(self) -> None:
        self.owed: deque[Asked] = deque()
        self.statements: Kept[Prepared] = Kept()
        self.portals: Kept[Portal] = Kept()
        self.group = 1
        self.skipping = False  # the server ignores everything up to the next Sync
        self.copying = False  # the server reads rows, and ignores Sync
        self.copied = False
        self.escaping = False
        self.rows: int | None = None
        self.state: State = "none"
        self.last: Sent | None = None
        self._failure: Failure | None = None  # of the group of which the server ignores the rest
        self._skipped: list[Asked] = []
        self._number = 0
        self._held = 0

    def begin(
        self, text: str, values: tuple[Scalar, ...] = (), start: int = 0, group: int = 0, resumes: int = 0
    ) -> tuple[Sent, Began]:
        """The connection's next statement."""
        self._number += 1
        group = group or self.group
        return Sent(self._number, group, text, start), Began(self._number, text, values, group, resumes)

    def end(self, sent: Sent, tag: str | None = None, error: Failure | None = None) -> Ended:
        """What became of a statement. The state is a guess until the server tells it at the end of the group."""
        returned, affected = (None, None) if error else counts(tag or "", self.rows, self.copied)
        self.rows, self.copied, self.last = None, False, sent
        self.state = self._guess(sent.text, tag or "", error)
        return Ended(sent.number, tag, returned, affected, error, self.state, exact=False)

    def owe(self, asked: Asked) -> None:
        """Put it at the end of the queue, unless the server ignores it."""
        self._held += asked.size + OVERHEAD
        if self._held > MOST_HELD:
            raise Undecodable("more was asked than can be kept until it is answered")
        (self._skipped if self.skipping else self.owed).append(asked)

    def paid(self) -> Asked:
        """Take what has been answered off the queue."""
        if not self.owed:
            raise Undecodable("an answer to nothing that was asked")
        asked = self.owed.popleft()
        self._held -= asked.size + OVERHEAD
        return asked

    def failed(self, failure: Failure) -> None:
        """The server ignores everything up to the next Sync, sent already or not: take it off the queue."""
        ignored = [self.paid()]
        while self.owed and self.owed[0].kind != Kind.SYNC:
            ignored.append(self.paid())
        self._failure, self.skipping = failure, True
        for asked in ignored:
            self.owe(asked)
        self.skipping = not self.owed

    def ignored(self) -> tuple[Failure | None, list[Asked]]:
        """All that a failed group is known to have asked for by now, and its failure, each told once."""
        failure, ignored = self._failure, self._skipped
        for asked in reversed(ignored):
            if asked.undo:
                asked.undo()
        self._held -= sum(asked.size + OVERHEAD for asked in ignored)
        self._failure, self._skipped = None, []
        return failure, ignored

    def _guess(self, text: str, tag: str, error: Failure | None) -> State:
        if error:
            return "failed" if self.state == "open" else self.state
        if tag.startswith(("BEGIN", "START")):
            return "open"
        if tag.startswith(("COMMIT", "ROLLBACK", "PREPARE TRANSACTION")):
            return "open" if verb(text) == "ROLLBACK TO" else "none"
        return self.state

"""Prepared statements: prepared once, executed with values, perhaps before the server has said that it can.

Source: https://mariadb.com/kb/en/com_stmt_prepare/, https://mariadb.com/kb/en/com_stmt_execute/,
https://mariadb.com/kb/en/com_stmt_bulk_execute/, https://mariadb.com/kb/en/com_stmt_send_long_data/
"""

from collections.abc import Callable

from shared_scenarios.evidence.wire.mysql_packets import KEPT, Packet, Reader, Undecodable, text
from shared_scenarios.evidence.wire.mysql_replies import OK, Happenings, Replies, Reply, failure
from shared_scenarios.evidence.wire.mysql_session import Session
from shared_scenarios.evidence.wire.mysql_text import parameters
from shared_scenarios.evidence.wire.mysql_values import MOST, Type, decode, decode_rows, read_types
from shared_scenarios.timeline import Failure, Scalar

LAST = 0xFFFFFFFF  # MariaDB: the statement that was prepared last, whose number may not be known yet
WITH_TYPES = 128  # a flag of bulk executions


class Prepared:
    """A statement that was sent to be prepared. `count` is known when the server has answered."""

    def __init__(self, statement: str, count: int | None = None) -> None:
        self.text, self.count = statement, count
        self.types: list[Type] = []
        self.ahead: list[int] = []  # numbers of the executions that did not wait for the answer
        self.refused = False
        self.number = 0  # that of its last execution

    def values(self, reader: Reader, long: dict[int, int]) -> tuple[Scalar, ...]:
        """The values of an execution, `long` the sizes of those sent before it; their size, if they cannot be read."""
        left = len(reader.payload) - reader.at
        try:
            values, self.types = decode(reader, self.places(), self.types, long)
        except (IndexError, ValueError):
            return (f"<{left} bytes>",)
        return tuple(values)

    def sets(self, reader: Reader) -> tuple[Scalar, ...]:
        """The values of a bulk execution, if it is of one set, else how many sets there are."""
        left = len(reader.payload) - reader.at
        try:
            if reader.number(2) & WITH_TYPES:
                self.types = read_types(reader, self.places())
            rows = decode_rows(reader, self.types)
        except (IndexError, ValueError):
            return (f"<{left} bytes>",)
        return tuple(rows[0]) if len(rows) == 1 else (f"<{len(rows)} sets of values>",)

    @property
    def size(self) -> int:
        """Roughly the bytes that it takes to keep it."""
        return len(self.text) + 100 * (self.count or 0)

    def places(self) -> int:
        """How many values it takes."""
        return parameters(self.text) if self.count is None else self.count


class PreparedStatements:
    """Those of one session, by the numbers that the server has given them."""

    def __init__(self, session: Session, replies: Replies, wait: Callable[..., None]) -> None:
        self._session, self._replies, self._wait = session, replies, wait
        self._known: dict[int, Prepared] = {}
        self._last: Prepared | None = None
        self._long: dict[tuple[int, int], int] = {}  # sizes of values sent ahead, by statement and place
        session.when_forgotten(self._forget)

    def handlers(self) -> dict[int, Callable[[Packet], Happenings]]:
        """By the codes of their commands."""
        return {
            0x16: self._prepare, 0x17: self._execute, 0xFA: self._execute_bulk,
            0x18: self._long_data, 0x19: self._close, 0x1A: self._reset, 0x1C: self._fetch,
        }  # fmt: skip

    def _prepare(self, packet: Packet) -> Happenings:
        statement = text(packet.payload[1:])
        prepared = Prepared(statement if packet.size <= KEPT else f"{statement} … <{packet.size} bytes>")
        self._last = prepared
        self._wait(self._preparation(prepared), packet.size)
        return ()

    def _preparation(self, prepared: Prepared) -> Reply:
        payload = yield from self._replies.next()
        if payload[0] != OK:
            return self._refused(prepared, failure(payload))
        reader = Reader(payload, 1)
        identity, columns, prepared.count = reader.number(4), reader.number(2), reader.number(2)
        self._session.hold(prepared.size)
        self._known[identity] = prepared
        yield from self._replies.definitions(prepared.count, columns)
        return ()

    def _refused(self, prepared: Prepared, error: Failure) -> Happenings:
        """The error of the executions that were sent with it; without one, it is an event of its own."""
        prepared.refused = True
        if prepared.ahead:
            return tuple(self._session.failed(number, error) for number in prepared.ahead)
        began = self._session.began(prepared.text)
        return (began, self._session.failed(began.number, error))

    def _execute(self, packet: Packet) -> Happenings:
        reader = Reader(packet.payload, 1)
        identity = reader.number(4)
        prepared = self._find(identity)
        reader.take(5)
        return self._executed(packet, prepared, prepared.values(reader, self._taken(identity)))

    def _execute_bulk(self, packet: Packet) -> Happenings:
        reader = Reader(packet.payload, 1)
        prepared = self._find(reader.number(4))
        return self._executed(packet, prepared, prepared.sets(reader))

    def _executed(self, packet: Packet, prepared: Prepared, values: tuple[Scalar, ...]) -> Happenings:
        began = self._session.began(prepared.text, values)
        prepared.number = began.number
        if prepared.count is None and not prepared.refused:
            prepared.ahead.append(began.number)
        self._wait(self._execution(prepared, began.number), packet.size)
        return (began,)

    def _execution(self, prepared: Prepared, number: int) -> Reply:
        outcome = yield from self._replies.results()
        if prepared.refused and number in prepared.ahead:
            return ()  # it has ended with the preparation
        return self._session.ended(number, prepared.text, outcome)

    def _fetch(self, packet: Packet) -> Happenings:
        """More rows of the statement that was executed last under this number."""
        prepared = self._find(Reader(packet.payload, 1).number(4))
        began = self._session.began(prepared.text, resumes=prepared.number)
        self._wait(self._session.ends(began.number, prepared.text, self._replies.rows()))
        return (began,)

    def _long_data(self, packet: Packet) -> Happenings:
        reader = Reader(packet.payload, 1)
        key = (reader.number(4), reader.number(2))
        if len(self._long) == MOST:
            raise Undecodable("the driver sends more values ahead than can be kept")
        self._long[key] = self._long.get(key, 0) + packet.size - reader.at
        return ()

    def _taken(self, identity: int) -> dict[int, int]:
        mine = [key for key in self._long if key[0] == identity]
        return {key[1]: self._long.pop(key) for key in mine}

    def _close(self, packet: Packet) -> Happenings:
        identity = Reader(packet.payload, 1).number(4)
        self._taken(identity)
        if prepared := self._known.pop(identity, None):
            self._session.release(prepared.size)
        return ()

    def _reset(self, packet: Packet) -> Happenings:
        self._taken(Reader(packet.payload, 1).number(4))
        self._wait(self._unrecorded())
        return ()

    def _forget(self) -> None:
        for prepared in self._known.values():
            self._session.release(prepared.size)
        self._known.clear()
        self._long.clear()
        self._last = None

    def _unrecorded(self) -> Reply:
        yield from self._replies.result()
        return ()

    def _find(self, identity: int) -> Prepared:
        """The statement of this number; the server will say that it does not know it, if we do not."""
        found = self._last if identity == LAST else self._known.get(identity)
        return found or Prepared(f"<prepared statement {identity}>", 0)

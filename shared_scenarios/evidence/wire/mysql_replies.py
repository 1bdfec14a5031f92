"""What the server answers: results with and without rows, errors, and the transaction's state in them.

Each reply is a generator that reads what has come of the server's packets, and returns with what its last one tells. It
gives None where more has to come, and what is to be recorded before that.
Source: https://mariadb.com/kb/en/4-server-response-packets/, https://mariadb.com/kb/en/com_stmt_prepare/
"""

from collections.abc import Generator

import msgspec
from msgspec.structs import replace

from shared_scenarios.evidence.wire.mysql_handshake import CACHE_METADATA, DEPRECATE_EOF
from shared_scenarios.evidence.wire.mysql_packets import FULL, Packet, Packets, Reader, Undecodable, text
from shared_scenarios.evidence.wire.protocol import Happening
from shared_scenarios.timeline import Failure

Happenings = tuple[Happening, ...]
OK, LOCAL_FILE, EOF, ERROR = 0x00, 0xFB, 0xFE, 0xFF
IN_TRANSACTION, AUTOCOMMIT, MORE_RESULTS, CURSOR_EXISTS = 1, 2, 8, 64
ENDS = bytes((EOF, ERROR))  # how what ends rows begins; few rows do
MANY = 1 << 32
PROGRESS = 0xFFFF  # an error of this number tells how far a statement has come


class Outcome(msgspec.Struct, frozen=True):
    """What one statement, or one execution, came to. `status` is missing in errors."""

    status: int | None = None
    affected: int | None = None
    returned: int | None = None
    error: Failure | None = None

    @property
    def more(self) -> bool:
        """Whether another result follows."""
        return bool((self.status or 0) & MORE_RESULTS)

    def joined(self, later: "Outcome") -> "Outcome":
        """Itself and a later one of the same statement, as one."""
        rows = [one.returned for one in (self, later) if one.returned is not None]
        return replace(
            later, returned=sum(rows) if rows else None, affected=(self.affected or 0) + (later.affected or 0)
        )


Reply = Generator[Happenings | None, None, Happenings]
Part = Generator[None, None, Outcome]


class Replies:
    """Reads results as the two sides have agreed on: `capabilities` are those of the client's handshake."""

    def __init__(self, capabilities: int, packets: Packets) -> None:
        self._packets = packets
        self._ends_early = bool(capabilities & DEPRECATE_EOF)
        self._caches = bool(capabilities & CACHE_METADATA)
        self.authenticating = False  # what the client sends is a plugin's, and perhaps secret
        self.awaits_file = False  # what the client sends is a file's content, until an empty packet

    def takes(self, packet: Packet) -> bool:
        """Whether a packet of the client's is a part of this reply's conversation, and no command."""
        if self.awaits_file:
            self.awaits_file = packet.size > 0
            return True
        return self.authenticating

    def authentication(self) -> Part:
        """The plugins of both sides talk from now on, until the server is content or not."""
        self.authenticating = True
        return self._authentication()

    def _authentication(self) -> Part:
        payload = yield from self.next()
        while payload[0] not in (OK, ERROR):
            payload = yield from self.next()
        self.authenticating = False
        return _ok(payload) if payload[0] == OK else Outcome(error=failure(payload))

    def next(self) -> Generator[None, None, bytes]:
        """What the server says next; Undecodable if that is nothing."""
        return payload_of(self._packets.next() or (yield from self._arriving()))

    def _arriving(self) -> Generator[None, None, Packet]:
        while not (packet := self._packets.next()):
            yield
        return packet

    def anything(self) -> Part:
        """One packet, whatever it is."""
        payload = yield from self.next()
        return Outcome(error=failure(payload)) if payload[0] == ERROR else Outcome()

    def results(self, *, all_of_them: bool = True, of_call: bool = False) -> Part:
        """The results of one statement: all that come, or, of a call, all up to the one without rows."""
        part = outcome = yield from self.result()
        while part.more and (all_of_them or (of_call and part.returned is not None)):
            part = yield from self.result()
            outcome = outcome.joined(part)
        return outcome

    def result(self) -> Part:
        """One result."""
        payload = yield from self.next()
        while payload[0] == LOCAL_FILE or _is_progress(payload):
            self.awaits_file = payload[0] == LOCAL_FILE
            payload = yield from self.next()
        if payload[0] == ERROR:
            return Outcome(error=failure(payload))
        if payload[0] == OK:
            return _ok(payload)
        if payload[0] == EOF and len(payload) < 9:
            return _eof(payload)
        # The names are left out where the client has kept them from the last time.
        reader = Reader(payload)
        columns = reader.length()
        if not self._caches or reader.number(1):
            yield from self._names(columns)
        if not self._ends_early:
            named = _eof((yield from self.next()))
            if (named.status or 0) & CURSOR_EXISTS:
                return named
        return (yield from self.rows())

    def _names(self, left: int) -> Generator[None, None, None]:
        while left := left - self._packets.skip(left):
            yield from self.next()
            left -= 1

    def rows(self) -> Part:
        """Rows or names of columns, counted, and what ends them."""
        returned = 0
        while True:
            returned += self._packets.skip(MANY, ENDS)
            packet = self._packets.next() or (yield from self._arriving())
            payload = payload_of(packet)
            if payload[0] == EOF and packet.size < (FULL if self._ends_early else 9):
                status = (_ok if self._ends_early else _eof)(payload).status or 0
                return Outcome(status, returned=None if status & CURSOR_EXISTS else returned)
            if payload[0] == ERROR:
                return Outcome(error=failure(payload), returned=returned)
            returned += 1

    def definitions(self, parameters: int, columns: int) -> Generator[None, None, None]:
        """What follows the answer to a prepare: the two lists, each with an end unless the sides agreed on none."""
        for count in (parameters, columns):
            yield from self._names(count)
            if count and not self._ends_early:
                yield from self.next()


def _ok(payload: bytes) -> Outcome:
    reader = Reader(payload, 1)
    affected, _inserted, at = reader.length(), reader.length(), reader.at
    return Outcome(payload[at] | payload[at + 1] << 8, affected)


def failure(payload: bytes) -> Failure:
    """An error as the server told it: SQLSTATE and MySQL's own number, as the number says more."""
    reader = Reader(payload, 1)
    number, state = reader.number(2), "HY000"
    if payload[3:4] == b"#":
        state = text(reader.take(6)[1:])
    return Failure("", text(reader.rest()), f"{state}/{number}")


def payload_of(packet: Packet) -> bytes:
    """The payload; Undecodable if it is empty, as no answer is."""
    if not packet.payload:
        raise Undecodable("the server sent an empty packet")
    return packet.payload


def _is_progress(payload: bytes) -> bool:
    return payload[0] == ERROR and int.from_bytes(payload[1:3], "little") == PROGRESS


def _eof(payload: bytes) -> Outcome:
    """The end of a list, in the old form; Undecodable if it is none, for then the two sides are misunderstood."""
    if payload[0] != EOF or len(payload) >= 9:
        raise Undecodable("the server sent a packet where a list ends")
    return Outcome(payload[3] | payload[4] << 8)

"""Commands and their answers: after the handshake each first packet of a driver is a command; answers come in order.

Source: https://mariadb.com/kb/en/2-text-protocol/, https://mariadb.com/kb/en/3-binary-protocol-prepared-statements/
"""

import re
from collections import deque
from collections.abc import Callable, Sequence

from shared_scenarios.evidence.text import verb
from shared_scenarios.evidence.wire.mysql_handshake import MULTI_STATEMENTS, Greeting
from shared_scenarios.evidence.wire.mysql_packets import KEPT, Packet, Packets, Reader, Undecodable, text
from shared_scenarios.evidence.wire.mysql_prepared import PreparedStatements
from shared_scenarios.evidence.wire.mysql_replies import ERROR, Happenings, Part, Replies, Reply, failure, payload_of
from shared_scenarios.evidence.wire.mysql_session import START, Session
from shared_scenarios.evidence.wire.mysql_text import is_nothing, statements
from shared_scenarios.evidence.wire.protocol import CancelAsked, Greeted, Left

# Commands that carry no SQL are recorded by their own names, so that nobody takes them for it.
_NAMED = {
    0x05: "COM_CREATE_DB", 0x06: "COM_DROP_DB", 0x07: "COM_REFRESH", 0x08: "COM_SHUTDOWN", 0x0A: "COM_PROCESS_INFO",
    0x0D: "COM_DEBUG", 0x0E: "COM_PING", 0x1B: "COM_SET_OPTION",
}  # fmt: skip
_KILL = re.compile(r"\s*KILL\s+(?:(?:HARD|SOFT)\s+)?(?:(?:CONNECTION|QUERY)\s+)?(\d{1,20})\s*;?\s*", re.IGNORECASE)
Handler = Callable[[Packet], Happenings]


class Commands:
    """The conversation of one connection, from the driver's answer to the greeting on."""

    def __init__(self, greeting: Greeting, capabilities: int, answers: Packets) -> None:
        self._session = Session()
        self._answers = answers
        self._replies = Replies(capabilities, answers)
        self._splits = bool(capabilities & MULTI_STATEMENTS)
        self._waiting: deque[tuple[Reply, int]] = deque()
        self._handlers: dict[int, Handler] = {
            0x01: lambda _: (Left(),), 0x02: self._init_db, 0x03: self._query, 0x04: self._field_list,
            0x09: self._statistics, 0x0C: self._kill, 0x11: self._change_user, 0x1F: self._reset,
            **dict.fromkeys(_NAMED, self._named),
            **PreparedStatements(self._session, self._replies, self._wait).handlers(),
        }  # fmt: skip
        self._wait(self._login(greeting, self._replies.authentication()))

    def sent(self, packet: Packet) -> Happenings:
        """A packet of the driver's; Undecodable if it cannot be understood."""
        if self._replies.takes(packet):
            return ()
        if packet.sequence or not packet.payload:
            raise Undecodable("the driver is out of step")
        code = packet.payload[0]
        if code not in self._handlers:
            raise Undecodable(f"the driver sent the unknown command {code:#04x}")
        return self._handlers[code](packet)

    def answered(self) -> Happenings | None:
        """What the server says next, as far as it has come; None if more has to come. Undecodable if it cannot be
        understood.
        """
        if not self._waiting:
            packet = self._answers.next()
            return self._unasked(payload_of(packet)) if packet else None
        try:
            return next(self._waiting[0][0])
        except StopIteration as end:
            self._session.release(self._waiting.popleft()[1])
            told: Happenings = end.value
            return told

    def _unasked(self, payload: bytes) -> Happenings:
        if payload[0] != ERROR:
            raise Undecodable("the server spoke unasked")
        return (self._session.failed(0, failure(payload)),)  # it says why it is about to close

    def _wait(self, reply: Reply, size: int = 0) -> None:
        """A reply that is expected after those already waited for, to a command of this size."""
        self._session.hold(size)
        self._waiting.append((reply, size))

    def _login(self, greeting: Greeting, authentication: Part) -> Reply:
        outcome = yield from authentication
        if outcome.error:
            return (self._session.failed(0, outcome.error),)
        return (Greeted(greeting.backend, greeting.version),)

    def _recorded(self, statement: str, part: Part) -> Happenings:
        began = self._session.began(statement)
        self._wait(self._session.ends(began.number, statement, part), len(statement))
        return (began,)

    def _query(self, packet: Packet) -> Happenings:
        query = text(packet.payload[1:])
        whole = packet.size <= KEPT
        parts = statements(query) if self._splits and whole and ";" in query else []
        if len(parts) > 1:
            began = self._session.began(parts[0])
            self._wait(self._several(parts, began.number), packet.size)
            return (began,)
        query = query if whole else f"{query} … <{packet.size} bytes>"
        asked = _KILL.fullmatch(query[:START])
        told = self._recorded(query, self._replies.results())
        return (CancelAsked(int(asked[1])), *told) if asked else told

    def _several(self, parts: Sequence[str], group: int) -> Reply:
        """Statement after statement, each begun where the one before it has ended; an error ends them all."""
        told: Happenings = ()
        number = group
        for index, part in enumerate(parts):
            if index:
                began = self._session.began(part, group=group)
                number = began.number
                yield (*told, began)
            last = index == len(parts) - 1
            outcome = yield from self._replies.results(all_of_them=last, of_call=verb(part[:START]) == "CALL")
            told = self._session.ended(number, part, outcome)
            if not outcome.more:
                break
        if not outcome.error and not all(is_nothing(part) for part in parts[index + 1 :]):
            raise Undecodable("a query of several statements was not taken apart as the server does")
        return told

    def _init_db(self, packet: Packet) -> Happenings:
        return self._recorded(f"COM_INIT_DB {text(packet.payload[1:])}", self._replies.result())

    def _named(self, packet: Packet) -> Happenings:
        if packet.payload[0] == 0x1B:
            self._splits = packet.payload[1] == 0
        return self._recorded(_NAMED[packet.payload[0]], self._replies.result())

    def _field_list(self, packet: Packet) -> Happenings:
        table = text(Reader(packet.payload, 1).zero_ended())
        return self._recorded(f"COM_FIELD_LIST {table}", self._replies.rows())

    def _statistics(self, _packet: Packet) -> Happenings:
        return self._recorded("COM_STATISTICS", self._replies.anything())

    def _kill(self, packet: Packet) -> Happenings:
        backend = Reader(packet.payload, 1).number(4)
        return (CancelAsked(backend), *self._recorded(f"COM_PROCESS_KILL {backend}", self._replies.result()))

    def _change_user(self, _packet: Packet) -> Happenings:
        """Who it is changed to is not kept, as a secret comes with it."""
        return self._recorded("COM_CHANGE_USER", self._forgetting(self._replies.authentication()))

    def _reset(self, _packet: Packet) -> Happenings:
        return self._recorded("COM_RESET_CONNECTION", self._forgetting(self._replies.result()))

    def _forgetting(self, part: Part) -> Part:
        outcome = yield from part
        if not outcome.error:
            self._session.forget()
        return outcome

"""What a PostgreSQL driver sends: queries, and the messages of the extended protocol.

Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import struct
from collections.abc import Callable, Sequence

from shared_scenarios.evidence.wire.postgresql_frames import STARTUP, Frame
from shared_scenarios.evidence.wire.postgresql_group import failed_group
from shared_scenarios.evidence.wire.postgresql_talk import Asked, Kind, Portal, Prepared, Sent, Talk
from shared_scenarios.evidence.wire.postgresql_text import statements_of
from shared_scenarios.evidence.wire.postgresql_values import Reader, bound_values
from shared_scenarios.evidence.wire.protocol import Began, CancelAsked, Happening, Left

WANTED, NOTED, OTHERS = b"QPBEDCF", b"ScfX", b"Hdp"
CANCEL_REQUEST = (80877102).to_bytes(4)


class ClientMessages:
    """Notes what is asked of the server; a statement begins where it is to be executed."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.readers: dict[int, Callable[[Frame], Sequence[Happening]]] = {
            STARTUP: self._startup,
            Kind.QUERY: self._query,
            Kind.PARSE: self._parse,
            Kind.BIND: self._bind,
            Kind.EXECUTE: self._execute,
            Kind.DESCRIBE: self._describe,
            Kind.CLOSE: self._close,
            Kind.SYNC: self._sync,
            ord("F"): self._function,
            ord("c"): self._copied,
            ord("f"): self._copied,
            ord("X"): lambda _frame: (*failed_group(self._talk), Left()),
        }

    def _startup(self, frame: Frame) -> Sequence[Happening]:
        """A connection can be there only to cancel what another one does. The secret that allows it is left."""
        if frame.body[:4] != CANCEL_REQUEST:
            return ()
        return (CancelAsked(int.from_bytes(frame.body[4:8])),)

    def _query(self, frame: Frame) -> Sequence[Happening]:
        parts = statements_of(_text(frame, Reader(frame.body)), self._talk.escaping)
        seen = self._ask(frame, [self._talk.begin(text, start=start) for text, start in parts])
        self._talk.group += not self._talk.skipping
        return seen

    def _function(self, frame: Frame) -> Sequence[Happening]:
        (function,) = struct.unpack_from("!I", frame.body)
        return self._ask(frame, [self._talk.begin(f"fastpath function call {function}")])

    def _parse(self, frame: Frame) -> Sequence[Happening]:
        reader = Reader(frame.body)
        name, text = reader.text(), _text(frame, reader)
        prepared = Prepared(text, reader.numbers("I") if frame.whole else [])
        undo = self._talk.statements.put(name, prepared, len(frame.body))
        return self._owe(Asked(Kind.PARSE, len(frame.body), self._talk.group, prepared, undo=undo))

    def _bind(self, frame: Frame) -> Sequence[Happening]:
        reader = Reader(frame.body)
        name, statement = reader.text(), reader.text()
        prepared = self._talk.statements.get(statement) or Prepared(f"<prepared statement {statement}>")
        values = bound_values(reader, prepared.types) if frame.whole else (f"<{frame.size} bytes>",)
        portal = Portal(prepared, values)
        undo = self._talk.portals.put(name, portal, len(frame.body))
        return self._owe(Asked(Kind.BIND, len(frame.body), self._talk.group, prepared, portal, undo=undo))

    def _execute(self, frame: Frame) -> Sequence[Happening]:
        """Executing a portal again fetches more of its rows."""
        portal = self._portal(Reader(frame.body).text())
        sent, began = self._talk.begin(portal.prepared.text, portal.values, resumes=portal.number)
        portal.number = sent.number
        self._owe(Asked(Kind.EXECUTE, len(frame.body), self._talk.group, portal.prepared, portal, [sent]))
        return (began,)

    def _describe(self, frame: Frame) -> Sequence[Happening]:
        name = Reader(frame.body[1:]).text()
        portal = None if frame.body[:1] == b"S" else self._portal(name)
        prepared = portal.prepared if portal else self._talk.statements.get(name)
        return self._owe(Asked(Kind.DESCRIBE, len(frame.body), self._talk.group, prepared, portal))

    def _close(self, frame: Frame) -> Sequence[Happening]:
        kept = self._talk.statements if frame.body[:1] == b"S" else self._talk.portals
        undo = kept.forget(Reader(frame.body[1:]).text())
        return self._owe(Asked(Kind.CLOSE, len(frame.body), self._talk.group, undo=undo))

    def _sync(self, frame: Frame) -> Sequence[Happening]:
        if self._talk.copying:
            return ()
        seen = failed_group(self._talk)
        self._talk.skipping = False
        self._owe(Asked(Kind.SYNC, len(frame.body), self._talk.group))
        self._talk.group += 1
        return seen

    def _copied(self, _frame: Frame) -> Sequence[Happening]:
        """The end of the rows; some drivers send them before they know that they are awaited."""
        if not self._talk.copying and self._talk.owed:
            self._talk.owed[-1].rows_follow = True
        self._talk.copying = False
        return ()

    def _portal(self, name: str) -> Portal:
        return self._talk.portals.get(name) or Portal(Prepared(f"<portal {name}>"))

    def _ask(self, frame: Frame, begun: list[tuple[Sent, Began]]) -> Sequence[Happening]:
        statements = [sent for sent, _ in begun]
        self._owe(Asked(Kind.QUERY, len(frame.body), self._talk.group, statements=statements))
        return [began for _, began in begun]

    def _owe(self, asked: Asked) -> Sequence[Happening]:
        self._talk.owe(asked)
        return ()


def _text(frame: Frame, reader: Reader) -> str:
    return reader.text() if frame.whole else f"{reader.rest()}… <{frame.size} bytes>"

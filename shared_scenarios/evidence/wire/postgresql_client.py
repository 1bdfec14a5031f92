"""What a PostgreSQL driver sends: queries, and the messages of the extended protocol.

Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import struct
from collections import deque
from collections.abc import Iterable

from shared_scenarios.evidence.wire.postgresql_frames import Frame
from shared_scenarios.evidence.wire.postgresql_talk import Asked, Kind, Portal, Prepared, Sent, Talk
from shared_scenarios.evidence.wire.postgresql_text import statements_of
from shared_scenarios.evidence.wire.postgresql_values import Reader, bound_values
from shared_scenarios.evidence.wire.protocol import Began, Happening
from shared_scenarios.timeline import Failure

WANTED, OTHERS = b"QPBEDCF", b"SHdcfXp"
SKIPPED = Failure("", "skipped: after an error the server ignores what comes before the next Sync")


class ClientMessages:
    """Notes what is asked of the server; a statement begins where it is to be executed."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._readers = {
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
        }

    def read(self, frame: Frame) -> Iterable[Happening]:
        """What a message begins."""
        reader = self._readers.get(frame.kind)
        return reader(frame) if reader else ()

    def _query(self, frame: Frame) -> Iterable[Happening]:
        parts = statements_of(_text(frame, Reader(frame.body)), self._talk.escaping)
        begun = [self._talk.begin(text, start=start) for text, start in parts]
        yield from self._ask(Kind.QUERY, frame, begun)
        if not self._talk.skipping:
            self._talk.group += 1

    def _function(self, frame: Frame) -> Iterable[Happening]:
        (function,) = struct.unpack_from("!I", frame.body)
        yield from self._ask(Kind.QUERY, frame, [self._talk.begin(f"fastpath function call {function}")])

    def _parse(self, frame: Frame) -> Iterable[Happening]:
        reader = Reader(frame.body)
        name, text = reader.text(), _text(frame, reader)
        prepared = Prepared(text, reader.numbers("I") if frame.whole else [])
        if not self._talk.skipping:
            undo = self._talk.statements.put(name, prepared, len(frame.body))
            self._owe(Kind.PARSE, frame, prepared=prepared, undo=undo)
        return ()

    def _bind(self, frame: Frame) -> Iterable[Happening]:
        reader = Reader(frame.body)
        name, statement = reader.text(), reader.text()
        prepared = self._talk.statements.get(statement) or Prepared(f"<prepared statement {statement}>")
        values = bound_values(reader, prepared.types) if frame.whole else (f"<{frame.size} bytes>",)
        if not self._talk.skipping:
            portal = Portal(prepared, values)
            undo = self._talk.portals.put(name, portal, len(frame.body))
            self._owe(Kind.BIND, frame, prepared=prepared, portal=portal, undo=undo)
        return ()

    def _execute(self, frame: Frame) -> Iterable[Happening]:
        """Executing a portal again fetches more of its rows."""
        portal = self._portal(Reader(frame.body).text())
        sent, began = self._talk.begin(portal.prepared.text, portal.values, resumes=portal.number)
        yield from self._ask(Kind.EXECUTE, frame, [(sent, began)], portal)
        if not self._talk.skipping:
            portal.number = sent.number

    def _describe(self, frame: Frame) -> Iterable[Happening]:
        name = Reader(frame.body[1:]).text()
        portal = None if frame.body[:1] == b"S" else self._portal(name)
        if not self._talk.skipping:
            prepared = portal.prepared if portal else self._talk.statements.get(name)
            self._owe(Kind.DESCRIBE, frame, prepared=prepared, portal=portal)
        return ()

    def _close(self, frame: Frame) -> Iterable[Happening]:
        kept = self._talk.statements if frame.body[:1] == b"S" else self._talk.portals
        if not self._talk.skipping:
            self._owe(Kind.CLOSE, frame, undo=kept.forget(Reader(frame.body[1:]).text()))
        return ()

    def _sync(self, frame: Frame) -> Iterable[Happening]:
        if not self._talk.copying:
            self._talk.skipping = False
            self._owe(Kind.SYNC, frame)
            self._talk.group += 1
        return ()

    def _copied(self, _frame: Frame) -> Iterable[Happening]:
        self._talk.copying = False
        return ()

    def _portal(self, name: str) -> Portal:
        return self._talk.portals.get(name) or Portal(Prepared(f"<portal {name}>"))

    def _ask(
        self, kind: int, frame: Frame, begun: list[tuple[Sent, Began]], portal: Portal | None = None
    ) -> Iterable[Happening]:
        sent = [statement for statement, _ in begun]
        if self._talk.skipping:
            for statement, began in begun:
                yield from (began, self._talk.end(statement, error=SKIPPED))
            return
        yield from (began for _, began in begun)
        prepared = portal.prepared if portal else None
        self._owe(kind, frame, prepared=prepared, portal=portal, statements=deque(sent))

    def _owe(self, kind: int, frame: Frame, **given: object) -> None:
        self._talk.owe(Asked(kind, len(frame.body), self._talk.group, **given))  # type: ignore[arg-type]  # its fields


def _text(frame: Frame, reader: Reader) -> str:
    return reader.text() if frame.whole else f"{reader.rest()}… <{frame.size} bytes>"

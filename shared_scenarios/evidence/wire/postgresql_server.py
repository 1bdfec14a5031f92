"""What a PostgreSQL server answers, given to the messages that asked for it, in their order.

Source: https://www.postgresql.org/docs/current/protocol-flow.html,
https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from collections.abc import Callable, Sequence

from shared_scenarios.evidence.wire.postgresql_frames import Frame, Undecodable
from shared_scenarios.evidence.wire.postgresql_group import failed_group, of_nothing
from shared_scenarios.evidence.wire.postgresql_talk import Asked, Kind, Talk
from shared_scenarios.evidence.wire.postgresql_values import Reader, read_error
from shared_scenarios.evidence.wire.protocol import Greeted, Happening, StateTold
from shared_scenarios.timeline import Failure, State

WANTED, NOTED, OTHERS = b"SKZCEt", b"TDInsGWV123", b"RHdcNAv"
STATES: dict[bytes, State] = {b"I": "none", b"T": "open", b"E": "failed"}
NOT_RUN = Failure("", "skipped: another statement of the same query failed")
ONLY_PARSED = {ord("1"): Kind.PARSE, ord("2"): Kind.BIND, ord("3"): Kind.CLOSE}


class ServerMessages:
    """Ends what was begun. An answer to what nobody asked makes the connection undecodable."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._greeted = False
        self._backend: int | None = None
        self._version = ""
        self.readers: dict[int, Callable[[Frame], Sequence[Happening]]] = {
            ord("S"): self._parameter,
            ord("K"): self._key,
            ord("Z"): self._ready,
            ord("D"): self._row,
            ord("C"): self._complete,
            ord("I"): self._complete,
            ord("s"): self._complete,
            ord("V"): self._complete,
            ord("E"): self._error,
            ord("T"): self._described,
            ord("n"): self._described,
            ord("t"): self._types,
            ord("G"): self._copy_in,
            ord("W"): self._replication,
            **dict.fromkeys(ONLY_PARSED, self._done),
        }

    def _parameter(self, frame: Frame) -> Sequence[Happening]:
        reader = Reader(frame.body)
        name, value = reader.text(), reader.text()
        if name == "server_version":
            self._version = value
        elif name == "standard_conforming_strings":
            self._talk.escaping = value == "off"
        return ()

    def _key(self, frame: Frame) -> Sequence[Happening]:
        """The backend's number; the secret that follows it, with which its statements can be cancelled, is left."""
        self._backend = int.from_bytes(frame.body[:4])
        return ()

    def _ready(self, frame: Frame) -> Sequence[Happening]:
        self._talk.state = STATES[frame.body]
        if not self._greeted:
            self._greeted = True
            return (Greeted(self._backend, self._version),)
        asked = self._talk.paid()
        if asked.statements or asked.kind not in (Kind.SYNC, Kind.QUERY):
            raise Undecodable("the server is ready, but owes an answer")
        return (StateTold(self._talk.state),)

    def _row(self, _frame: Frame) -> Sequence[Happening]:
        self._talk.rows = (self._talk.rows or 0) + 1
        return ()

    def _done(self, frame: Frame) -> Sequence[Happening]:
        self._paid(ONLY_PARSED[frame.kind])
        return ()

    def _described(self, frame: Frame) -> Sequence[Happening]:
        if self._next().kind != Kind.DESCRIBE:
            self._talk.rows = 0
        elif prepared := self._paid(Kind.DESCRIBE).prepared:
            prepared.rows = frame.kind == ord("T")
        return ()

    def _types(self, frame: Frame) -> Sequence[Happening]:
        prepared = self._next().prepared
        if prepared and frame.whole:
            prepared.types = Reader(frame.body).numbers("I")
        return ()

    def _complete(self, frame: Frame) -> Sequence[Happening]:
        """A statement is done, or has sent as many rows as it was asked for."""
        asked = self._next()
        if not asked.statements:
            raise Undecodable("more answers than statements")
        sent = asked.statements.pop(0)
        if asked.kind == Kind.EXECUTE:
            self._talk.paid()
        if self._talk.rows is None and asked.prepared and asked.prepared.rows:
            self._talk.rows = 0
        tag = Reader(frame.body).text() if frame.kind == ord("C") else None
        return (self._talk.end(sent, tag),)

    def _copy_in(self, _frame: Frame) -> Sequence[Happening]:
        """Rows are awaited, if they have not been sent already. Until their end the server ignores a Sync, so that
        nothing is owed for it.
        """
        self._next()
        self._talk.copying = self._talk.copied = True
        for asked in [self._talk.paid() for _ in range(len(self._talk.owed))]:
            if asked.kind != Kind.SYNC or not self._talk.copying:
                self._talk.owe(asked)
            self._talk.copying = self._talk.copying and not asked.rows_follow
        return ()

    def _replication(self, _frame: Frame) -> Sequence[Happening]:
        raise Undecodable("replication")

    def _error(self, frame: Frame) -> Sequence[Happening]:
        failure, place, last = read_error(frame.body)
        self._talk.copying = False
        if not self._talk.owed:
            return of_nothing(self._talk, failure)
        kind = self._talk.owed[0].kind
        if kind == Kind.SYNC:
            return self._undone(failure)
        return self._query_failed(failure, place) if kind == Kind.QUERY else self._group_failed(failure, last)

    def _undone(self, failure: Failure) -> Sequence[Happening]:
        """The commit at the end of a group failed: its last statement had succeeded, but that is over now."""
        last = self._talk.last
        if last is None or last.group != self._talk.owed[0].group:
            return of_nothing(self._talk, failure)
        return (self._talk.end(last, error=failure),)

    def _group_failed(self, failure: Failure, last: bool) -> Sequence[Happening]:
        """Told at once if the driver has sent all of the group, or if this is the last that the server says."""
        self._talk.failed(failure)
        return () if self._talk.skipping and not last else failed_group(self._talk)

    def _query_failed(self, failure: Failure, place: int) -> Sequence[Happening]:
        """The first statement that is left has failed, unless the error points into a later one: nothing was run."""
        left = self._talk.owed[0].statements
        culprit = max((n for n, sent in enumerate(left) if sent.start < place), default=0)
        ended = [self._talk.end(s, error=failure if n == culprit else NOT_RUN) for n, s in enumerate(left)]
        left.clear()
        return ended or of_nothing(self._talk, failure)

    def _next(self) -> Asked:
        if not self._talk.owed:
            raise Undecodable("an answer to nothing that was asked")
        return self._talk.owed[0]

    def _paid(self, kind: Kind) -> Asked:
        if self._next().kind != kind:
            raise Undecodable("an answer to something else than was asked")
        return self._talk.paid()

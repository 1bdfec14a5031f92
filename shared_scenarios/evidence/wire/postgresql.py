"""The decoder of PostgreSQL's protocol, version 3: bytes of both directions in, steps out.

Encryption is refused here, since what is encrypted cannot be seen; a driver that demands it says so itself.
Passwords, tokens and keys pass through without being kept.
Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL and the sections around it.
"""

from collections.abc import Callable, Iterable, Iterator

from shared_scenarios.evidence.wire import postgresql_client, postgresql_server
from shared_scenarios.evidence.wire.postgresql_frames import ENCRYPTION, STARTUP, Cutter, Frame
from shared_scenarios.evidence.wire.postgresql_talk import Talk
from shared_scenarios.evidence.wire.protocol import CancelAsked, Happening, Step, Unseen

CANCEL_REQUEST = 80877102
REFUSED = b"N"
Read = Callable[[Frame], Iterable[Happening]]


class PostgresDecoder:
    """Reads one connection. From the first thing that it does not understand on it only passes bytes through."""

    def __init__(self) -> None:
        talk = Talk()
        self._unseen = False
        self._from_client = Cutter(postgresql_client.WANTED, postgresql_client.OTHERS, startup=True)
        self._from_server = Cutter(postgresql_server.WANTED, postgresql_server.OTHERS)
        self._client_messages: Read = postgresql_client.ClientMessages(talk).read
        self._server_messages: Read = postgresql_server.ServerMessages(talk).read

    def client(self, data: bytes) -> Iterator[Step]:
        """What the driver has sent, in pieces of any size."""
        return self._steps(self._from_client, data, self._client_frame)

    def server(self, data: bytes) -> Iterator[Step]:
        """What the server has sent, in pieces of any size."""
        return self._steps(self._from_server, data, self._server_messages)

    def _steps(self, cutter: Cutter, data: bytes, read: Read) -> Iterator[Step]:
        if self._unseen:
            yield Step(cutter.release() + data)
            return
        data = cutter.feed(data)
        passed = 0
        try:
            for frame in cutter.cut(data):
                if frame.kind == STARTUP and frame.body[:4] in ENCRYPTION:
                    yield Step(REFUSED, to="sender")
                    passed = frame.end
                *before, last = (None, *read(frame))
                yield from (Step(b"", what) for what in before if what)
                if last:
                    yield Step(data[passed : frame.end], last)
                    passed = frame.end
            end = cutter.end
        except Exception as error:  # noqa: BLE001  # whatever is wrong here, it must not break the user's connection
            cutter.release()
            yield self._give_up(data[passed:], error)
            return
        if passed < end:
            yield Step(data[passed:end])

    def _give_up(self, data: bytes, error: Exception) -> Step:
        """Forget everything, pass everything on."""
        self._unseen = True
        self._client_messages = self._server_messages = lambda _frame: ()
        return Step(data, Unseen(f"{type(error).__name__}: {error}"))

    def _client_frame(self, frame: Frame) -> Iterable[Happening]:
        if frame.kind != STARTUP:
            return self._client_messages(frame)
        if int.from_bytes(frame.body[:4]) == CANCEL_REQUEST:
            return (CancelAsked(int.from_bytes(frame.body[4:8])),)
        return ()

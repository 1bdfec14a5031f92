"""The decoder of PostgreSQL's protocol, version 3: bytes of both directions in, steps out.

Encryption is refused here, since what is encrypted cannot be seen; a driver that demands it says so itself.
Passwords, tokens and keys pass through without being kept.
Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL and the sections around it.
"""

from collections.abc import Callable, Iterator, Sequence

from shared_scenarios.evidence.wire import postgresql_client as of_client
from shared_scenarios.evidence.wire import postgresql_server as of_server
from shared_scenarios.evidence.wire.postgresql_frames import ENCRYPTION, STARTUP, Cutter, Frame
from shared_scenarios.evidence.wire.postgresql_group import failed_group
from shared_scenarios.evidence.wire.postgresql_talk import Talk
from shared_scenarios.evidence.wire.protocol import Happening, Step, Unseen

REFUSED = b"N"
Readers = dict[int, Callable[[Frame], Sequence[Happening]]]


class PostgresDecoder:
    """Reads one connection. From the first thing that it does not understand on it only passes bytes through."""

    def __init__(self) -> None:
        self._talk = talk = Talk()
        self._unseen = False
        self._from_client = Cutter(of_client.WANTED, of_client.NOTED, of_client.OTHERS, startup=True)
        self._from_server = Cutter(of_server.WANTED, of_server.NOTED, of_server.OTHERS)
        self._client_readers: Readers = of_client.ClientMessages(talk).readers
        self._server_readers: Readers = of_server.ServerMessages(talk).readers

    def client(self, data: bytes) -> Iterator[Step]:
        """What the driver has sent, in pieces of any size."""
        return self._steps(self._from_client, self._client_readers, data)

    def server(self, data: bytes) -> Iterator[Step]:
        """What the server has sent, in pieces of any size."""
        return self._steps(self._from_server, self._server_readers, data)

    def gone(self) -> Sequence[Happening]:
        """The driver has closed the connection: what was kept back until its Sync."""
        return failed_group(self._talk)

    def _steps(self, cutter: Cutter, readers: Readers, data: bytes) -> Iterator[Step]:
        data = cutter.release() + data if self._unseen else cutter.feed(data)
        passed = 0
        try:
            for frame in () if self._unseen else cutter.cut(data):
                if frame.kind == STARTUP and frame.body[:4] in ENCRYPTION:
                    yield Step(REFUSED, to="sender")
                    passed = frame.end
                if seen := readers[frame.kind](frame):
                    for what in seen[:-1]:
                        yield Step(b"", what)
                    yield Step(data[passed : frame.end], seen[-1])
                    passed = frame.end
        except Exception as error:  # noqa: BLE001  # whatever is wrong here, it must not break the user's connection
            cutter.release()
            self._give_up()
            yield Step(data[passed:], Unseen(f"{type(error).__name__}: {error}"))
            return
        end = len(data) if self._unseen else cutter.end
        if passed < end:
            yield Step(data[passed:end])

    def _give_up(self) -> None:
        """Forget everything, pass everything on."""
        self._unseen, self._talk = True, Talk()
        self._client_readers = self._server_readers = {}

"""The decoder of the MySQL protocol, as MariaDB and MySQL speak it: bytes of both directions in, steps out.

Encryption and compression are not offered, since what they hide cannot be seen; a driver that demands encryption is
refused. One that would go on without is offered it all the same, so that it says what it demands. What both sides say
to authenticate passes through without being kept.
Source: https://mariadb.com/kb/en/clientserver-protocol/
"""

from collections.abc import Callable, Iterator, Sequence

from shared_scenarios.evidence.wire.mysql_commands import Commands
from shared_scenarios.evidence.wire.mysql_handshake import SSL, Greeting, capabilities, greeting, refusal
from shared_scenarios.evidence.wire.mysql_packets import Packets, Undecodable
from shared_scenarios.evidence.wire.mysql_replies import ERROR, Happenings, failure, payload_of
from shared_scenarios.evidence.wire.protocol import NO_TLS, Ended, Happening, Step, Unseen

Read = Callable[[], Happenings | None]


class TlsDemanded(Exception):
    """The driver is about to encrypt, after its packet of this number."""

    def __init__(self, sequence: int) -> None:
        super().__init__(sequence)
        self.sequence = sequence


class MysqlDecoder:
    """Reads one connection. From the first thing that it does not understand on it only passes bytes through."""

    def __init__(self, *, offers_tls: bool = False) -> None:
        self._from_client, self._from_server = Packets(), Packets()
        self._offers_tls = offers_tls
        self._greeting: Greeting | None = None
        self._commands: Commands | None = None
        self._unseen = self._refused = False

    def client(self, data: bytes) -> Iterator[Step]:
        """What the driver has sent, in pieces of any size."""
        return iter(()) if self._refused else self._steps(self._from_client, data, self._asked)

    def gone(self) -> Sequence[Happening]:
        """Nothing is kept back."""
        return ()

    def server(self, data: bytes) -> Iterator[Step]:
        """What the server has sent, in pieces of any size."""
        return self._steps(self._from_server, data, self._answered)

    def _steps(self, packets: Packets, data: bytes, read: Read) -> Iterator[Step]:
        packets.feed(data)
        try:
            while packets.held and not self._unseen and (told := read()) is not None:
                for one in told[:-1]:
                    yield Step(b"", one)
                if told:
                    yield Step(packets.read(), told[-1])
        except TlsDemanded as demanded:
            self._refused = True
            refused = refusal(demanded.sequence)
            yield Step(b"", Ended(0, error=failure(refused[4:]), state="none"))
            yield Step(refused, Unseen(NO_TLS), "sender")
            return
        except Exception as error:  # noqa: BLE001  # whatever is wrong here, it must not break the user's connection
            self._unseen = True
            yield Step(packets.rest(), Unseen(f"{type(error).__name__}: {error}"))
        if packets.held and (passed := packets.rest() if self._unseen else packets.read()):
            yield Step(passed)

    def _asked(self) -> Happenings | None:
        packet = self._from_client.next()
        if packet is None:
            return None
        if self._commands:
            return self._commands.sent(packet)
        if not self._greeting:
            raise Undecodable("the driver spoke before the server")
        asked = capabilities(packet.payload)
        if asked & SSL:
            raise TlsDemanded(packet.sequence)
        self._commands = Commands(self._greeting, asked, self._from_server)
        return ()

    def _answered(self) -> Happenings | None:
        return self._commands.answered() if self._commands else self._greeted()

    def _greeted(self) -> Happenings | None:
        packet = self._from_server.next()
        if packet is None:
            return None
        payload = payload_of(packet)
        if payload[0] == ERROR:
            # Too many connections, or a driver that took too long.
            return (Ended(0, error=failure(payload), state="none"),)
        if self._greeting:
            raise Undecodable("the server spoke before the driver")
        if packet.size > len(payload):
            raise Undecodable("the greeting has no end")
        self._greeting = greeting(payload, offers_tls=self._offers_tls)
        self._from_server.amend(self._greeting.payload)
        return ()

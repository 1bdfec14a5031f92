"""The decoder of the MySQL protocol, as MariaDB and MySQL speak it: bytes of both directions in, steps out.

Encryption and compression are not offered, since what they hide cannot be seen; a driver that demands encryption is
refused. One that would go on without is offered it all the same, so that it says what it demands. What both sides say
to authenticate passes through without being kept.
Source: https://mariadb.com/kb/en/clientserver-protocol/
"""

from collections.abc import Callable, Iterator, Sequence

from shared_scenarios.evidence.wire.mysql_commands import Commands
from shared_scenarios.evidence.wire.mysql_handshake import SSL, Greeting, capabilities, greeting, refusal
from shared_scenarios.evidence.wire.mysql_packets import Packet, Packets, Undecodable
from shared_scenarios.evidence.wire.mysql_replies import ERROR, Happenings, failure, payload_of
from shared_scenarios.evidence.wire.protocol import NO_TLS, Ended, Happening, Step, Unseen

Read = Callable[[Packet], tuple[bytes, Happenings]]


class TlsDemanded(Exception):
    """The driver is about to encrypt."""


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
        if self._refused:
            return iter(())
        return self._steps(self._from_client, data, self._client_packet)

    def gone(self) -> Sequence[Happening]:
        """Nothing is kept back."""
        return ()

    def server(self, data: bytes) -> Iterator[Step]:
        """What the server has sent, in pieces of any size."""
        return self._steps(self._from_server, data, self._server_packet)

    def _steps(self, packets: Packets, data: bytes, read: Read) -> Iterator[Step]:
        if self._unseen:
            yield Step(packets.rest() + data)
            return
        packets.feed(data)
        passed = bytearray(self._skipped(packets))
        while packet := packets.next():
            try:
                raw, told = read(packet) if packet.payload is not None else (packet.raw, ())
            except TlsDemanded:
                self._refused = True
                refused = refusal(packet.sequence)
                yield Step(b"", Ended(0, error=failure(refused[4:]), state="none"))
                yield Step(refused, Unseen(NO_TLS), "sender")
                return
            except Exception as error:  # noqa: BLE001  # whatever is wrong here, it must not break the user's connection
                self._unseen = True
                yield Step(bytes(passed) + packet.raw + packets.rest(), Unseen(f"{type(error).__name__}: {error}"))
                return
            passed += raw
            if told:
                for one in told[:-1]:
                    yield Step(b"", one)
                yield Step(bytes(passed), told[-1])
                passed.clear()
            passed += self._skipped(packets)
        if passed:
            yield Step(bytes(passed))

    def _skipped(self, packets: Packets) -> bytes:
        """What comes next of an answer, and need not be read."""
        if self._commands is None or packets is not self._from_server:
            return b""
        return self._commands.skip(packets)

    def _client_packet(self, packet: Packet) -> tuple[bytes, Happenings]:
        if self._commands:
            return packet.raw, self._commands.sent(packet)
        if not self._greeting:
            raise Undecodable("the driver spoke before the server")
        asked = capabilities(packet.payload or b"")
        if asked & SSL:
            raise TlsDemanded
        self._commands = Commands(self._greeting, asked)
        return packet.raw, ()

    def _server_packet(self, packet: Packet) -> tuple[bytes, Happenings]:
        if self._commands:
            return packet.raw, self._commands.answered(packet)
        payload = payload_of(packet)
        if payload[0] == ERROR:
            # Too many connections, or a driver that took too long.
            return packet.raw, (Ended(0, error=failure(payload), state="none"),)
        if self._greeting:
            raise Undecodable("the server spoke before the driver")
        self._greeting = greeting(packet, offers_tls=self._offers_tls)
        return self._greeting.raw, ()

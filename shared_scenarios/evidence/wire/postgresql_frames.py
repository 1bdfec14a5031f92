"""PostgreSQL's frames: one direction of a connection, cut where its messages end.

Source: https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-MESSAGE-CONCEPTS
"""

import struct
from collections.abc import Iterator

import msgspec

from shared_scenarios.evidence.wire.protocol import NO_TLS

BOUND = 1 << 20  # bytes that are kept of one frame; of a larger one the beginning is read and the rest streams by
LARGEST_STARTUP = 10_000  # the server's own limit, MAX_STARTUP_PACKET_LENGTH
STARTUP = 0  # the kind of the frames that have none: those before the connection's parameters are agreed
SSL_REQUEST, GSSENC_REQUEST = 80877103, 80877104
ENCRYPTION = (SSL_REQUEST.to_bytes(4), GSSENC_REQUEST.to_bytes(4))
TLS_HANDSHAKE = 0x16  # begins a line that is encrypted without having been asked for (`sslnegotiation=direct`)
_HEAD = struct.Struct("!BI")
_LENGTH = struct.Struct("!I")


class Undecodable(Exception):
    """What was read is not the protocol, or is more of it than can be kept."""


class Frame(msgspec.Struct):
    """A message: its body, empty where nobody wants it and only the beginning of what is larger than the bound."""

    kind: int
    body: bytes
    size: int
    end: int

    @property
    def whole(self) -> bool:
        """Whether `body` is all of it."""
        return len(self.body) == self.size


class Cutter:
    """Cuts a stream into frames. It holds back an incomplete one that is wanted, and lets all others stream by.

    `wanted` are the kinds whose bodies are wanted, `noted` those of which it is enough to know that they came,
    `others` those that only have to be known.
    """

    def __init__(self, wanted: bytes, noted: bytes, others: bytes, startup: bool = False) -> None:
        self.end = 0
        self._startup = startup
        self._wanted = frozenset(wanted)
        self._noted = frozenset(wanted + noted)
        self._known = frozenset(wanted + noted + others)
        self._held = bytearray()
        self._needed = 0
        self._rest = 0

    def feed(self, data: bytes) -> bytes:
        """What there is to cut, with what was held back; empty while that is too little."""
        if not self._held:
            return data
        self._held += data
        return self.release() if len(self._held) >= self._needed else b""

    def release(self) -> bytes:
        """What was held back."""
        held = bytes(self._held)
        self._held.clear()
        return held

    def cut(self, data: bytes) -> Iterator[Frame]:
        """The frames in what `feed` gave. In the end `end` is the place from where on `data` is held back."""
        size = len(data)
        self.end = place = min(self._rest, size)
        self._rest -= place
        while self._startup and place < size:
            frame = self._startup_frame(data, place)
            if frame is None:
                return
            self.end = place = frame.end
            yield frame
        while size - place >= _HEAD.size:
            kind, length = _HEAD.unpack_from(data, place)
            end = place + 1 + length
            if length < 4 or kind not in self._known:
                raise Undecodable(f"a message of kind {kind} and {length} bytes")
            if kind in self._wanted and end > size and not self._is_enough(data, place, end):
                return
            body = data[place + 5 : min(end, place + BOUND)] if kind in self._wanted else b""
            self._rest = max(0, end - size)
            self.end = place = min(end, size)
            if kind in self._noted:
                yield Frame(kind, body, length - 4, place)
        if place < size:
            self._hold(data, place, _HEAD.size)

    def _startup_frame(self, data: bytes, place: int) -> Frame | None:
        if data[place] == TLS_HANDSHAKE:
            raise Undecodable(NO_TLS)
        head = data[place : place + 4]
        length = _LENGTH.unpack(head)[0] if len(head) == 4 else 8
        if not 8 <= length <= LARGEST_STARTUP:
            raise Undecodable(f"a startup message of {length} bytes")
        if len(data) - place < length:
            self._hold(data, place, length)
            return None
        body = data[place + 4 : place + length]
        self._startup = body[:4] in ENCRYPTION
        return Frame(STARTUP, body, length - 4, place + length)

    def _is_enough(self, data: bytes, place: int, end: int) -> bool:
        """Whether a wanted frame is here, or as much of it as is kept."""
        if end <= len(data) or len(data) - place >= BOUND:
            return True
        self._hold(data, place, min(end - place, BOUND))
        return False

    def _hold(self, data: bytes, place: int, needed: int) -> None:
        self._held += data[place:]
        self._needed = needed

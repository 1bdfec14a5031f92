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
KNOWN, NOTED, WANTED = range(3)  # what is of interest in a message: nothing, that it came, what it says
HEAD = 5  # bytes before a body
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
        self._interest = {
            **dict.fromkeys(others, KNOWN),
            **dict.fromkeys(noted, NOTED),
            **dict.fromkeys(wanted, WANTED),
        }
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
        if self._startup:
            yield from self._startup_frames(data)
            place = size if self._startup else self.end
        while size - place >= HEAD:
            kind, length = _HEAD.unpack_from(data, place)
            end = place + 1 + length
            interest = self._interest.get(kind)
            if length < 4 or interest is None:
                raise Undecodable(f"a message of kind {kind} and {length} bytes")
            if end > size:
                if interest == WANTED and not self._is_enough(data, place, end):
                    return
                self._rest = end - size
            body = data[place + HEAD : end if length < BOUND else place + BOUND] if interest == WANTED else b""
            self.end = place = min(end, size)
            if interest != KNOWN:
                yield Frame(kind, body, length - 4, place)
        if place < size:
            self._hold(data, place, HEAD)

    def _startup_frames(self, data: bytes) -> Iterator[Frame]:
        while self._startup and self.end < len(data):
            frame = self._startup_frame(data, self.end)
            if frame is None:
                return
            self.end = frame.end
            yield frame

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

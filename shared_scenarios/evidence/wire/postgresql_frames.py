"""PostgreSQL's frames: one direction of a connection, cut where its messages end.

Source: https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-MESSAGE-CONCEPTS
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

BOUND = 1 << 20  # bytes that are kept of one frame; of a larger one the beginning is read and the rest streams by
LARGEST_STARTUP = 10_000  # the server's own limit, MAX_STARTUP_PACKET_LENGTH
STARTUP = 0  # the kind of the frames that have none: those before the connection's parameters are agreed
SSL_REQUEST, GSSENC_REQUEST = 80877103, 80877104
ENCRYPTION = (SSL_REQUEST.to_bytes(4), GSSENC_REQUEST.to_bytes(4))
_LENGTH = struct.Struct("!I")


class Undecodable(Exception):
    """What was read is not the protocol, or is more of it than can be kept."""


class Frame(NamedTuple):
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
    """Cuts a stream into frames. It holds back an incomplete one that is wanted, and lets all others stream by."""

    def __init__(self, wanted: bytes, others: bytes, startup: bool = False) -> None:
        self.end = 0
        self._startup = startup
        self._wanted = frozenset((STARTUP, *wanted))
        self._known = frozenset((STARTUP, *wanted, *others))
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
        self.end = min(self._rest, len(data))
        self._rest -= self.end
        while self.end < len(data):
            frame = self._frame(data, self.end)
            if frame is None:
                self._held += data[self.end :]
                return
            self.end = frame.end
            yield frame

    def _frame(self, data: bytes, start: int) -> Frame | None:
        head = 4 if self._startup else 5
        have = len(data) - start
        self._needed = head
        if have < head:
            return None
        kind = STARTUP if self._startup else data[start]
        (length,) = _LENGTH.unpack_from(data, start + head - 4)
        self._check(kind, length)
        whole: int = length + head - 4
        body = b""
        if kind in self._wanted:
            self._needed = min(whole, BOUND)
            if have < self._needed:
                return None
            body = data[start + head : start + self._needed]
        if kind == STARTUP:
            self._startup = body[:4] in ENCRYPTION
        self._rest = max(0, whole - have)
        return Frame(kind, body, whole - head, start + whole - self._rest)

    def _check(self, kind: int, length: int) -> None:
        if kind not in self._known or length < 4 or (kind == STARTUP and not 8 <= length <= LARGEST_STARTUP):
            raise Undecodable(f"a message of kind {kind} and {length} bytes")

"""Packets of the MySQL protocol, put together from pieces of any size, and the numbers and strings in them.

Source: https://mariadb.com/kb/en/0-packet/, https://mariadb.com/kb/en/protocol-data-types/
"""

from typing import NamedTuple

KEPT = 1 << 20  # bytes of a packet that are read; what is longer is passed on as it comes
_FOLLOWING = {252: 2, 253: 3, 254: 8}  # bytes that a length takes after these
FULL = 0xFFFFFF  # a frame of this length is continued by the next one


class Undecodable(Exception):
    """What is said makes no sense here, so that what follows it would be misunderstood."""


class Packet(NamedTuple):
    """`raw` is what has not been passed on yet; `payload` the beginning of `size` bytes, None before the last piece."""

    raw: bytes
    payload: bytes | None
    size: int
    sequence: int


class Packets:
    """One direction of a connection. Holds at most one packet of KEPT bytes; a longer one comes in pieces."""

    def __init__(self) -> None:
        self._held, self._place = b"", 0
        self._payload = bytearray()
        self._size = self._sequence = 0
        self._left: int | None = None  # bytes that are missing of the frame that is passed on in pieces
        self._continued = False

    def feed(self, data: bytes) -> None:
        """More has come."""
        self._held += data

    def skip(self, most: int, but: bytes = b"") -> tuple[bytes, int]:
        """Whole packets of which nothing is to be read, and how many: at most so many, up to one that is long or empty,
        or begins like this.
        """
        held, start = self._held, self._place
        place, end, number = start, len(held), 0
        while number < most and place + 4 < end and self._left is None and not self._continued:
            length = held[place] | held[place + 1] << 8 | held[place + 2] << 16
            following = place + 4 + length
            if not length or length > KEPT or following > end or held[place + 4] in but:
                break
            place, number = following, number + 1
        self._place = place
        return held[start:place], number

    def rest(self) -> bytes:
        """What is held of a packet that was never completed."""
        held = self._held[self._place :]
        self._held, self._place = b"", 0
        return held

    def next(self) -> Packet | None:
        """A packet, or a piece of a long one; None if more has to come, and then what has been read is forgotten."""
        if self._left is not None:
            return self._piece() or self._more()
        held, place = self._held, self._place
        if len(held) < place + 4:
            return self._more()
        length = held[place] | held[place + 1] << 8 | held[place + 2] << 16
        if length > KEPT or self._continued:
            return self._long(length) or self._more()
        end = place + 4 + length
        if len(held) < end:
            return self._more()
        raw, self._place = held[place:end], end
        return Packet(raw, raw[4:], length, raw[3])

    def _more(self) -> Packet | None:
        self._held, self._place = self._held[self._place :], 0
        return None

    def _long(self, length: int) -> Packet | None:
        """The first bytes of a frame that is not waited for."""
        header = self._take(4)
        if not self._continued:
            self._payload, self._size, self._sequence = bytearray(), 0, header[3]
        self._left, self._continued = length, length == FULL
        self._size += length
        return self._piece(header)

    def _piece(self, header: bytes = b"") -> Packet | None:
        assert self._left is not None
        taken = self._take(self._left)
        self._left -= len(taken)
        self._payload += taken[: KEPT - len(self._payload)]
        if self._left and not header and not taken:
            return None
        if self._left:
            return Packet(header + taken, None, self._size, self._sequence)
        self._left = None
        payload = None if self._continued else bytes(self._payload)
        return Packet(header + taken, payload, self._size, self._sequence)

    def _take(self, length: int) -> bytes:
        taken = self._held[self._place : self._place + length]
        self._place += len(taken)
        return taken


class Reader:
    """Reads a payload from its beginning; IndexError where it is too short."""

    def __init__(self, payload: bytes, at: int = 0) -> None:
        self.payload, self.at = payload, at

    def take(self, length: int) -> bytes:
        """The next bytes."""
        end = self.at + length
        if end > len(self.payload):
            raise IndexError("the packet is too short")
        taken, self.at = self.payload[self.at : end], end
        return taken

    def number(self, length: int, *, signed: bool = False) -> int:
        """A number of fixed length."""
        return int.from_bytes(self.take(length), "little", signed=signed)

    def length(self) -> int:
        """A number of encoded length: below 251 in one byte, else in the 2, 3 or 8 that follow."""
        first = self.number(1)
        if first < 251:
            return first
        if first not in _FOLLOWING:
            raise IndexError("no length")
        return self.number(_FOLLOWING[first])

    def counted(self) -> bytes:
        """A string that its length stands before."""
        return self.take(self.length())

    def zero_ended(self) -> bytes:
        """A string that a zero byte ends."""
        end = self.payload.index(0, self.at)
        taken = self.take(end - self.at)
        self.at += 1
        return taken

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self.payload) - self.at)


def text(data: bytes) -> str:
    """As text; what is not UTF-8 stays visible, byte by byte."""
    return data.decode("utf-8", "backslashreplace")

"""Packets of the MySQL protocol, put together from pieces of any size, and the numbers and strings in them.

Source: https://mariadb.com/kb/en/0-packet/, https://mariadb.com/kb/en/protocol-data-types/
"""

import msgspec

KEPT = 1 << 20  # bytes of a packet that are read; what is longer is passed on as it comes
_FOLLOWING = {252: 2, 253: 3, 254: 8}  # bytes that a length takes after these
FULL = 0xFFFFFF  # a frame of this length is continued by the next one


class Undecodable(Exception):
    """What is said makes no sense here, so that what follows it would be misunderstood."""


class Packet(msgspec.Struct):
    """`payload` is the beginning of `size` bytes."""

    payload: bytes
    size: int
    sequence: int


class Packets:
    """One direction of a connection: what has come is read here, and what has been read is passed on from here.

    Holds at most one packet of KEPT bytes; a longer one is passed on as it comes.
    """

    def __init__(self) -> None:
        self.held = b""  # what is not passed on yet
        self._place = 0  # before it all has been read
        self._payload = bytearray()
        self._size = self._sequence = 0
        self._left = 0  # bytes that are missing of the frame that is passed on in pieces
        self._continued = False

    def feed(self, data: bytes) -> None:
        """More has come."""
        self.held += data

    def read(self) -> bytes:
        """What has been read and is to be passed on; it is forgotten here."""
        held, place = self.held, self._place
        self.held, self._place = held[place:], 0
        return held[:place]

    def rest(self) -> bytes:
        """All that has come and is to be passed on, read or not."""
        self._place = len(self.held)
        return self.read()

    def amend(self, payload: bytes) -> None:
        """Pass this on in the place of the last packet's, which was as long."""
        start = self._place - len(payload)
        self.held = self.held[:start] + payload + self.held[self._place :]

    def skip(self, most: int, but: bytes = b"") -> int:
        """Read over whole packets, and say how many: at most so many, up to one that is long or empty, or begins with
        one of these bytes.
        """
        held, place, number = self.held, self._place, 0
        end = len(held)
        while number < most and place + 4 < end and not self._left and not self._continued:
            length = held[place] | held[place + 1] << 8 | held[place + 2] << 16
            following = place + 4 + length
            if not length or length > KEPT or following > end or held[place + 4] in but:
                break
            place, number = following, number + 1
        self._place = place
        return number

    def next(self) -> Packet | None:
        """The next one; None if more has to come."""
        held, place = self.held, self._place
        if self._left or self._continued:
            return self._long()
        start = place + 4
        if len(held) < start:
            return None
        length = held[place] | held[place + 1] << 8 | held[place + 2] << 16
        if length > KEPT:
            return self._long()
        end = start + length
        if len(held) < end:
            return None
        self._place = end
        return Packet(held[start:end], length, held[place + 3])

    def _long(self) -> Packet | None:
        """The end of one that is not kept, of whose frames the last is not full."""
        while self._left or self._begins():
            self._take_piece()
            if self._left:
                break
            if not self._continued:
                return Packet(bytes(self._payload), self._size, self._sequence)
        return None

    def _begins(self) -> bool:
        """Whether the next frame's header is there."""
        header = self.held[self._place : self._place + 4]
        if len(header) < 4:
            return False
        self._place += 4
        if not self._continued:
            self._payload, self._size, self._sequence = bytearray(), 0, header[3]
        self._left = int.from_bytes(header[:3], "little")
        self._continued = self._left == FULL
        self._size += self._left
        return True

    def _take_piece(self) -> None:
        """So much of the frame as has come."""
        taken = self.held[self._place : self._place + self._left]
        self._place += len(taken)
        self._payload += taken[: KEPT - len(self._payload)]
        self._left -= len(taken)


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
        first = self.payload[self.at]
        self.at += 1
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

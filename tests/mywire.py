"""Packets of the MySQL protocol made by hand, and conversations read by its decoder.

Source: https://mariadb.com/kb/en/clientserver-protocol/
"""

import struct
from collections.abc import Callable, Iterable, Sequence

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.protocol import Began, Decoder, Ended, Happening
from shared_scenarios.timeline import Failure
from tests.pgwire import Heard, Said
from tests.pgwire import hear as hear_by

LONG_PASSWORD, COMPRESS, PROTOCOL_41, SSL, MULTI = 1, 1 << 5, 1 << 9, 1 << 11, 1 << 16
DEPRECATE_EOF, OPTIONAL_METADATA, ZSTD, ATTRIBUTES = 1 << 24, 1 << 25, 1 << 26, 1 << 27
CACHE_METADATA, COM_MULTI = 1 << 36, 1 << 33
IN_TRANS, AUTOCOMMIT, MORE, CURSOR = 1, 2, 8, 64
CLIENT = PROTOCOL_41 | MULTI
LAST = 0xFFFFFFFF
NO = (1062, "23000", "no")


def packet(payload: bytes, sequence: int = 0) -> bytes:
    """One packet, in as many frames as it needs."""
    frames = b""
    while len(payload) >= 0xFFFFFF:
        frames += b"\xff\xff\xff" + bytes([sequence & 255]) + payload[:0xFFFFFF]
        payload, sequence = payload[0xFFFFFF:], sequence + 1
    return frames + struct.pack("<I", len(payload))[:3] + bytes([sequence & 255]) + payload


def length(number: int) -> bytes:
    """A number of encoded length."""
    if number < 251:
        return bytes([number])
    size, mark = (2, 252) if number < 1 << 16 else (3, 253) if number < 1 << 24 else (8, 254)
    return bytes([mark]) + number.to_bytes(size, "little")


def counted(data: bytes) -> bytes:
    return length(len(data)) + data


def greeting(offers: int = 0xFFFFFFFF, version: str = "5.5.5-10.11.4-MariaDB", backend: int = 7) -> bytes:
    """The server's first words: without LONG_PASSWORD among what it offers, it is a MariaDB."""
    low, high, own = offers & 0xFFFF, offers >> 16 & 0xFFFF, offers >> 32
    body = b"\x0a" + version.encode() + b"\0" + struct.pack("<I", backend) + b"saltsalt\0"
    body += struct.pack("<HBHHB", low, 45, 2, high, 21) + b"\0" * 6 + struct.pack("<I", own)
    return packet(body + b"more-salt-12\0mysql_native_password\0")


def login(asks: int = CLIENT, secret: bytes = b"hashed") -> bytes:
    body = struct.pack("<IIB19xI", asks & 0xFFFFFFFF, 1 << 24, 45, asks >> 32)
    return packet(body + b"ada\0" + counted(secret) + b"mysql_native_password\0", 1)


def ok(status: int = AUTOCOMMIT, affected: int = 0, header: int = 0, info: bytes = b"", sequence: int = 1) -> bytes:
    body = bytes([header]) + length(affected) + length(0) + struct.pack("<HH", status, 0)
    return packet(body + (counted(info) if info else b""), sequence)


def eof(status: int = AUTOCOMMIT) -> bytes:
    return packet(b"\xfe" + struct.pack("<HH", 0, status), 5)


def error(number: int = 1062, state: str = "23000", text: str = "no", sequence: int = 1) -> bytes:
    return packet(b"\xff" + struct.pack("<H", number) + f"#{state}{text}".encode(), sequence)


COLUMN, ROW = packet(counted(b"def") * 6 + b"\x0c" + b"\0" * 12, 2), packet(counted(b"1"), 4)


def rows(count: int, status: int = AUTOCOMMIT, columns: int = 1) -> bytes:
    """A result as text, without DEPRECATE_EOF."""
    return packet(length(columns), 1) + COLUMN * columns + eof() + ROW * count + eof(status)


def short_rows(count: int, status: int = AUTOCOMMIT) -> bytes:
    """The same with DEPRECATE_EOF."""
    return packet(length(1), 1) + COLUMN + ROW * count + ok(status, header=0xFE)


def query(text: str | bytes) -> bytes:
    return packet(b"\x03" + (text.encode() if isinstance(text, str) else text))


def prepare(text: str) -> bytes:
    return packet(b"\x16" + text.encode())


def prepared(number: int = 1, parameters: int = 0, columns: int = 0, ends: bool = True) -> bytes:
    body = packet(b"\0" + struct.pack("<IHHBH", number, columns, parameters, 0, 0), 1)
    for count in (parameters, columns):
        body += COLUMN * count + (eof() if count and ends else b"")
    return body


Value = tuple[int, bytes | None]  # the code of its type, with 0x8000 if it is unsigned, and its bytes


def execute(number: int, values: Sequence[Value] = (), *, types: bool = True, flags: int = 0) -> bytes:
    body = b"\x17" + struct.pack("<IBI", number, flags, 1)
    if values:
        nulls = sum(1 << index for index, (_, data) in enumerate(values) if data is None)
        body += nulls.to_bytes((len(values) + 7) // 8, "little") + bytes([types])
        body += b"".join(struct.pack("<H", kind) for kind, _ in values) if types else b""
        body += b"".join(data or b"" for _, data in values)
    return packet(body)


PING, QUIT, RESET = packet(b"\x0e"), packet(b"\x01"), packet(b"\x1f")
GREETING, LOGIN = greeting(), login()
HELLO = (Said("server", GREETING), Said("client", LOGIN), Said("server", ok(sequence=2)))


def hello(asks: int = CLIENT) -> list[Said]:
    """A handshake in which the client asks for this."""
    return [HELLO[0], Said("client", login(asks)), HELLO[2]]


def talk(*said: bytes | Said, asks: int = CLIENT) -> list[Said]:
    """A conversation after its handshake; bytes that are not said by anybody are the client's, then the server's."""
    return hello(asks) + [
        one if isinstance(one, Said) else Said("server" if number % 2 else "client", one)
        for number, one in enumerate(said)
    ]


def hear(
    said: Iterable[Said],
    pieces: Callable[[bytes], Iterable[bytes]] = lambda data: [data],
    decoder: Decoder | None = None,
) -> Heard:
    """Let the decoder read a conversation, cut into pieces."""
    return hear_by(said, pieces, decoder or MysqlDecoder())


def happenings(*said: bytes | Said, asks: int = CLIENT) -> list[Happening]:
    """What happens in a conversation after its handshake."""
    return hear(talk(*said, asks=asks)).happenings[1:]


REFUSED = Failure("", "no", "23000/1062")
OPEN = IN_TRANS | AUTOCOMMIT


def ended(number: int, **more: object) -> Ended:
    return Ended(number, **{"state": "none", **more})  # type: ignore[arg-type]  # its fields


def failed(number: int, state: str = "none", error: Failure = REFUSED, **more: object) -> Ended:
    return ended(number, error=error, state=state, exact=False, **more)


def texts(seen: list[Happening]) -> list[str]:
    return [one.text for one in seen if isinstance(one, Began)]

"""The handshake: what both sides say they can do. What would hide the conversation is taken out of the offer.

Source: https://mariadb.com/kb/en/connection/,
https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
"""

from dataclasses import dataclass

from shared_scenarios.evidence.wire.mysql_packets import Reader, Undecodable, text
from shared_scenarios.evidence.wire.protocol import NO_TLS

MYSQL = 1  # set by MySQL and its clients; where it is not, four bytes of MariaDB's own capabilities follow
COMPRESS, PROTOCOL_41, SSL, MULTI_STATEMENTS = 1 << 5, 1 << 9, 1 << 11, 1 << 16
SESSION_TRACK, DEPRECATE_EOF, OPTIONAL_METADATA, ZSTD, QUERY_ATTRIBUTES = 1 << 23, 1 << 24, 1 << 25, 1 << 26, 1 << 27
HIDING = COMPRESS | SSL | OPTIONAL_METADATA | ZSTD | QUERY_ATTRIBUTES
# MariaDB's: progress reports, bulk execution, extended metadata, cached metadata, results of each unit of a bulk.
# The others, which no client uses or which are not known yet, are not offered.
CACHE_METADATA = 1 << 36
MARIADB = 1 << 32 | 1 << 34 | 1 << 35 | CACHE_METADATA | 1 << 37


@dataclass(frozen=True)
class Greeting:
    """Who the server says it is, and its greeting as the client is to see it."""

    backend: int
    version: str
    payload: bytes


def greeting(payload: bytes, *, offers_tls: bool = False) -> Greeting:
    """Read the server's first packet; Undecodable for a protocol other than 10.

    `offers_tls` offers TLS, whether or not the server has it, to who would not say otherwise that TLS is demanded.
    """
    reader = Reader(payload)
    if reader.number(1) != 10:
        raise Undecodable("the server does not speak protocol 10 of MySQL")
    version, backend = text(reader.zero_ended()), reader.number(4)
    reader.take(9)
    low = reader.at
    reader.take(18)
    shown = bytearray(payload)
    _mask(shown, low, 2, ~HIDING)
    _mask(shown, low + 5, 2, ~HIDING >> 16)
    shown[low + 1] |= SSL >> 8 if offers_tls else 0
    if not shown[low] & MYSQL:
        _mask(shown, low + 14, 4, MARIADB >> 32)
    # MariaDB before 11 pretends to be 5.5.5, for the sake of old replicas.
    return Greeting(backend, version.removeprefix("5.5.5-"), bytes(shown))


def _mask(payload: bytearray, at: int, length: int, kept: int) -> None:
    number = int.from_bytes(payload[at : at + length], "little") & kept
    payload[at : at + length] = number.to_bytes(length, "little")


def capabilities(payload: bytes) -> int:
    """What the client's answer asks for, TLS before all else; Undecodable if the rest could not be read."""
    reader = Reader(payload)
    asked = reader.number(4)
    if asked & SSL:
        return asked
    if not asked & PROTOCOL_41:
        raise Undecodable("the driver speaks the protocol of before MySQL 4.1")
    if asked & HIDING:
        raise Undecodable("the driver compresses, or uses something else that the greeting does not offer")
    if not asked & MYSQL and len(payload) >= 32:
        reader.take(24)
        asked |= reader.number(4) << 32
    return asked


def refusal(sequence: int) -> bytes:
    """An error packet for a driver that demands TLS, in the words of the client library's own error."""
    payload = b"\xff" + (2026).to_bytes(2, "little") + b"#HY000" + f"TLS/SSL error: {NO_TLS}".encode()
    return len(payload).to_bytes(3, "little") + bytes([sequence + 1 & 0xFF]) + payload

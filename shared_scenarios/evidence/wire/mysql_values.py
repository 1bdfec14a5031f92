"""Values of prepared statements: a block of null bits, types and values, in the binary format.

Source: https://mariadb.com/kb/en/com_stmt_execute/, https://mariadb.com/kb/en/com_stmt_bulk_execute/
"""

import struct
from collections.abc import Callable, Sequence

from shared_scenarios.evidence.wire.mysql_packets import Reader
from shared_scenarios.timeline import Scalar

Type = tuple[int, bool]  # the code of a type, and whether it is unsigned
UNSIGNED = 0x80
MOST = 1 << 16  # parameters that a statement may have


def decode(reader: Reader, count: int, types: list[Type], long: dict[int, int]) -> tuple[list[Scalar], list[Type]]:
    """The values of one execution, and the types to remember: they are sent only when they have changed.

    `long` holds the sizes of those that were sent ahead, in pieces of their own.
    """
    if not count:
        return [], types
    nulls = reader.take((count + 7) // 8)
    if reader.number(1):
        types = read_types(reader, count)
    if len(types) != count:
        raise ValueError("values without types")
    values: list[Scalar] = []
    for index, kind in enumerate(types):
        if index in long:
            values.append(f"<{long[index]} bytes>")
        else:
            values.append(None if nulls[index // 8] >> index % 8 & 1 else value(reader, kind))
    return values, types


def decode_rows(reader: Reader, types: Sequence[Type]) -> list[list[Scalar]]:
    """The values of a bulk execution; each one has a byte before it that says whether it is there."""
    rows: list[list[Scalar]] = []
    while types and reader.at < len(reader.payload):
        rows.append([_INDICATED[reader.number(1)](reader, kind) for kind in types])
    return rows


def read_types(reader: Reader, count: int) -> list[Type]:
    """Two bytes each."""
    return [(reader.number(1), bool(reader.number(1) & UNSIGNED)) for _ in range(count)]


def value(reader: Reader, kind: Type) -> Scalar:
    """One value; text and decimals as text, bytes and unknown types as their length."""
    code, unsigned = kind
    if code in _INTEGERS:
        return reader.number(_INTEGERS[code], signed=not unsigned)
    return _OTHERS.get(code, _bytes)(reader)


def _text(reader: Reader) -> str:
    data = reader.counted()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"<{len(data)} bytes>"


def _bytes(reader: Reader) -> str:
    return f"<{len(reader.counted())} bytes>"


def _float(reader: Reader) -> float:
    return float(struct.unpack("<f", reader.take(4))[0])


def _double(reader: Reader) -> float:
    return float(struct.unpack("<d", reader.take(8))[0])


def _date(reader: Reader) -> str:
    """Trailing parts that are zero are not sent."""
    parts = Reader(reader.counted().ljust(11, b"\0"))
    year, month, day = parts.number(2), parts.number(1), parts.number(1)
    return f"{year:04}-{month:02}-{day:02}"


def _moment(reader: Reader) -> str:
    start = reader.at
    date = _date(reader)
    parts = Reader(reader.payload[start + 1 : reader.at].ljust(11, b"\0"), 4)
    return f"{date} {_clock(parts)}"


def _time(reader: Reader) -> str:
    parts = Reader(reader.counted().ljust(12, b"\0"))
    sign = "-" if parts.number(1) else ""
    days = parts.number(4)
    hours, rest = _clock(parts).split(":", 1)
    return f"{sign}{int(hours) + 24 * days:02}:{rest}"


def _clock(parts: Reader) -> str:
    hours, minutes, seconds, micro = parts.number(1), parts.number(1), parts.number(1), parts.number(4)
    return f"{hours:02}:{minutes:02}:{seconds:02}" + (f".{micro:06}" if micro else "")


def _null(_reader: Reader) -> None:
    return None


_INTEGERS = {1: 1, 2: 2, 3: 4, 8: 8, 9: 4, 13: 2}  # TINY, SHORT, LONG, LONGLONG, INT24, YEAR
_TEXTS = (0, 15, 245, 246, 247, 248, 253, 254)  # DECIMAL, VARCHAR, JSON, NEWDECIMAL, ENUM, SET, VAR_STRING, STRING
_OTHERS: dict[int, Callable[[Reader], Scalar]] = {
    4: _float, 5: _double, 6: _null, 7: _moment, 10: _date, 11: _time, 12: _moment, **dict.fromkeys(_TEXTS, _text)
}  # fmt: skip
_INDICATED: tuple[Callable[[Reader, Type], Scalar], ...] = (
    value,
    lambda _reader, _kind: None,
    lambda _reader, _kind: "<default>",
    lambda _reader, _kind: "<ignored>",
)

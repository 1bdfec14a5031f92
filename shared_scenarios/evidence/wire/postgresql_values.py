"""What PostgreSQL's messages say: bound values, errors and command tags.

Source: https://www.postgresql.org/docs/current/protocol-message-formats.html,
https://www.postgresql.org/docs/current/protocol-error-fields.html,
and for the binary forms the `*send` and `*recv` functions below src/backend/utils/adt of the server.
"""

import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from uuid import UUID

from shared_scenarios.timeline import Failure, Scalar

BYTEA = 17
EPOCH = datetime(2000, 1, 1)
_ROWS = ("SELECT", "FETCH")  # tags whose number counts rows that were returned
_INTEGERS, _FLOATS, _TEXTS = (20, 21, 23, 26), (700, 701), (18, 19, 25, 114, 705, 1042, 1043)


class Reader:
    """Reads a message's fields one after the other; ValueError or struct.error where it ends too early."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._place = 0

    def text(self) -> str:
        """Text up to its NUL byte."""
        end = self._body.index(0, self._place)
        found = self._body[self._place : end]
        self._place = end + 1
        return found.decode(errors="replace")

    def rest(self) -> str:
        """Text whose NUL byte is not there any more."""
        return self._body[self._place :].decode(errors="replace")

    def numbers(self, form: str) -> list[int]:
        """A count of 16 bits and as many numbers: `h` of 16 bits, `I` of 32."""
        (count,) = self._unpack("!h")
        return list(self._unpack(f"!{max(0, count)}{form}"))

    def values(self) -> list[bytes | None]:
        """A count of 16 bits and as many values, each with its length."""
        (count,) = self._unpack("!H")
        return [self._value() for _ in range(count)]

    def _value(self) -> bytes | None:
        (length,) = self._unpack("!i")
        if length < 0:
            return None
        if self._place + length > len(self._body):
            raise ValueError("a value that ends after its message")
        self._place += length
        return self._body[self._place - length : self._place]

    def _unpack(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from(form, self._body, self._place)
        self._place += struct.calcsize(form)
        return found


def bound_values(fields: Reader, types: list[int]) -> tuple[Scalar, ...]:
    """The values of a Bind message, from its parameter formats on; one format may stand for all."""
    formats = fields.numbers("h")
    values = fields.values()
    formats = formats * len(values) if len(formats) == 1 else formats or [0] * len(values)
    types = types + [0] * (len(values) - len(types))
    return tuple(_plain(value, kind, form) for value, kind, form in zip(values, types, formats, strict=False))


def _plain(value: bytes | None, kind: int, form: int) -> Scalar:
    if value is None:
        return None
    read = _BINARY.get(kind) if form else _TEXT.get(kind, _decoded)
    try:
        found = read(value) if read else None
    except (ValueError, OverflowError, struct.error):
        found = None
    if isinstance(found, float) and not isfinite(found):
        return str(found)  # JSON has no number for it
    return f"<{len(value)} bytes>" if found is None else found


def _decoded(value: bytes) -> str:
    return value.decode(errors="replace")


def _binary(form: str) -> Callable[[bytes], Scalar]:
    return lambda value: struct.unpack(form, value)[0]


def _moment(value: bytes) -> str:
    return str(EPOCH + timedelta(microseconds=_microseconds(value)))


def _moment_with_zone(value: bytes) -> str:
    return str(EPOCH.replace(tzinfo=UTC) + timedelta(microseconds=_microseconds(value)))


def _microseconds(value: bytes) -> int:
    return int(struct.unpack("!q", value)[0])


def _day(value: bytes) -> str:
    return str(date(2000, 1, 1) + timedelta(days=struct.unpack("!i", value)[0]))


_TEXT: dict[int, Callable[[bytes], Scalar]] = {
    16: lambda value: {b"t": True, b"f": False, b"true": True, b"false": False}.get(value, _decoded(value)),
    **dict.fromkeys(_INTEGERS, int),
    **dict.fromkeys(_FLOATS, float),
    BYTEA: lambda _value: None,
}
_BINARY: dict[int, Callable[[bytes], Scalar]] = {
    16: _binary("!?"),
    20: _binary("!q"),
    21: _binary("!h"),
    23: _binary("!i"),
    26: _binary("!I"),
    700: _binary("!f"),
    701: _binary("!d"),
    **dict.fromkeys(_TEXTS, _decoded),
    3802: lambda value: _decoded(value[1:]),  # jsonb: a version, then its text
    1082: _day,
    1114: _moment,
    1184: _moment_with_zone,
    2950: lambda value: str(UUID(bytes=value)),
}


def read_error(body: bytes) -> tuple[Failure, int, bool]:
    """An ErrorResponse: its message with its SQLSTATE, the place in the query that it points at, or 0, and whether the
    server ends the connection with it.
    """
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    place = fields.get(b"P", "")
    last = fields.get(b"V") in ("FATAL", "PANIC")
    return Failure("", fields.get(b"M", ""), fields.get(b"C")), int(place) if place.isdigit() else 0, last


def counts(tag: str, rows: int | None, copied_in: bool) -> tuple[int | None, int | None]:
    """Rows returned and rows affected, from a command tag such as `INSERT 0 1` and the rows that were sent."""
    words = tag.split()
    if not words or not words[-1].isdigit():
        return rows, None
    number = int(words[-1])
    if words[0] == "COPY":
        return (None, number) if copied_in else (number, None)
    if words[0] in _ROWS:
        # CREATE TABLE AS is answered as a SELECT, of whose rows none are sent.
        return (rows or 0, None) if (rows or 0) == number else (rows, number)
    return rows, number

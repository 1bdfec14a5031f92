"""SQL text: its verb, and what is volatile in it."""

import re
from functools import lru_cache
from typing import NamedTuple

from shared_scenarios.timeline import Scalar


class Volatile(NamedTuple):
    """What differs from run to run without any difference in behaviour, what stands in its place, and why.

    `hint` is found wherever the pattern is, and is quicker to look for.
    """

    pattern: re.Pattern[str]
    hint: str
    replacement: str
    why: str


VOLATILE = (
    Volatile(re.compile(r"\bsa_savepoint_\d+"), "sa_savepoint_", "<savepoint>",
             "SQLAlchemy numbers its savepoints per connection"),
    Volatile(re.compile(r'["`]s\d+_x\d+["`]|\bs\d{6,}_x\d+\b'), r"s\d", "<savepoint>",
             "Django names savepoints by thread id and a counter"),
    Volatile(re.compile(r'["`]?\bs[0-9a-f]{32}\b["`]?'), "s[0-9a-f]{6}", "<savepoint>",
             "Peewee names savepoints by a random UUID"),
    Volatile(re.compile(r"\b__asyncpg_savepoint_\w+?__"), "__asyncpg_", "<savepoint>",
             "asyncpg numbers its savepoints per process"),
    Volatile(re.compile(r"\bormatrix_[0-9a-f]{6}_\d+_[0-9a-f]{6}\b"), "ormatrix_", "<database>",
             "a server's database is named by process"),
    Volatile(re.compile(r"\b0x[0-9a-f]{6,}\b"), "0x", "<address>",
             "an object's address in memory, in texts of exceptions"),
    Volatile(re.compile(r"\bthread id \d+\b"), "thread id", "thread id <thread>",
             "the system numbers threads, in texts of exceptions"),
)  # fmt: skip
_HINT = re.compile("|".join(one.hint for one in VOLATILE))  # most texts have none
_AS_JSON = (bool, int, float, str, type(None))  # made once: a union in its place would be made for every value
_AS_THEY_ARE = frozenset({bool, int, float, type(None)})
LONG = 500  # characters of a value; what is longer says nothing more
_LEADING = re.compile(r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
_TO_SAVEPOINT = re.compile(r"ROLLBACK\s+(?:TRANSACTION\s+)?TO\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """The text with every volatile part replaced."""
    if not _HINT.search(text):
        return text
    for one in VOLATILE:
        text = one.pattern.sub(one.replacement, text)
    return text


@lru_cache(maxsize=4096)
def verb(text: str) -> str:
    """The first keyword in upper case; `ROLLBACK TO` and `RELEASE` for savepoints, `COMMIT` for `END` too."""
    text = text[_LEADING.match(text).end() :]  # type: ignore[union-attr]  # the pattern matches the empty string
    if _TO_SAVEPOINT.match(text):
        return "ROLLBACK TO"
    word = text.split(None, 1)[0].rstrip(";").upper() if text.strip() else ""
    return "COMMIT" if word == "END" else word


def plain(value: object) -> Scalar:
    """A bound value or a field as JSON can hold it; what JSON has no form for, as its text."""
    if type(value) in _AS_THEY_ARE:
        return value  # type: ignore[return-value]  # the line above makes sure
    if isinstance(value, str) and len(value) > LONG:
        return f"{value[:20]}... ({len(value)} characters)"
    if isinstance(value, _AS_JSON):
        return value
    return f"<{len(value)} bytes>" if isinstance(value, bytes | bytearray | memoryview) else normalise(str(value))

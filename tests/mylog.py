"""MariaDB's own log, compared with the timeline: the same statements, in the same order, with the values bound."""

import re
from collections.abc import Iterable, Iterator, Sequence

from shared_scenarios.evidence.text import normalise
from shared_scenarios.evidence.wire.mysql_text import statements
from shared_scenarios.timeline import Scalar, Statement
from tests.logged import Entry

# What the server logs of itself, and what of the driver's is no statement.
NO_STATEMENT = {"Connect", "Quit", "Prepare", "Close stmt", "Reset stmt", "Long Data"}
# What the server does not log: none of them is SQL.
UNLOGGED = ("COM_PING", "COM_RESET_CONNECTION", "COM_STATISTICS", "COM_SET_OPTION")
_ESCAPED = {"0": "\0", "n": "\n", "r": "\r", "Z": "\x1a", "t": "\t"}
_BYTES = re.compile(r"<\d+ bytes>")


def groups(sent: Iterable[Statement]) -> Iterator[list[Statement]]:
    """The statements of each query: the log has a query of several in one entry."""
    found: dict[tuple[str, int], list[Statement]] = {}
    for number, one in enumerate(sent):
        found.setdefault((one.connection, one.group or -number - 1), []).append(one)
    return iter(found.values())


def compare(ours: Iterable[Statement], theirs: Sequence[Entry]) -> None:
    """Of one connection, one after the other. What could not be prepared is not in the log."""
    logged = [entry for entry in theirs if entry.command not in NO_STATEMENT]
    prepares = any(entry.command == "Prepare" for entry in theirs)
    at = 0
    for query in groups(one for one in ours if one.text not in UNLOGGED):
        if at < len(logged) and is_same(query, logged[at]):
            at += 1
        else:
            assert prepares, (query, logged[at : at + 1])
            assert query[0].error, (query, logged[at : at + 1])
    assert logged[at:] == []


def is_same(query: list[Statement], entry: Entry) -> bool:
    """Whether it is what the log says; of several statements those after an error were never begun."""
    texts = [one.text for one in query]
    if entry.command == "Execute":
        return _is_executed(query[0], entry.text)
    if entry.command in {"Init DB", "Change user"}:
        return texts == [f"COM_INIT_DB {entry.text}" if entry.command == "Init DB" else "COM_CHANGE_USER"]
    if len(texts) == 1 and _bare(texts[0]) == _bare(normalise(entry.text)):
        return True
    parts = [normalise(part.strip()) for part in statements(entry.text)]
    unbegun = [part for part in parts[len(texts) :] if part]
    return parts[: len(texts)] == texts and (not unbegun or query[-1].error is not None)


def _bare(text: str) -> str:
    """The server takes off what ends a query, before it logs it."""
    return text.strip().rstrip("; \t\r\n")


def _is_executed(one: Statement, shown: str) -> bool:
    """The log has the values in the places of the marks; of an execution in bulk it has the marks."""
    shown = normalise(shown.strip())
    if one.text == shown:
        return True
    pattern = "(.*)".join(re.escape(part) for part in one.text.split("?"))
    pieces = re.fullmatch(pattern, shown, re.DOTALL)
    return pieces is not None and _are_values(pieces.groups(), one.values)


def _are_values(shown: Sequence[str], values: Sequence[Scalar]) -> bool:
    return len(shown) == len(values) and all(map(_is_value, shown, values))


def _is_value(shown: str, value: Scalar) -> bool:
    if value is None:
        return shown == "NULL"
    if isinstance(value, int | float):
        return float(shown) == float(value)
    if _BYTES.fullmatch(value):
        return shown.endswith("'")
    bare = re.sub(r"^(?:DATE|TIME|TIMESTAMP)?'|'$", "", shown)
    plain = re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), bare, flags=re.DOTALL)
    return plain.removesuffix(".000000") == value

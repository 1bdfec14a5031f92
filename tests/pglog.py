"""PostgreSQL's own log, compared with the timeline: the same statements, in the same order, with values and errors."""

import re
from typing import Any

from shared_scenarios.evidence.text import normalise
from shared_scenarios.evidence.wire.postgresql_group import SKIPPED
from shared_scenarios.timeline import Scalar, Statement

EXECUTED = re.compile(r"execute (?:fetch from )?[^:]*: (.*)", re.DOTALL)
VALUE = re.compile(r"\$\d+ = (NULL|'(?:[^']|'')*')")
UNTOLD = re.compile(r"<\d+ bytes>")
UNKNOWN_STATEMENT = "26000"
Entry = dict[str, Any]


class Logged:
    """A statement as the server logs it: when its execution begins, or when an error prevents that."""

    def __init__(self, entry: Entry, text: str) -> None:
        self.backend, self.text = entry["pid"], normalise(text)
        self.values = VALUE.findall(entry.get("detail", "")) if entry["error_severity"] == "LOG" else None
        self.code: str | None = entry.get("state_code")


def is_untold(statement: Statement) -> bool:
    """Whether the server did not run it and does not log it by name."""
    in_failed = statement.error is not None and statement.error.code == "25P02"
    return statement.error == SKIPPED or (in_failed and statement.verb == "FASTPATH")


def statements(logged: list[Entry]) -> list[Logged]:
    """What the server was asked, each with its error."""
    found: list[Logged] = []
    last: dict[int, Logged] = {}
    for entry in logged:
        text = _text(entry)
        if text is None or (entry["ps"] == "<FASTPATH>" and entry["error_severity"] == "ERROR"):
            continue
        if entry["error_severity"] == "ERROR" and not _is_of_its_own(entry):
            last[entry["pid"]].code = entry["state_code"]
            continue
        last[entry["pid"]] = Logged(entry, text)
        found.append(last[entry["pid"]])
    return found


def _is_of_its_own(error: Entry) -> bool:
    """Whether there is no execution to which the error belongs."""
    return bool(error["ps"].startswith(("PARSE", "BIND", "idle")) or error["state_code"] == UNKNOWN_STATEMENT)


def _text(entry: Entry) -> str | None:
    message = str(entry["message"])
    if entry["error_severity"] == "ERROR":
        unknown = re.match(r'prepared statement "(.*)" does not exist', message)
        return f"<prepared statement {unknown[1]}>" if unknown else str(entry.get("statement", ""))
    if message.startswith("statement: "):
        return message.removeprefix("statement: ")
    if message.startswith("fastpath function call: "):
        return f"fastpath function call {message.rpartition(' ')[2].strip('()')}"
    executed = EXECUTED.fullmatch(message)
    return executed[1] if executed else None


def compare(ours: list[Statement], theirs: list[Logged], backends: dict[str, int | None]) -> None:
    """One after the other; what the server logs as one query can be several statements here."""
    waiting = list(reversed(ours))
    for logged in theirs:
        parts = [waiting.pop()]
        while len(_squashed("".join(part.text for part in parts))) < len(_squashed(logged.text)):
            parts.append(waiting.pop())
        codes = [part.error.code for part in parts if part.error and part.error.code]
        assert _squashed("".join(part.text for part in parts)) == _squashed(logged.text)
        assert {backends[part.connection] for part in parts} == {logged.backend}
        assert codes == [logged.code][: logged.code is not None], logged.text
        if logged.values is not None and "fastpath" not in logged.text:
            assert _same(parts[0].values, logged.values), (parts[0], logged.values)
    assert not waiting


def _squashed(text: str) -> str:
    return re.sub(r"[\s;]", "", text)


def _same(ours: list[Scalar], theirs: list[str]) -> bool:
    return len(ours) == len(theirs) and all(map(_is_same, ours, theirs))


def _is_same(ours: Scalar, theirs: str) -> bool:
    if ours is None or theirs == "NULL":
        return ours is None and theirs == "NULL"
    text = theirs[1:-1].replace("''", "'")
    if isinstance(ours, bool):
        return text == ("t" if ours else "f")
    if isinstance(ours, float):
        return float(text) == ours
    return UNTOLD.fullmatch(str(ours)) is not None or str(ours).removesuffix(":00") == text

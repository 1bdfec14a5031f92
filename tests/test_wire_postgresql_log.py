"""The proxy against the server's own log: the same statements, in the same order, with the same values and errors."""

import os
import re
import time
from pathlib import Path
from random import Random
from typing import Any

from shared_scenarios.evidence.text import normalise
from shared_scenarios.evidence.wire.postgresql_client import SKIPPED
from shared_scenarios.timeline import Scalar, Statement
from tests import pgserver, pgworkload
from tests.pgtap import Tap, tapped

# The least number of statements; a longer run takes another number and another seed.
STATEMENTS = int(os.environ.get("ORMATRIX_WORKLOAD", "10000"))
SEED = int(os.environ.get("ORMATRIX_WORKLOAD_SEED", "1"))
EXECUTED = re.compile(r"execute (?:fetch from )?[^:]*: (.*)", re.DOTALL)
VALUE = re.compile(r"\$\d+ = (NULL|'(?:[^']|'')*')")
UNTOLD = re.compile(r"<\d+ bytes>")
UNKNOWN_STATEMENT = "26000"
END = "SELECT 'the end of the log'"
Entry = dict[str, Any]


def test_the_proxy_sees_what_the_server_logs() -> None:
    with pgserver.private() as (server, log), pgserver.database(server) as database, tapped(server) as tap:
        with server.connect(database) as connection:
            pgworkload.make_tables(connection)
        _play(tap, database)
        statements, backends = tap.statements, tap.sink.remembered
        with server.connect(database) as connection:
            connection.execute(END)
        logged = _statements([entry for entry in _whole(log) if entry["pid"] in backends.values()])
    assert tap.sink.unseen == []
    assert len(statements) >= STATEMENTS
    _compare([one for one in statements if not _is_untold(one)], logged, backends)


def _play(tap: Tap, database: str) -> None:
    """All drivers by turns, until there are enough statements."""
    random = Random(SEED)
    where = (tap.host, tap.port, database, SEED)
    with (
        pgworkload.played("psycopg", *where) as psycopg,
        pgworkload.played("psycopg2", *where) as psycopg2,
        pgworkload.played("asyncpg", *where) as asyncpg,
    ):
        playing = [psycopg(STATEMENTS), psycopg2(STATEMENTS), asyncpg(STATEMENTS)]
        while sum(isinstance(event, Statement) for event in tap.recorder.events) < STATEMENTS:
            for _ in range(200):
                next(random.choice(playing))


def _whole(log: Path) -> list[Entry]:
    """The log, once its last statement has been written."""
    deadline = time.monotonic() + 10
    while END not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    return pgserver.log_of(log)


class Logged:
    """A statement as the server logs it: when its execution begins, or when an error prevents that."""

    def __init__(self, entry: Entry, text: str) -> None:
        self.backend, self.text = entry["pid"], normalise(text)
        self.values = VALUE.findall(entry.get("detail", "")) if entry["error_severity"] == "LOG" else None
        self.code: str | None = entry.get("state_code")


def _is_untold(statement: Statement) -> bool:
    """Whether the server did not run it and does not log it by name."""
    in_failed = statement.error is not None and statement.error.code == "25P02"
    return statement.error == SKIPPED or (in_failed and statement.verb == "FASTPATH")


def _statements(logged: list[Entry]) -> list[Logged]:
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


def _compare(ours: list[Statement], theirs: list[Logged], backends: dict[str, int | None]) -> None:
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

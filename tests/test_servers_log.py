"""Every answer against the server's own log: what a timeline has of a connection is what the server was sent on it."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared_scenarios.catalogue import cases
from shared_scenarios.runner.messages import Job, encode
from shared_scenarios.runner.registry import choose
from shared_scenarios.targets.address import Database
from shared_scenarios.timeline import Statement
from tests import mylog, pglog, required
from tests.doubled import Doubled, Played
from tests.logged import LoggedServer, logging

SERVERS = ("postgresql", "mariadb")
Log = dict[int, list[Any]]


@dataclass
class Suite:
    """What all implementations have played on one server, and its log by the numbers of its connections."""

    kind: str
    doubles: dict[str, Doubled]
    log: Log
    ours: set[int]


@pytest.fixture(scope="module", params=SERVERS)
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    kind: str = request.param
    entries = required.implementations(kind)
    with logging(kind) as server:
        database = Database(kind, url=server.url)
        folder = str(tmp_path_factory.mktemp("doubled"))
        running = {}
        for entry in entries:
            names = [case.name for case in cases() if entry.implementation.plays(case.name, kind)]
            job = Job(entry.reference, entry.implementation.name, database, folder, names, 30)
            running[entry.implementation.name] = started(encode(job), Path(folder))
        doubles = {name: finished(process) for name, process in running.items()}
        yield Suite(kind, doubles, logged(server), server.own)


def started(job: bytes, folder: Path) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "tests.doubled"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert process.stdin is not None
    process.stdin.write(job)
    process.stdin.close()
    process.stdin = None
    return process


def finished(process: "subprocess.Popen[bytes]") -> Doubled:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return msgspec.json.decode(output, type=Doubled)


def logged(server: LoggedServer) -> Log:
    """The statements that the server was sent, by connection."""
    found: Log = {}
    if server.kind == "postgresql":
        for statement in pglog.statements(server.postgresql_entries()):
            found.setdefault(statement.backend, []).append(statement)
    else:
        for entry in server.mariadb_entries():
            found.setdefault(entry.backend, []).append(entry)
    return found


def test_the_server_was_sent_nothing_on_connections_that_nobody_knows(suite: Suite) -> None:
    """The harness's own connections are known by the server's numbers for them, and are left out by these."""
    proxied = {backend for double in suite.doubles.values() for backend in double.seen}
    harness = {backend for double in suite.doubles.values() for backend in double.harness}
    assert proxied
    assert not proxied & harness
    assert set(suite.log) - harness - suite.ours <= proxied


def test_every_connection_has_the_statements_of_the_servers_log(suite: Suite) -> None:
    for double in suite.doubles.values():
        for backend, statements in double.seen.items():
            reached = [one for one in statements if one.fault != "cut before"]
            compare(suite.kind, backend, reached, suite.log.get(backend, []))


def compare(kind: str, backend: int, ours: list[Statement], theirs: list[Any]) -> None:
    if kind == "mariadb":
        mylog.compare(ours, theirs)
    else:
        told = [one for one in ours if not pglog.is_untold(one)]
        pglog.compare(told, theirs, {one.connection: backend for one in told})


def test_every_timeline_has_all_that_was_sent_while_its_cell_was_played(suite: Suite) -> None:
    """And what came later on these connections, such as the ROLLBACK of a pool, is no cell's."""
    for double in suite.doubles.values():
        for played in double.cells:
            sent = by_connection(played)
            for name, backend in played.backends.items():
                everything = double.seen.get(backend, [])
                assert told(sent.get(name, [])) == told(everything[: double.inside.get(backend, 0)])
            assert set(sent) <= set(played.backends)


def by_connection(played: Played) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for event in played.cell.timeline:
        if isinstance(event, Statement) and event.actor == "answer":
            found.setdefault(event.connection, []).append(event)
    return found


def told(statements: list[Statement]) -> list[Any]:
    return [(one.verb, one.text, one.values, one.error, one.tag, one.returned, one.affected) for one in statements]


def test_the_comparison_has_something_to_compare(suite: Suite) -> None:
    for name, double in suite.doubles.items():
        player = choose([name])[0].implementation
        asked = [case.name for case in cases() if player.plays(case.name, suite.kind)]
        assert [one.cell.case for one in double.cells] == asked, name
        assert sum(map(len, double.seen.values())) > 2 * len(asked), name
    played = [one.cell.state for double in suite.doubles.values() for one in double.cells]
    assert Counter(played)["observed"] > len(played) // 2


@pytest.mark.parametrize("change", ["missing", "extra", "swapped"])
def test_the_comparison_notices(suite: Suite, change: str) -> None:
    backend, statements = next(
        (backend, list(statements))
        for double in suite.doubles.values()
        for backend, statements in double.seen.items()
        if len({one.text for one in statements}) > 3 and not any(one.error or one.group for one in statements)
    )
    at = next(index for index in range(1, len(statements)) if statements[index].text != statements[index - 1].text)
    one = statements.pop(at)
    statements[at - 1 : at - 1] = {"missing": [], "extra": [one, one], "swapped": [one]}[change]
    with pytest.raises((AssertionError, IndexError)):
        compare(suite.kind, backend, statements, suite.log[backend])

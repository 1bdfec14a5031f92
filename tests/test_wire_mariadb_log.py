"""The proxy against MariaDB's own log: the same statements, in the same order, with the same values and states."""

import os
from collections.abc import Iterator
from itertools import pairwise

import pytest

from shared_scenarios.timeline import Statement
from tests import mylog
from tests.logged import LoggedServer, logging
from tests.mydrivers import DRIVERS, INSTALLED
from tests.myworkload import DATABASE, SCHEMA, STATE, workload
from tests.tap import Tap, tapped

# The least number of statements in all; a longer run takes another number and another seed.
STATEMENTS = int(os.environ.get("ORMATRIX_WORKLOAD", "10000"))
SLOW = "mysql-connector-prepared"  # waits 40 ms for most answers, with and without a proxy
LENGTH = STATEMENTS // max(1, len(set(INSTALLED) - {SLOW}))
SEED = int(os.environ.get("ORMATRIX_WORKLOAD_SEED", "1"))


@pytest.fixture(scope="module")
def server() -> Iterator[LoggedServer]:
    with logging("mariadb") as it:
        it.ask(f"CREATE DATABASE {DATABASE}")
        it.ask(*SCHEMA, database=DATABASE)
        yield it


def play(server: LoggedServer, tap: Tap, name: str, length: int) -> list[int]:
    server.ask("DELETE FROM kols", database=DATABASE)
    where = {"user": server.address.user, "password": server.address.password, "host": tap.host, "port": tap.port}
    return DRIVERS[name]({**where, "database": DATABASE}, workload(SEED * 1000 + len(name), length))


@pytest.mark.parametrize("name", DRIVERS)
def test_every_driver_is_seen_as_the_server_sees_it(server: LoggedServer, name: str) -> None:
    with tapped(server) as tap:
        length = LENGTH // 20 if name == SLOW else LENGTH
        states = play(server, tap, name, length)
        statements = tap.statements
    assert tap.recorder.unread == []
    assert len(statements) >= length
    ((_, backend),) = tap.sink.remembered.items()
    mylog.compare(statements, [entry for entry in server.mariadb_entries() if entry.backend == backend])
    _must_know_the_state(statements, states)


def _must_know_the_state(statements: list[Statement], states: list[int]) -> None:
    """Each time the server was asked for it, but where an error came before, that does not tell it."""
    pairs = [(last, one) for last, one in pairwise(statements) if one.text == STATE]
    told = [(one.before == "open", bool(state)) for (last, one), state in zip(pairs, states, strict=True) if last.exact]
    assert len(told) > len(states) // 2
    assert [ours for ours, _ in told] == [theirs for _, theirs in told]

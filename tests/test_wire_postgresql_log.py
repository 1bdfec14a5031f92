"""The proxy against the server's own log: the same statements, in the same order, with the same values and errors."""

import os
from collections import Counter
from contextlib import ExitStack
from random import Random

from shared_scenarios.evidence.wire.postgresql_group import SKIPPED
from shared_scenarios.timeline import Statement
from tests import pglog, pgworkload
from tests.logged import logging
from tests.tap import Tap, tapped

# The least number of statements; a longer run takes another number and another seed.
STATEMENTS = int(os.environ.get("ORMATRIX_WORKLOAD", "10000"))
SEED = int(os.environ.get("ORMATRIX_WORKLOAD_SEED", "1"))


def test_the_proxy_sees_what_the_server_logs() -> None:
    with logging("postgresql") as server, server.database() as database, tapped(server) as tap:
        with server.connect(database) as connection:
            pgworkload.make_tables(connection)
        _play(tap, {"user": server.address.user, "password": server.address.password}, database)
        statements, backends = tap.statements, tap.sink.remembered
        logged = pglog.statements([one for one in server.postgresql_entries() if one["pid"] in backends.values()])
    assert tap.recorder.unread == []
    assert len(statements) >= STATEMENTS
    _must_have_everything(statements)
    pglog.compare([one for one in statements if not pglog.is_untold(one)], logged, backends)


def _play(tap: Tap, who: dict[str, str], database: str) -> None:
    """All drivers by turns, until there are enough statements."""
    random = Random(SEED)
    where = {**who, "host": tap.host, "port": tap.port}
    with ExitStack() as open_drivers:
        playing = [
            open_drivers.enter_context(pgworkload.played(driver, where, database, SEED))(STATEMENTS)
            for driver in pgworkload.INSTALLED
        ]
        while sum(isinstance(event, Statement) for event in tap.recorder.events) < STATEMENTS:
            for _ in range(200):
                next(random.choice(playing))


def _must_have_everything(statements: list[Statement]) -> None:
    """A comparison in which something never came up would say nothing of it."""
    verbs = Counter(statement.verb for statement in statements)
    assert {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "INSERT", "SELECT", "COPY", "DECLARE", "FETCH"} <= set(verbs)
    codes = Counter(one.error.code for one in statements if one.error)
    assert {"42601", "42P01", "22012", "23505", "25P02", "23502"} <= set(codes)
    assert sum(one.error == SKIPPED for one in statements) > 50
    assert sum(one.group > 0 for one in statements) > 500
    assert sum(len(one.values) > 0 for one in statements) > 2000

"""The proxy against the server's own log: the same statements, in the same order, with the same values and errors."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from shared_scenarios.evidence.text import normalise
from shared_scenarios.evidence.wire.postgresql_client import SKIPPED
from shared_scenarios.timeline import Scalar, Statement
from tests import pgserver, pgworkload
from tests.pgtap import Tap, tapped

STEPS = int(os.environ.get("ORMATRIX_WORKLOAD_STEPS", "1200"))  # of each driver; they send about three times as many
EXECUTE = re.compile(r"execute (?P<fetch>fetch from )?[^:]*: (?P<text>.*)", re.DOTALL)
UNTOLD = re.compile(r"<\d+ bytes>")
END = "SELECT 'the end of the log'"


class Logged(NamedTuple):
    """A statement as one of the two witnesses has it, and its values if it tells them."""

    backend: int | None
    text: str
    code: str | None
    values: list[str | None] | None


@pytest.mark.parametrize("seed", [1])
def test_the_proxy_has_seen_what_the_server_has_logged(seed: int) -> None:
    with pgserver.private() as (server, log), pgserver.database(server) as database, tapped(server) as tap:
        with server.connect(database) as connection:
            connection.execute(pgworkload.TABLE)
        _play(tap, database, seed)
        seen = list(_seen(tap))
        logged = list(_joined(_logged(_whole(log), {one.backend for one in seen}), seen))
    assert tap.sink.unseen == []
    assert len(logged) == len(seen) or logged == seen
    for ours, theirs in zip(seen, logged, strict=True):
        assert ours == theirs
    assert len(seen) > 5 * STEPS


def _play(tap: Tap, database: str, seed: int) -> None:
    """All drivers at once, one step of one of them after the other."""
    random = Random(seed)
    with (
        pgworkload.played("psycopg", tap.host, tap.port, database, seed) as psycopg,
        pgworkload.played("psycopg2", tap.host, tap.port, database, seed) as psycopg2,
        pgworkload.played("asyncpg", tap.host, tap.port, database, seed) as asyncpg,
    ):
        playing = [psycopg(STEPS), psycopg2(STEPS), asyncpg(STEPS)]
        while playing:
            one = random.choice(playing)
            if next(one, "over") == "over":
                playing.remove(one)

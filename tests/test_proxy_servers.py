"""What the proxy does to a line before real servers: cut it, and hold it up."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from shared_scenarios.evidence.wire.faults import When
from shared_scenarios.timeline import Connection, Statement
from tests import required
from tests.logged import LoggedServer, logging
from tests.tap import Tap, tapped

INSERT, COUNT = "INSERT INTO things VALUES (1)", "SELECT count(*) FROM things"
HELD = 0.4


class Place(NamedTuple):
    """A database with a table, and a proxy before it."""

    server: LoggedServer
    tap: Tap
    database: str

    def connect(self) -> Any:
        """Through the proxy, by the driver of the harness."""
        made = required.driver(self.server.kind, required.DRIVERS[self.server.kind])
        name = {"postgresql": "dbname", "mariadb": "database"}[self.server.kind]
        return made.connect(**self.where, **{name: self.database})

    @property
    def where(self) -> dict[str, Any]:
        address = self.server.address
        return {"host": self.tap.host, "port": self.tap.port, "user": address.user, "password": address.password}

    def rows(self) -> int:
        return int(self.server.ask(COUNT, database=self.database)[0][0])


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[LoggedServer]:
    with logging(request.param) as it:
        yield it


@pytest.fixture
def place(server: LoggedServer) -> Iterator[Place]:
    with server.database() as database, tapped(server) as tap:
        server.ask("CREATE TABLE things (id INT PRIMARY KEY)", database=database)
        yield Place(server, tap, database)


def is_commit(text: str) -> bool:
    return text.upper() == "COMMIT"


def insert(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT)


def counted_until(end: float, observer: Any) -> Iterator[int]:
    """What others see, as often as that can be asked."""
    while time.monotonic() < end:
        with observer.cursor() as cursor:
            cursor.execute(COUNT)
            count = int(cursor.fetchone()[0])
        if time.monotonic() < end:
            yield count


def lost(place: Place, when: When) -> Exception:
    """What the driver raises at a COMMIT at which the line is cut."""
    place.tap.proxy.cut(is_commit, when=when)
    connection = place.connect()
    insert(connection)
    with pytest.raises(place.server.dialect.errors) as caught:
        connection.commit()
    error: Exception = caught.value
    return error


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
def test_a_commit_at_which_the_line_is_cut_is_stored_or_not(place: Place, when: When, rows: int) -> None:
    lost(place, when)
    assert place.tap.proxy.barrier()
    assert place.rows() == rows
    commit = next(one for one in place.tap.statements if one.verb == "COMMIT")
    assert (commit.fault, commit.end is not None) == (f"cut {when}", when == "after")
    assert [one.action for one in place.tap.connections] == ["opened", "cut"]


def test_who_lost_the_line_cannot_tell_which_it_was(place: Place) -> None:
    before, after = lost(place, "before"), lost(place, "after")
    assert (type(before), str(before)) == (type(after), str(after))


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
def test_a_commit_that_is_held_up_takes_its_time_and_succeeds(place: Place, when: When, rows: int) -> None:
    fault = place.tap.proxy.delay(is_commit, HELD, when=when)
    connection, observer = place.connect(), place.server.connect(place.database)
    insert(connection)
    start = time.monotonic()
    committing = threading.Thread(target=connection.commit)
    committing.start()
    while not fault.fired:
        time.sleep(0.001)
    early = list(counted_until(start + HELD * 0.8, observer))
    committing.join()
    assert time.monotonic() - start >= HELD
    assert (early[-1], place.rows()) == (rows, 1)
    observer.close()
    assert next(one for one in place.tap.statements if one.verb == "COMMIT").fault == f"held up {when}"
    connection.close()


def test_a_connection_that_ends_in_the_middle_of_a_statement(place: Place) -> None:
    """The server goes on, and what it did is known when it has let go."""
    slow = {"postgresql": "SELECT pg_sleep(0.2)", "mariadb": "SELECT SLEEP(0.2)"}[place.server.kind]
    connection = place.connect()
    waiting = threading.Thread(target=_interrupted, args=(connection, slow))
    waiting.start()
    while not any(isinstance(event, Statement) and event.text == slow for event in place.tap.recorder.events):
        time.sleep(0.001)
    _end(connection)
    waiting.join()
    sent = next(one for one in place.tap.statements if one.text == slow)
    assert sent.end is not None
    closed = next(one for one in place.tap.connections if isinstance(one, Connection) and one.action == "closed")
    assert closed.sequence < sent.end


def _interrupted(connection: Any, statement: str) -> None:
    with pytest.raises(Exception), connection.cursor() as cursor:  # noqa: B017, PT011  # whatever its driver says
        cursor.execute(statement)


def _end(connection: Any) -> None:
    """The socket is closed under the driver."""
    number = connection.fileno() if hasattr(connection, "fileno") else connection._sock.fileno()
    with socket.socket(fileno=os.dup(number)) as same:
        same.shutdown(socket.SHUT_RDWR)

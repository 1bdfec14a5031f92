"""Whoever opens a connection, and however: it is recorded, or known to be unseen."""

import _sqlite3
import _thread
import asyncio
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import aiosqlite
import pytest

from shared_scenarios.timeline import Connection, Statement
from tests.command import eventually
from tests.watched import Watched, add


class Shouting(sqlite3.Connection):
    """A driver's own class, with its own way to execute."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(sql.upper(), *values)


class Hushed(sqlite3.Cursor):
    def execute(self, sql: str, *values: Any) -> "Hushed":
        super().execute(sql.lower(), *values)
        return self


def test_a_connection_is_opened_and_closed_once(watched: Watched) -> None:
    connection = watched.connect()
    connection.close()
    connection.close()
    assert watched.story() == ["c1 opened", "c1 closed"]


def test_the_lines_that_open_and_close_are_told(watched: Watched) -> None:
    connection = sqlite3.connect(watched.path)
    connection.execute("SELECT 1")
    connection.close()
    events = [event for event in watched.recorder.events if isinstance(event, (Connection, Statement))]
    assert [[line.code for line in event.lines] for event in events] == [
        ["connection = sqlite3.connect(watched.path)"],
        ['connection.execute("SELECT 1")'],
        ["connection.close()"],
    ]


def test_a_thread_that_begins_with_the_driver_is_seen_too(watched: Watched) -> None:
    connection = sqlite3.connect(watched.path, check_same_thread=False)
    _thread.start_new_thread(sqlite3.Cursor(connection).execute, ("SELECT 1",))
    eventually(lambda: len(watched.story()) == 2, "the statement is recorded")
    _thread.start_new_thread(connection.close, ())
    eventually(lambda: len(watched.story()) == 3, "its end is recorded")
    assert watched.story() == ["c1 opened", "c1 SELECT none>None", "c1 closed"]


def test_closing_tells_whether_a_transaction_was_open(watched: Watched) -> None:
    idle, busy = watched.connect(), watched.connect()
    add(busy, "@ada")
    idle.close()
    busy.close()
    closed = [event.before for event in watched.recorder.events if isinstance(event, Connection)][2:]
    assert closed == ["none", "open"]


def test_what_is_never_closed_is_left_open(watched: Watched) -> None:
    watched.connect().close()
    watched.connect()
    watched.wire.left_open()
    assert watched.story() == ["c1 opened", "c1 closed", "c2 opened", "c2 left open"]


def test_a_connection_of_an_earlier_cell_is_not_taken_for_this_ones(watched: Watched) -> None:
    earlier, still_open = watched.connect(), watched.connect()
    watched.recorder.start()
    add(earlier, "@ada")
    earlier.close()
    still_open.execute("SELECT 1")
    watched.connect()
    watched.wire.left_open()
    assert watched.story() == ["c1 opened", "c1 left open"]


@pytest.mark.parametrize("module", [sqlite3, sqlite3.dbapi2], ids=["sqlite3", "dbapi2"])
@pytest.mark.parametrize("form", [str, Path, str.encode, "file:{}?mode=rw".format], ids=["str", "Path", "bytes", "URI"])
def test_every_form_of_the_address_is_seen(watched: Watched, module: Any, form: Callable[[str], Any]) -> None:
    module.connect(form(watched.path), uri=True).close()
    assert (watched.story(), watched.recorder.unseen) == (["c1 opened", "c1 closed"], 0)


def test_a_relative_path_is_seen(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(watched.path).parent)
    sqlite3.connect("watched.db").close()
    sqlite3.connect(database="../" + Path.cwd().name + "/watched.db").close()
    assert watched.story() == ["c1 opened", "c1 closed", "c2 opened", "c2 closed"]


@pytest.mark.parametrize("connect", [_sqlite3.connect, sqlite3.Connection])
def test_a_connection_that_passes_the_witness_by_is_known_to_be_unseen(
    watched: Watched, connect: Callable[[str], sqlite3.Connection]
) -> None:
    connect(watched.path).close()
    assert (watched.story(), watched.recorder.unseen) == ([], 1)


def test_a_connection_that_cannot_be_opened_is_no_strangers(watched: Watched) -> None:
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(f"file:{watched.path}?mode=nonsense", uri=True)
    assert (watched.story(), watched.recorder.unseen) == ([], 0)


def test_the_harness_itself_is_not_recorded(watched: Watched) -> None:
    connection = watched.wire.connect_past(watched.path)
    add(connection, "@ada")
    connection.close()
    assert (watched.story(), watched.recorder.unseen) == ([], 0)


def test_a_stranger_is_seen_while_another_thread_opens_a_connection_of_the_harness(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*args: Any, **options: Any) -> sqlite3.Connection:
        thread = Thread(target=lambda: _sqlite3.connect(watched.path).close())
        thread.start()
        thread.join()
        return plain(*args, **options)

    plain = sqlite3.Connection
    monkeypatch.setattr(sqlite3, "Connection", opened)
    watched.wire.connect_past(watched.path).close()
    assert watched.recorder.unseen == 1


@pytest.mark.parametrize("database", [":memory:", "", "{}-other", "{}/../other.db"])
def test_databases_of_others_are_left_alone(watched: Watched, database: str) -> None:
    connection = sqlite3.connect(database.format(watched.path).replace("watched.db/..", ""))
    connection.execute("SELECT 1")
    assert type(connection) is sqlite3.Connection
    connection.close()
    assert (watched.story(), watched.recorder.unseen) == ([], 0)


def test_a_connection_class_of_a_driver_stays_what_it_is(watched: Watched) -> None:
    connection = watched.connect(factory=Shouting)
    assert isinstance(connection, Shouting)
    connection.execute("select 1")
    assert watched.statements[0].text == "SELECT 1"


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="takes no options by position any more")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_connection_class_may_be_given_by_position(watched: Watched) -> None:
    connection = sqlite3.connect(watched.path, 5, 0, None, True, Shouting)  # type: ignore[misc,unused-ignore]
    connection.execute("select 1")
    connection.close()
    assert watched.story() == ["c1 opened", "c1 SELECT none>none", "c1 closed"]


def test_a_cursor_class_of_a_driver_stays_outermost(watched: Watched) -> None:
    cursor = watched.connect().cursor(Hushed)
    assert isinstance(cursor, Hushed)
    assert cursor.execute("SELECT 1").fetchall() == [(1,)]
    assert [(sent.text, sent.returned) for sent in watched.statements] == [("select 1", 1)]


def test_threads_have_connections_of_their_own_in_one_sequence(watched: Watched) -> None:
    def work(handle: str) -> None:
        connection = sqlite3.connect(watched.path)
        with connection:
            add(connection, handle)
        connection.close()

    for handle in ("@ada", "@grace"):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work, handle).result()
    own = ["opened", "BEGIN none>open", "INSERT open>open", "COMMIT open>none", "closed"]
    assert watched.story() == [f"{name} {event}" for name in ("c1", "c2") for event in own]


def test_aiosqlite_is_seen_from_its_thread(watched: Watched) -> None:
    async def work() -> None:
        async with aiosqlite.connect(watched.path) as connection:
            await connection.execute("INSERT INTO kols (handle) VALUES ('@ada')")
            await connection.commit()

    asyncio.run(work())
    assert watched.story() == [
        "c1 opened",
        "c1 BEGIN none>open",
        "c1 INSERT open>open",
        "c1 COMMIT open>none",
        "c1 closed",
    ]
    assert watched.recorder.unseen == 0

"""The SQLite file as the stage uses it: its observer, its second writer, its refusal to commit."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import (
    AnswerError,
    CutLine,
    EndConnections,
    FillDisk,
    Meanwhile,
    RefuseCommit,
    SecondWriter,
)
from shared_scenarios.targets import sqlite_file
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.sqlite import SqliteTarget
from shared_scenarios.targets.sqlite_observer import ask_for, committed
from shared_scenarios.timeline import Intervention, Statement, Timeline
from tests.fakes import fake
from tests.fakes.database import ADD_ADA, ADD_GRACE, READ_ADA
from tests.fakes.database import Database as Connection
from tests.staged import scenario


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    made = Venue(fake("agrees"), Database("sqlite"), tmp_path)
    made.target.reset(())
    made.recorder.start()
    yield made
    made.close()


@pytest.fixture
def target(venue: Venue) -> SqliteTarget:
    assert isinstance(venue.target, SqliteTarget)
    return venue.target


@pytest.fixture
def db(venue: Venue) -> Connection:
    database: Connection = venue.backend.database
    return database


def handles(target: SqliteTarget) -> list[object]:
    rows = target.observe()
    assert rows is not None, "the observer was refused a look"
    return [row[1] for row in rows["kols"]]


def staged(venue: Venue, action: Meanwhile) -> RecordingStage:
    return RecordingStage(scenario({"one": action}), venue.recorder, venue.target, venue.backend.look)


def test_the_observer_sees_rows_when_they_are_committed(target: SqliteTarget, db: Connection) -> None:
    db.execute(ADD_ADA)
    assert handles(target) == []
    db.commit()
    assert handles(target) == ["@ada"]
    db.execute("DELETE FROM kols")
    assert handles(target) == ["@ada"]
    db.rollback()
    assert handles(target) == ["@ada"]


def test_the_observer_holds_no_lock_and_is_in_no_transaction(target: SqliteTarget, db: Connection) -> None:
    with db:
        db.execute(ADD_ADA)
    assert handles(target) == ["@ada"]
    db.execute("PRAGMA busy_timeout = 0")
    db.execute("BEGIN EXCLUSIVE")
    assert db.in_transaction


def test_the_observer_is_refused_a_look_while_the_file_is_locked(target: SqliteTarget, db: Connection) -> None:
    db.execute("BEGIN EXCLUSIVE")
    assert target.observe() is None
    db.rollback()
    assert handles(target) == []


def test_the_observer_sees_what_is_committed_into_a_log(target: SqliteTarget, db: Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    for statement, seen in ((ADD_ADA, ["@ada"]), (ADD_GRACE, ["@ada", "@grace"])):
        with db:
            db.execute(statement)
        assert sorted(map(str, handles(target))) == seen


def test_where_the_system_tells_of_no_locks_the_observer_still_finds_them(
    target: SqliteTarget, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "CAN_ASK", False)
    db.execute("BEGIN EXCLUSIVE")
    assert target.observe() is None
    db.execute(ADD_ADA)
    db.commit()
    assert handles(target) == ["@ada"]


def test_a_look_that_finds_nothing_new_opens_no_connection(
    target: SqliteTarget, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(target.wire, "connect_past", lambda *_, **__: opened.append(1))
    if sqlite_file.CAN_ASK:
        assert handles(target) == opened == []


def test_the_observer_leaves_nothing_on_the_timeline(venue: Venue, target: SqliteTarget) -> None:
    target.observe()
    assert (venue.recorder.events, venue.recorder.unseen) == ([], 0)


def test_a_second_writer_stands_on_the_timeline_under_its_own_name(venue: Venue) -> None:
    stage = staged(venue, SecondWriter((ADD_GRACE, ADD_ADA)))
    stage.checkpoint("one")
    stage.checkpoint("two")
    seen = Timeline(venue.recorder.events)
    writes = [event for event in seen.events if isinstance(event, Statement)]
    assert [(write.actor, write.connection, write.verb, write.affected) for write in writes] == [
        ("second writer", "second writer", "INSERT", 1)
    ] * 2
    assert (seen.statements(), seen.connections()) == ([], [])
    assert [row[1] for row in seen.rows("two", "kols")] == ["@grace", "@ada"]


def test_a_second_writer_that_is_refused_is_an_error_of_the_answer(venue: Venue, db: Connection) -> None:
    stage = staged(venue, SecondWriter((ADD_GRACE,)))
    db.execute(ADD_ADA)
    with pytest.raises(AnswerError, match="the second writer was refused: database is locked"):
        stage.checkpoint("one")


LOCKING_OUT = SecondWriter(("BEGIN IMMEDIATE", ADD_GRACE, "COMMIT"), refusable=True)


def test_after_a_second_writer_that_locks_the_observer_out_the_rows_are_those_seen_before(
    venue: Venue, target: SqliteTarget, db: Connection
) -> None:
    with db:
        db.execute(ADD_ADA)
    stage = staged(venue, LOCKING_OUT)
    db.execute("BEGIN")
    db.execute(READ_ADA).fetchall()
    stage.checkpoint("one")
    stage.checkpoint("two")
    seen = Timeline(venue.recorder.events)
    assert (seen.at("two").locked, [row[1] for row in seen.rows("two", "kols")]) == (True, ["@ada"])


def test_a_reader_that_wants_to_write_is_refused_with_no_waiting(venue: Venue, db: Connection) -> None:
    stage = staged(venue, LOCKING_OUT)
    db.execute("PRAGMA busy_timeout = 60000")
    db.execute("BEGIN")
    db.execute(READ_ADA).fetchall()
    stage.checkpoint("one")
    begun = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        db.execute(ADD_ADA)
    assert time.monotonic() - begun < 30


def test_commits_are_refused_from_one_checkpoint_to_the_next(venue: Venue, db: Connection) -> None:
    stage = staged(venue, RefuseCommit())
    db.execute(ADD_ADA)
    stage.checkpoint("one")
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            db.commit()
    stage.checkpoint("two")
    db.commit()
    assert handles(venue.target) == ["@ada"]


def test_a_refusal_is_an_intervention_and_the_commit_an_error(venue: Venue, db: Connection) -> None:
    stage = staged(venue, RefuseCommit())
    db.execute(ADD_ADA)
    stage.checkpoint("one")
    with pytest.raises(sqlite3.OperationalError):
        db.commit()
    *_, intervention, commit = venue.recorder.events
    assert isinstance(intervention, Intervention)
    assert isinstance(commit, Statement)
    assert commit.error is not None
    assert intervention.what == "another reader keeps its lock, so that the database refuses the next COMMIT"
    assert (commit.verb, commit.error.code) == ("COMMIT", "SQLITE_BUSY")
    assert (commit.before, commit.after) == ("open", "open")


ADD_LONG = "INSERT INTO tweets (text, kol_id) VALUES (hex(zeroblob(4000)), 1)"


def test_a_disk_is_full_from_one_checkpoint_to_the_next(venue: Venue, db: Connection) -> None:
    stage = staged(venue, FillDisk())
    stage.checkpoint("one")
    with db:
        db.execute(ADD_ADA)  # for which there is room
    with pytest.raises(sqlite3.OperationalError, match="disk is full"):
        db.execute(ADD_LONG)
    stage.checkpoint("two")
    with db:
        db.execute(ADD_LONG)
    assert handles(venue.target) == ["@ada"]


def test_a_full_disk_is_an_intervention_and_what_it_is_made_of_is_no_statement(venue: Venue, db: Connection) -> None:
    stage = staged(venue, FillDisk())
    stage.checkpoint("one")
    db.execute(READ_ADA)
    *_, intervention, read = venue.recorder.events
    assert isinstance(intervention, Intervention)
    assert isinstance(read, Statement)
    assert intervention.what == "the disk is full: the file does not get another page"
    assert read.verb == "SELECT"


def test_a_reset_ends_a_full_disk(venue: Venue) -> None:
    staged(venue, FillDisk()).checkpoint("one")
    venue.target.reset(())
    venue.recorder.start()
    with venue.backend.database as db:
        db.execute(ADD_LONG)


@pytest.mark.parametrize("turn", [CutLine("COMMIT", "before"), EndConnections()])
def test_what_needs_a_server_is_refused(venue: Venue, turn: Meanwhile) -> None:
    with pytest.raises(NotImplementedError, match="does not play here"):
        staged(venue, turn).checkpoint("one")


def test_a_reset_gives_the_rows_that_are_asked_for(target: SqliteTarget) -> None:
    target.reset([ADA, ADAS_TWEET])
    assert target.observe() == {"kols": [[1, "@ada", 0, None]], "tweets": [[1, "hello", 1]]}
    target.reset(())
    assert target.observe() == {"kols": [], "tweets": []}


def test_a_reset_ends_a_refusal(venue: Venue) -> None:
    staged(venue, RefuseCommit()).checkpoint("one")
    venue.target.reset(())
    venue.recorder.start()
    with venue.backend.database as db:
        db.execute(ADD_ADA)
    assert handles(venue.target) == ["@ada"]


def test_who_still_holds_the_file_of_an_earlier_cell_writes_to_nobody(target: SqliteTarget, db: Connection) -> None:
    db.execute(ADD_ADA)
    target.reset(())
    with suppress(sqlite3.OperationalError):  # its journal is gone with its file
        db.commit()
    assert handles(target) == []


def test_nothing_is_left_when_the_target_is_removed(target: SqliteTarget, db: Connection) -> None:
    db.execute(ADD_ADA)
    target.remove()
    assert list(target.path.parent.iterdir()) == []


def test_rows_come_in_the_order_of_their_keys_each_as_long_as_its_table() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE kols (id BIGINT PRIMARY KEY, name TEXT); INSERT INTO kols VALUES (2, 'b'), (1, 'a');"
        "CREATE TABLE tweets (id BIGINT PRIMARY KEY); INSERT INTO tweets VALUES (9), (8);"
    )
    rows = committed(connection, ask_for({"kols": ("id", "name"), "tweets": ("id",)}))
    assert rows == {"kols": [[1, "a"], [2, "b"]], "tweets": [[8], [9]]}
    connection.close()

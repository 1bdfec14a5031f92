"""A file is written over in place where that harms nobody, and made anew where it might."""

import _sqlite3
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from shared_scenarios.catalogue.reading import ADA
from shared_scenarios.runner.venue import Venue
from shared_scenarios.targets import sqlite_file
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.sqlite import SqliteTarget
from tests.fakes import fake
from tests.fakes.database import ADD_ADA, READ_ADA
from tests.fakes.database import Database as Connection


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    made = Venue(fake("agrees"), Database("sqlite"), tmp_path)
    made.target.reset(())
    made.recorder.start()
    yield made
    made.close()


def next_scenario(venue: Venue) -> bool:
    """The answer has returned, and another begins; whether it finds the same file."""
    before = Path(venue.target.url).stat().st_ino
    kept = os.open(venue.target.url, os.O_RDONLY)  # so that its number goes to no other
    venue.target.finish()
    venue.recorder.finish()
    venue.backend.release()
    venue.target.reset([ADA])
    venue.recorder.start()
    os.close(kept)
    assert rows(venue) == [[1, "@ada", 0, None]]
    return Path(venue.target.url).stat().st_ino == before


def rows(venue: Venue) -> list[object]:
    """As the observer sees them, and as whoever opens the file anew."""
    seen = venue.target.observe()
    assert seen is not None
    assert len(seen["kols"]) == len(venue.backend.database.execute("SELECT id FROM kols").fetchall())
    venue.backend.release()
    return list(seen["kols"])


def writes(db: Connection) -> None:
    with db:
        db.execute(ADD_ADA)


def is_in_a_transaction(db: Connection) -> None:
    db.execute(ADD_ADA)


def makes_a_table(db: Connection) -> None:
    with db:
        db.execute("CREATE TABLE notes (id INTEGER)")


def keeps_a_log(db: Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    writes(db)


def keeps_its_journal(db: Connection) -> None:
    db.execute("PRAGMA journal_mode = PERSIST").fetchall()
    writes(db)


@pytest.mark.parametrize("play", [lambda _: None, writes, is_in_a_transaction])
def test_what_is_closed_again_leaves_the_file_for_the_next_scenario(
    venue: Venue, play: Callable[[Connection], None]
) -> None:
    play(venue.backend.database)
    assert next_scenario(venue)


@pytest.mark.parametrize("play", [makes_a_table, keeps_a_log, keeps_its_journal])
def test_a_file_that_is_not_as_it_was_is_made_anew(venue: Venue, play: Callable[[Connection], None]) -> None:
    play(venue.backend.database)
    assert not next_scenario(venue)


def test_a_connection_that_stays_open_keeps_the_file_to_itself(venue: Venue) -> None:
    with closing(sqlite3.connect(venue.target.url)) as left:
        left.execute(ADD_ADA)
        assert not next_scenario(venue)
        with suppress(sqlite3.OperationalError):  # its journal is gone with its file
            left.commit()
    assert rows(venue) == [[1, "@ada", 0, None]]


def test_a_connection_past_the_witness_keeps_the_file_to_itself(venue: Venue) -> None:
    with closing(_sqlite3.connect(venue.target.url)):
        venue.recorder.unseen = 0  # of which its own cell has been told
        assert not next_scenario(venue)


def test_a_lock_of_anybody_keeps_the_file(venue: Venue) -> None:
    target = venue.target
    assert isinstance(target, SqliteTarget)
    with closing(target.wire.connect_past(target.url)) as other:
        other.execute("BEGIN")
        other.execute(READ_ADA).fetchall()
        assert next_scenario(venue) is not sqlite_file.CAN_ASK


def test_an_answer_that_did_not_return_leaves_a_new_file(venue: Venue) -> None:
    before = Path(venue.target.url).stat().st_ino
    with Path(venue.target.url).open("rb"):  # so that its number goes to no other
        venue.target.reset(())
        assert Path(venue.target.url).stat().st_ino != before


@pytest.mark.parametrize("can_ask", {False, sqlite_file.CAN_ASK})
def test_the_observer_keeps_its_connection_and_sees_what_is_new(
    venue: Venue, monkeypatch: pytest.MonkeyPatch, can_ask: bool
) -> None:
    """Where nobody can tell of locks it is its connection that looks, each time."""
    target = venue.target
    assert isinstance(target, SqliteTarget)
    monkeypatch.setattr(sqlite_file, "CAN_ASK", can_ask)
    opened: list[str] = []
    connect = target.wire.connect_past

    def noted(path: str, **options: Any) -> sqlite3.Connection:
        opened.append(path)
        return connect(path, **options)

    monkeypatch.setattr(target.wire, "connect_past", noted)
    target.reset(())
    venue.recorder.start()
    for handle in ("@ada", "@grace", "@alan"):
        with venue.backend.database as db:
            db.execute("INSERT INTO kols (twitter_handle) VALUES (?)", (handle,))
        assert handles(target) == [handle]
        target.finish()
        venue.recorder.finish()
        venue.backend.release()
        target.reset(())
        venue.recorder.start()
        assert handles(target) == []
    assert opened == [target.url]


def handles(target: SqliteTarget) -> list[object]:
    seen = target.observe()
    assert seen is not None
    return [row[1] for row in seen["kols"]]


@pytest.mark.skipif(not sqlite_file.CAN_ASK, reason="locks of an open file are Linux's")
@pytest.mark.parametrize(
    ("does", "out"),
    [
        (["BEGIN", READ_ADA], False),
        (["BEGIN IMMEDIATE"], False),
        (["BEGIN", ADD_ADA], False),
        (["BEGIN EXCLUSIVE"], True),
        (["PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"], True),
    ],
)
def test_who_has_only_reserved_the_file_keeps_no_reader_out(venue: Venue, does: list[str], out: bool) -> None:
    target = venue.target
    assert isinstance(target, SqliteTarget)
    assert target._file is not None
    with closing(target.wire.connect_past(target.url)) as other:
        for statement in does:
            other.execute(statement).fetchall()
        assert target._file.may_keep_readers_out() is out


@pytest.mark.skipif(not sqlite_file.CAN_ASK, reason="locks of an open file are Linux's")
def test_who_waits_for_readers_to_go_lets_no_other_in(venue: Venue) -> None:
    target = venue.target
    assert isinstance(target, SqliteTarget)
    assert target._file is not None
    with (
        closing(target.wire.connect_past(target.url)) as reader,
        closing(target.wire.connect_past(target.url, timeout=0)) as writer,
    ):
        reader.execute("BEGIN")
        reader.execute(READ_ADA).fetchall()
        writer.execute("BEGIN")
        writer.execute(ADD_ADA)
        with suppress(sqlite3.OperationalError):
            writer.execute("COMMIT")
        assert target._file.may_keep_readers_out()

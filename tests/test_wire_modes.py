"""How the driver is told to control transactions, and what it then sends by itself."""

import sqlite3
import sys

import pytest

from tests.watched import Watched, add

since_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 brought the attribute `autocommit`")


def test_without_isolation_level_nothing_is_begun(watched: Watched) -> None:
    add(watched.connect(isolation_level=None), "@ada")
    assert watched.story() == ["c1 opened", "c1 INSERT none>none"]


def test_the_kind_of_begin_is_recorded_and_its_refusal_too(watched: Watched) -> None:
    holder, other = (watched.connect(isolation_level="IMMEDIATE", timeout=0) for _ in range(2))
    add(holder, "@ada")
    with pytest.raises(sqlite3.OperationalError):
        add(other, "@grace")
    assert watched.statements[-1].text == "BEGIN IMMEDIATE"
    assert watched.story()[2:] == [
        "c1 BEGIN none>open",
        "c1 INSERT open>open",
        "c2 BEGIN none>none OperationalError",
    ]


def test_a_begin_that_was_asked_for_is_one_statement_whatever_follows_the_word(watched: Watched) -> None:
    connection = watched.connect(isolation_level=None)
    connection.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        connection.execute("BEGIN/* again */")
    assert [(one.text, one.error is not None) for one in watched.statements] == [
        ("BEGIN", False),
        ("BEGIN/* again */", True),
    ]


def test_taking_the_isolation_level_away_commits(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada")
    connection.isolation_level = None
    assert watched.story()[3:] == ["c1 COMMIT open>none"]
    assert connection.isolation_level is None


@since_312
def test_without_autocommit_a_transaction_is_open_from_the_first_moment(watched: Watched) -> None:
    connection = watched.connect(autocommit=False)
    add(connection, "@ada")
    connection.commit()
    assert watched.story() == [
        "c1 opened",
        "c1 BEGIN none>open",
        "c1 INSERT open>open",
        "c1 COMMIT open>none",
        "c1 BEGIN none>open",
    ]


@since_312
def test_without_autocommit_closing_rolls_back(watched: Watched) -> None:
    watched.connect(autocommit=False).close()
    assert watched.story()[2:] == ["c1 ROLLBACK open>none", "c1 closed"]


@since_312
def test_switching_autocommit_ends_and_begins(watched: Watched) -> None:
    connection = watched.connect(autocommit=False)
    setattr(connection, "autocommit", True)  # noqa: B010  # older Pythons do not know it
    setattr(connection, "autocommit", False)  # noqa: B010
    assert watched.story()[2:] == ["c1 COMMIT open>none", "c1 BEGIN none>open"]


def test_no_time_is_lost_waiting_while_commits_are_refused(watched: Watched) -> None:
    connection = watched.connect(timeout=60)
    add(connection, "@ada")
    reader = watched.wire.connect_past(watched.path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM kols").fetchall()
    watched.recorder.refusing_commits = True
    with pytest.raises(sqlite3.OperationalError):
        connection.commit()
    watched.recorder.refusing_commits = False
    reader.close()
    connection.commit()
    assert watched.story()[3:] == ["c1 COMMIT open>open OperationalError", "c1 COMMIT open>none"]
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (60_000,)

"""A statement that fails, however early, is one event with its error, and no other is blamed."""

import sqlite3
from collections.abc import Iterable

import pytest

from tests.watched import ADD, Watched, add


def test_executemany_that_fails_blames_the_set_that_failed(watched: Watched) -> None:
    connection = watched.connect()
    with pytest.raises(sqlite3.IntegrityError):
        connection.executemany(ADD, [("@ada",), ("@ada",), ("@grace",)])
    assert watched.story()[2:] == ["c1 INSERT open>open", "c1 INSERT open>open IntegrityError"]


@pytest.mark.parametrize(
    ("sql", "values", "error", "code"),
    [
        ("SELEC 1", (), "OperationalError", "SQLITE_ERROR"),
        ("SELECT ?", (1, 2), "ProgrammingError", None),
        ("SELECT ?", (object(),), "ProgrammingError", None),
        ("INSERT INTO kols VALUES (1, 'a\0b')", (), "ProgrammingError", None),
        ("INSERT INTO kols VALUES (1, '@ada')", (), "IntegrityError", "SQLITE_CONSTRAINT_PRIMARYKEY"),
        ("INSERT INTO kols VALUES (2, '@ada')", (), "IntegrityError", "SQLITE_CONSTRAINT_UNIQUE"),
        ("INSERT INTO tweets VALUES (1, 9)", (), "IntegrityError", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    ],
)
def test_a_statement_that_fails_is_one_event_with_its_error(
    watched: Watched, sql: str, values: Iterable[object], error: str, code: str | None
) -> None:
    connection = watched.connect(isolation_level=None)
    connection.executescript("PRAGMA foreign_keys = ON; INSERT INTO kols VALUES (1, '@ada')")
    before = len(watched.statements)
    with pytest.raises(sqlite3.Error):
        connection.execute(sql, values)  # type: ignore[arg-type]  # what cannot be bound is among them
    (sent,) = watched.statements[before:]
    assert sent.error is not None
    assert (sent.text, sent.error.type, sent.error.code) == (sql, error, code)
    assert (sent.before, sent.after, sent.affected) == ("none", "none", None)


def test_a_write_that_cannot_be_bound_comes_after_the_begin_all_the_same(watched: Watched) -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        watched.connect().execute(ADD, ())
    assert watched.story()[1:] == ["c1 BEGIN none>open", "c1 INSERT open>open ProgrammingError"]


def test_a_write_that_fails_leaves_the_begin_before_it_without_blame(watched: Watched) -> None:
    connection = watched.connect()
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO kols (handle) VALUES ('@ada'), ('@ada')")
    assert watched.story()[1:] == ["c1 BEGIN none>open", "c1 INSERT open>open IntegrityError"]


def test_a_commit_that_fails_leaves_the_transaction_open(watched: Watched) -> None:
    connection = watched.connect()
    connection.executescript("PRAGMA foreign_keys = ON; BEGIN; PRAGMA defer_foreign_keys = ON")
    connection.execute("INSERT INTO tweets VALUES (1, 99)")
    with pytest.raises(sqlite3.IntegrityError):
        connection.commit()
    assert watched.story()[-1] == "c1 COMMIT open>open IntegrityError"


def test_a_lock_that_is_refused_is_an_error_of_the_statement_that_asked(watched: Watched) -> None:
    holder, other = watched.connect(), watched.connect(timeout=0)
    add(holder, "@ada")
    with pytest.raises(sqlite3.OperationalError):
        other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError):
        add(other, "@grace")
    assert watched.story()[4:] == [
        "c2 BEGIN none>none OperationalError",
        "c2 BEGIN none>open",
        "c2 INSERT open>open OperationalError",
    ]
    assert {s.error.code for s in watched.statements if s.error} == {"SQLITE_BUSY"}

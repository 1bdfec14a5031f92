"""The wire witness on plain sqlite3: one event per statement, in order, with what was before and after it."""

import sqlite3
from contextlib import suppress

import pytest

from shared_scenarios.scenario import Mishap
from tests.watched import ADD, Watched, add


def test_a_write_is_preceded_by_the_begin_that_the_driver_sends(watched: Watched) -> None:
    connection = watched.connect()
    connection.execute("SELECT 1")
    add(connection, "@ada")
    connection.commit()
    assert watched.story() == [
        "c1 opened",
        "c1 SELECT none>none",
        "c1 BEGIN none>open",
        "c1 INSERT open>open",
        "c1 COMMIT open>none",
    ]


def test_the_sequence_has_no_gap_and_every_statement_ends_before_the_next_begins(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada", "@grace")
    connection.rollback()
    numbers = [number for statement in watched.statements for number in (statement.sequence, statement.end)]
    assert numbers == [*range(2, 10)]


def test_commit_and_rollback_with_nothing_to_end_send_nothing(watched: Watched) -> None:
    connection = watched.connect()
    connection.commit()
    connection.rollback()
    assert watched.story() == ["c1 opened"]


def test_a_script_is_an_event_per_statement_and_commits_what_was_open(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada")
    connection.executescript("BEGIN; INSERT INTO kols (handle) VALUES ('@grace'); END;")
    assert watched.story()[3:] == [
        "c1 COMMIT open>none",
        "c1 BEGIN none>open",
        "c1 INSERT open>open",
        "c1 COMMIT open>none",
    ]


def test_what_a_trigger_does_is_not_sent_again(watched: Watched) -> None:
    connection = watched.connect(isolation_level=None)
    connection.execute("CREATE TRIGGER greet AFTER INSERT ON kols BEGIN INSERT INTO tweets VALUES (NULL, new.id); END")
    add(connection, "@ada")
    connection.executemany(ADD, [("@grace",), ("@joan",)])
    assert [statement.verb for statement in watched.statements] == ["CREATE", "INSERT", "INSERT", "INSERT"]
    assert connection.execute("SELECT COUNT(*) FROM tweets").fetchone() == (3,)


def test_what_a_foreign_key_does_is_not_sent_again(watched: Watched) -> None:
    connection = watched.connect(isolation_level=None)
    connection.executescript("PRAGMA foreign_keys = ON; INSERT INTO kols VALUES (1, '@ada')")
    connection.executemany("INSERT INTO tweets (kol_id) VALUES (?)", [(1,), (1,)])
    before = len(watched.statements)
    connection.execute("DELETE FROM kols")
    assert [statement.affected for statement in watched.statements[before:]] == [1]


def test_a_with_block_commits_or_rolls_back(watched: Watched) -> None:
    connection = watched.connect()
    with connection:
        add(connection, "@ada")
    with suppress(Mishap), connection:
        add(connection, "@grace")
        raise Mishap
    ends = [line for line in watched.story() if "COMMIT" in line or "ROLLBACK" in line]
    assert ends == ["c1 COMMIT open>none", "c1 ROLLBACK open>none"]


@pytest.mark.parametrize("name", ["sa_savepoint_1", '"s139_x2"', f'"s{"0a" * 16}"'])
def test_the_names_of_savepoints_are_normalised(watched: Watched, name: str) -> None:
    connection = watched.connect(isolation_level=None)
    for verb in ("SAVEPOINT", "ROLLBACK TO", "RELEASE SAVEPOINT"):
        connection.execute(f"{verb} {name}")
    assert [statement.text for statement in watched.statements] == [
        "SAVEPOINT <savepoint>",
        "ROLLBACK TO <savepoint>",
        "RELEASE SAVEPOINT <savepoint>",
    ]
    assert watched.story()[1:] == ["c1 SAVEPOINT none>open", "c1 ROLLBACK TO open>open", "c1 RELEASE open>none"]


def test_a_cursor_that_outlives_its_connection_is_refused_and_that_is_recorded(watched: Watched) -> None:
    connection = watched.connect()
    cursor = connection.cursor()
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        cursor.execute("SELECT 1")
    (refused,) = watched.statements
    assert (refused.verb, refused.before, refused.after) == ("SELECT", "none", "none")
    assert refused.error is not None
    assert refused.error.type == "ProgrammingError"

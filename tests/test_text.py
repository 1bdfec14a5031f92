"""What is read out of SQL text and exceptions, and what of them differs from run to run."""

import sqlite3

import pytest

from shared_scenarios.evidence.failure import failure
from shared_scenarios.evidence.text import VOLATILE, normalise, plain, verb
from shared_scenarios.timeline import Failure, Statement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", "SELECT"),
        ("-- why\n  /* because\n */ UPDATE kols", "UPDATE"),
        ("COMMIT;", "COMMIT"),
        ("END TRANSACTION", "COMMIT"),
        ("rollback to a", "ROLLBACK TO"),
        ("ROLLBACK TRANSACTION TO SAVEPOINT a", "ROLLBACK TO"),
        ("ROLLBACK TOMORROW", "ROLLBACK"),
        ("RELEASE SAVEPOINT a", "RELEASE"),
        (" -- nothing\n", ""),
        ("", ""),
    ],
)
def test_the_verb_is_the_first_word(text: str, expected: str) -> None:
    assert verb(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SAVEPOINT sa_savepoint_12", "SAVEPOINT <savepoint>"),
        ('SAVEPOINT "s140735_x3"', "SAVEPOINT <savepoint>"),
        ("SAVEPOINT `s140735_x3`", "SAVEPOINT <savepoint>"),
        ("ROLLBACK TO __asyncpg_savepoint_1f__;", "ROLLBACK TO <savepoint>;"),
        ("ROLLBACK TO s140735_x3", "ROLLBACK TO <savepoint>"),
        (f'SAVEPOINT "s{"0123abcd" * 4}"', "SAVEPOINT <savepoint>"),
        (f'SAVEPOINT "s{"abcdef01" * 4}"', "SAVEPOINT <savepoint>"),
        ("fails (`ormatrix_5bce98_9012_37f268`.`tweets`)", "fails (`<database>`.`tweets`)"),
        (f"RELEASE SAVEPOINT `s{'0123abcd' * 4}`;", "RELEASE SAVEPOINT <savepoint>;"),
        ("<Kol at 0x7f2a9c4b1d90> is not bound", "<Kol at <address>> is not bound"),
        ("made in thread id 140512 and not here", "made in thread id <thread> and not here"),
        ("Unknown table 'ormatrix_5bce98_1292_7ea7d8.notes'", "Unknown table '<database>.notes'"),
        ("INSERT INTO kols VALUES ('s1_x1', 0x10)", "INSERT INTO kols VALUES ('s1_x1', 0x10)"),
    ],
)
def test_what_is_volatile_is_replaced_and_nothing_else(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_every_replacement_says_why() -> None:
    assert all(one.why for one in VOLATILE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a" * 501, "aaaaaaaaaaaaaaaaaaaa... (501 characters)"),
        (True, True),
        (1, 1),
        (1.5, 1.5),
        ("a", "a"),
        (None, None),
        (b"abc", "<3 bytes>"),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_a_plain_value_has_a_form_in_json(value: object, expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("text", "names_it"),
    [
        ("SELECT * FROM kols", True),
        ('SELECT "kols"."id" FROM "kols"', True),
        ("INSERT INTO kols(id) VALUES (1)", True),
        ("DELETE FROM kols;", True),
        ("SELECT * FROM kols, tweets", True),
        ("DELETE FROM tweets WHERE kol_id IN (SELECT id FROM kols)", True),
        ("SELECT * FROM my_kols", False),
        ("SELECT kol_id FROM tweets", False),
    ],
)
def test_a_statement_touches_the_tables_that_it_names(text: str, names_it: bool) -> None:
    assert Statement(1, "c1", "", text, "none").touches("kols") is names_it


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


class IntegrityError(Exception):
    """An ORM's own, by the name that PEP 249 gives it."""


def refused() -> sqlite3.IntegrityError:
    error = sqlite3.IntegrityError("UNIQUE constraint failed: kols.id")
    error.sqlite_errorname = "SQLITE_CONSTRAINT_UNIQUE"
    return error


def test_the_code_of_a_database_error_is_found_along_its_causes() -> None:
    expected = Failure("IntegrityError", "wrapped", "SQLITE_CONSTRAINT_UNIQUE")
    assert failure(caused(IntegrityError("wrapped"), refused())) == expected
    assert failure(caused(IntegrityError("wrapped"), caused(ValueError(), refused()))) == expected


def test_what_is_no_database_error_has_no_code() -> None:
    assert failure(caused(RuntimeError("wrapped"), refused())) == Failure("RuntimeError", "wrapped")

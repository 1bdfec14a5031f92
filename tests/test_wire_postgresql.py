"""PostgreSQL's protocol, read from bytes: the handshake, simple queries and COPY. No server is needed."""

import struct

import pytest

from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.evidence.wire.postgresql_server import NOT_RUN
from shared_scenarios.evidence.wire.protocol import Began, CancelAsked, Ended, Greeted, StateTold, Unseen
from shared_scenarios.timeline import Failure
from tests import pgwire as pg
from tests.pgwire import Said, ended, everything_in, happenings, hear, outcomes

# The handshake


def test_the_server_says_who_a_connection_is() -> None:
    assert hear(pg.HELLO).happenings == [Greeted(4711, "15.4")]


def test_encryption_is_refused_by_the_proxy_itself() -> None:
    heard = hear([Said("client", pg.SSL), Said("client", pg.GSSENC), *pg.HELLO])
    assert (heard.to_client, heard.to_server) == (b"NN" + pg.WELCOME, pg.STARTUP)
    assert heard.happenings == [Greeted(4711, "15.4")]


def test_passwords_and_keys_pass_through_and_are_not_kept() -> None:
    secret = b"hunter2-secret"
    decoder = PostgresDecoder()
    asked = pg.message("R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0")
    said = [
        Said("client", pg.STARTUP),
        Said("server", asked),
        Said("client", pg.message("p", secret)),
        Said("server", pg.message("R", struct.pack("!I", 12) + secret) + pg.WELCOME),
    ]
    heard = hear(said, decoder=decoder)
    assert secret in heard.to_server
    assert heard.happenings == [Greeted(4711, "15.4")]
    assert "15.4" in everything_in(decoder)
    assert "hunter2" not in everything_in(decoder)
    assert str(0xDEADBEEF) not in everything_in(decoder)


def test_a_cancel_request_names_the_backend_that_it_is_for() -> None:
    heard = hear([Said("client", pg.CANCEL)])
    assert heard.happenings == [CancelAsked(4711)]
    assert heard.to_server == pg.CANCEL


def test_a_refused_connection_is_an_error_of_no_statement() -> None:
    refusal = pg.error("28000", "no such role", severity="FATAL")
    heard = hear([Said("client", pg.STARTUP), Said("server", refusal)])
    assert heard.happenings == [ended(0, error=Failure("", "no such role", "28000"))]


def test_a_server_that_ends_an_idle_connection_says_why() -> None:
    said = [*pg.HELLO, Said("server", pg.error("57P01", "terminating", severity="FATAL"))]
    assert hear(said).happenings[1:] == [ended(0, error=Failure("", "terminating", "57P01"))]


# Simple queries


def test_a_query_begins_and_ends() -> None:
    assert happenings(pg.query("SELECT 1"), pg.DESCRIPTION + pg.ROW * 3 + pg.done("SELECT 3") + pg.ready()) == [
        Began(1, "SELECT 1", group=1),
        ended(1, "SELECT 3", returned=3),
        StateTold("none"),
    ]


@pytest.mark.parametrize(
    ("tag", "rows", "counts"),
    [
        ("INSERT 0 2", 0, (None, 2)),
        ("UPDATE 0", 0, (None, 0)),
        ("MERGE 4", 0, (None, 4)),
        ("SELECT 0", 0, (0, None)),
        ("CREATE TABLE", 0, (None, None)),
        ("SELECT 7", 0, (None, 7)),  # CREATE TABLE AS
    ],
)
def test_counts_come_from_the_tag(tag: str, rows: int, counts: tuple[int | None, int | None]) -> None:
    end = happenings(pg.query("..."), pg.done(tag) + pg.ready())[1]
    assert isinstance(end, Ended)
    assert (end.returned, end.affected) == counts


def test_an_insert_that_returns_rows_has_both_counts() -> None:
    end = happenings(pg.query("INSERT ..."), pg.DESCRIPTION + pg.ROW * 2 + pg.done("INSERT 0 2") + pg.ready())[1]
    assert end == ended(1, "INSERT 0 2", returned=2, affected=2)


def test_the_commit_of_a_failed_transaction_is_answered_rollback() -> None:
    seen = happenings(
        pg.query("BEGIN"),
        pg.done("BEGIN") + pg.ready("T"),
        pg.query("INSERT"),
        pg.error() + pg.ready("E"),
        pg.query("COMMIT"),
        pg.done("ROLLBACK") + pg.ready("I"),
    )
    assert outcomes(seen) == [("BEGIN", "BEGIN", ""), ("INSERT", None, "no"), ("COMMIT", "ROLLBACK", "")]
    assert [one.state for one in seen if isinstance(one, StateTold)] == ["open", "failed", "none"]


def test_each_statement_of_a_query_has_its_own_outcome() -> None:
    answer = pg.done("BEGIN") + pg.done("INSERT 0 1") + pg.done("COMMIT") + pg.ready()
    seen = happenings(pg.query("BEGIN; INSERT 'a;b'; COMMIT;"), answer)
    assert outcomes(seen) == [("BEGIN", "BEGIN", ""), ("INSERT 'a;b'", "INSERT 0 1", ""), ("COMMIT", "COMMIT", "")]
    assert {one.group for one in seen if isinstance(one, Began)} == {1}
    assert [one.state for one in seen if isinstance(one, Ended)] == ["open", "open", "none"]


def test_after_an_error_in_a_query_the_rest_is_not_run() -> None:
    seen = happenings(pg.query("a; b; c"), pg.done("A") + pg.error() + pg.ready())
    assert outcomes(seen) == [("a", "A", ""), ("b", None, "no"), ("c", None, NOT_RUN.text)]


def test_an_error_that_points_into_a_later_statement_is_that_statements() -> None:
    seen = happenings(pg.query("a; b; selec"), pg.error("42601", place=7) + pg.ready())
    assert outcomes(seen) == [("a", None, NOT_RUN.text), ("b", None, NOT_RUN.text), ("selec", None, "no")]


@pytest.mark.parametrize("text", ["", "  ", ";", "-- nothing"])
def test_an_empty_query_is_a_statement_too(text: str) -> None:
    assert outcomes(happenings(pg.query(text), pg.EMPTY + pg.ready())) == [(text, None, "")]


def test_a_fastpath_call_is_named_by_its_number() -> None:
    call = pg.message("F", struct.pack("!IhhH", 952, 0, 0, 0))
    seen = happenings(call, pg.message("V", b"\0\0\0\0") + pg.ready(), call, pg.error() + pg.ready())
    assert outcomes(seen) == [("fastpath function call 952", None, ""), ("fastpath function call 952", None, "no")]


# COPY


def test_copy_in_by_a_query() -> None:
    rows = pg.message("d", b"1\n") * 2 + pg.COPY_DONE
    seen = happenings(pg.query("COPY t FROM STDIN"), pg.COPY_IN, rows, pg.done("COPY 2") + pg.ready())
    assert seen[1:] == [ended(1, "COPY 2", affected=2), StateTold("none")]


def test_in_copy_the_server_ignores_a_sync() -> None:
    """libpq sends one with the statement, which is ignored, and one after the rows."""
    rows = pg.message("d", b"1\n") + pg.COPY_DONE + pg.SYNC
    after = pg.query("SELECT"), pg.done("SELECT 0") + pg.ready()
    seen = happenings(
        pg.sent("COPY t FROM STDIN") + pg.SYNC, pg.PARSED + pg.BOUND + pg.NO_DATA + pg.COPY_IN,
        pg.SYNC + rows, pg.done("COPY 1") + pg.ready(), *after,
    )  # fmt: skip
    assert outcomes(seen) == [("COPY t FROM STDIN", "COPY 1", ""), ("SELECT", "SELECT 0", "")]
    assert Unseen not in map(type, seen)


def test_copy_in_that_fails_is_an_error_and_leaves_the_connection_in_step() -> None:
    failing = pg.message("f", b"gave up\0") + pg.SYNC
    seen = happenings(
        pg.sent("COPY t FROM STDIN") + pg.SYNC, pg.PARSED + pg.BOUND + pg.NO_DATA + pg.COPY_IN,
        failing, pg.error("57014") + pg.ready(), pg.query("SELECT"), pg.done("SELECT 0") + pg.ready(),
    )  # fmt: skip
    assert outcomes(seen) == [("COPY t FROM STDIN", None, "no"), ("SELECT", "SELECT 0", "")]


def test_copy_out_returns_rows() -> None:
    answer = pg.COPY_OUT + pg.message("d", b"1\n") * 3 + pg.COPY_DONE + pg.done("COPY 3") + pg.ready()
    assert happenings(pg.query("COPY t TO STDOUT"), answer)[1] == ended(1, "COPY 3", returned=3)


def test_replication_cannot_be_read() -> None:
    seen = happenings(pg.query("START_REPLICATION"), pg.message("W", b"\0\0\0"))
    assert isinstance(seen[-1], Unseen)

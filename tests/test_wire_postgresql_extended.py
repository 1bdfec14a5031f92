"""PostgreSQL's extended protocol, read from bytes: statements, portals, errors, and what the server skips after one."""

import pytest

from shared_scenarios.evidence.wire.postgresql_group import SKIPPED
from shared_scenarios.evidence.wire.protocol import Began, Ended, StateTold
from tests import pgwire as pg
from tests.pgwire import REFUSED, ended, happenings, outcomes

# The extended protocol


def test_a_statement_begins_where_it_is_executed() -> None:
    seen = happenings(pg.sent("INSERT $1", b"x") + pg.SYNC, pg.did("INSERT 0 1") + pg.ready())
    assert seen == [Began(1, "INSERT $1", ("x",), 1), ended(1, "INSERT 0 1", affected=1), StateTold("none")]


def test_a_named_statement_is_known_by_its_text_until_it_is_closed() -> None:
    again = pg.bind([b"1"], statement="s") + pg.execute() + pg.SYNC
    answer = pg.BOUND + pg.done("SELECT 0") + pg.ready()
    closing = pg.close("S", "s") + pg.SYNC
    seen = happenings(
        pg.parse("SELECT $1", "s") + again, pg.PARSED + answer, again, answer, closing, pg.CLOSED + pg.ready(), again
    )
    assert [one.text for one in seen if isinstance(one, Began)] == [
        "SELECT $1", "SELECT $1", "<prepared statement s>"
    ]  # fmt: skip


def test_a_parse_that_failed_leaves_the_older_statement_of_that_name() -> None:
    again = pg.bind(statement="s") + pg.execute() + pg.SYNC
    seen = happenings(
        pg.parse("old", "s") + pg.SYNC,
        pg.PARSED + pg.ready(),
        pg.parse("new", "s") + pg.SYNC,
        pg.error("42P05") + pg.ready(),
        again,
        pg.BOUND + pg.done("SELECT 0") + pg.ready(),
    )
    assert outcomes(seen) == [("new", None, "no"), ("old", "SELECT 0", "")]


@pytest.mark.parametrize("answered", [b"", pg.PARSED, pg.PARSED + pg.BOUND, pg.PARSED + pg.BOUND + pg.NO_DATA])
def test_an_error_before_the_execution_is_its_outcome(answered: bytes) -> None:
    seen = happenings(pg.sent("selec") + pg.SYNC, answered + pg.error() + pg.ready())
    assert seen == [Began(1, "selec", group=1), ended(1, error=REFUSED), StateTold("none")]


def test_an_error_without_an_execution_makes_an_event() -> None:
    """As asyncpg prepares: it asks for the types first, and executes only when it has them."""
    seen = happenings(pg.parse("selec", "s") + pg.describe("S", "s") + pg.SYNC, pg.error() + pg.ready())
    assert seen == [Began(1, "selec", group=1), ended(1, error=REFUSED), StateTold("none")]


def test_after_an_error_everything_up_to_the_next_sync_is_skipped() -> None:
    group = pg.sent("a") + pg.sent("b") + pg.sent("c") + pg.SYNC
    seen = happenings(group + pg.sent("d") + pg.SYNC, pg.did("A") + pg.error() + pg.ready() + pg.did("D") + pg.ready())
    assert outcomes(seen) == [("a", "A", ""), ("b", None, "no"), ("c", None, SKIPPED.text), ("d", "D", "")]
    assert [one.group for one in seen if isinstance(one, Began)] == [1, 1, 1, 2]


def test_what_is_sent_after_an_error_is_skipped_as_well() -> None:
    seen = happenings(
        pg.sent("a"), pg.error(), pg.sent("b") + pg.query("c") + pg.SYNC, pg.ready(), pg.query("d"), pg.done("D")
    )
    assert outcomes(seen) == [("a", None, "no"), ("b", None, SKIPPED.text), ("c", None, SKIPPED.text), ("d", "D", "")]


@pytest.mark.parametrize("before", range(1, 9))
def test_an_error_that_overtakes_the_driver_stands_in_the_same_place(before: int) -> None:
    """The first statement cannot be parsed, and the driver learns so before, while or after it sends the rest."""
    group = [pg.parse("a"), pg.bind(), pg.execute(), pg.parse("b"), pg.bind(), pg.execute(), pg.FLUSH, pg.SYNC]
    seen = happenings(b"".join(group[:before]), pg.error(), b"".join(group[before:]), pg.ready())
    assert seen == [
        Began(1, "a", group=1), Began(2, "b", group=1), ended(1, error=REFUSED), ended(2, error=SKIPPED),
        StateTold("none"),
    ]  # fmt: skip


def test_the_last_words_of_a_server_are_told_at_once() -> None:
    """It ends the connection: there will be no Sync."""
    assert happenings(pg.sent("a"), pg.error(severity="FATAL")) == [Began(1, "a", group=1), ended(1, error=REFUSED)]


@pytest.mark.parametrize("goodbye", [pg.SYNC, pg.TERMINATE])
def test_what_was_skipped_is_told_once(goodbye: bytes) -> None:
    seen = happenings(pg.sent("a"), pg.error(), goodbye, b"", pg.SYNC)
    assert [one for one in seen if isinstance(one, Ended)] == [ended(1, error=REFUSED)]


def test_a_skipped_parse_is_not_remembered() -> None:
    group = pg.sent("a") + pg.parse("new", "s") + pg.SYNC
    seen = happenings(group, pg.error() + pg.ready(), pg.bind(statement="s") + pg.execute() + pg.SYNC)
    assert seen[-1] == Began(2, "<prepared statement s>", group=2)


def test_an_early_success_is_undone_by_the_commit_at_the_end_of_its_group() -> None:
    """A deferred constraint fails at the Sync, when the statement has already been answered."""
    seen = happenings(pg.sent("INSERT") + pg.SYNC, pg.did("INSERT 0 1") + pg.error() + pg.ready())
    assert seen[1:] == [ended(1, "INSERT 0 1", affected=1), ended(1, error=REFUSED), StateTold("none")]


def test_the_state_within_a_group_is_a_guess() -> None:
    group = pg.sent("BEGIN") + pg.sent("SAVEPOINT a") + pg.sent("ROLLBACK TO a") + pg.sent("COMMIT") + pg.SYNC
    answers = b"".join(map(pg.did, ("BEGIN", "SAVEPOINT", "ROLLBACK", "COMMIT")))
    ends = [one for one in happenings(group, answers + pg.ready()) if isinstance(one, Ended)]
    assert [(one.state, one.exact) for one in ends] == [
        ("open", False),
        ("open", False),
        ("open", False),
        ("none", False),
    ]


def test_more_rows_of_a_portal_resume_its_statement() -> None:
    first = pg.parse("SELECT") + pg.bind(portal="p") + pg.execute("p", 2) + pg.FLUSH
    seen = happenings(
        first,
        pg.PARSED + pg.BOUND + pg.ROW * 2 + pg.SUSPENDED,
        pg.execute("p", 2) + pg.SYNC,
        pg.ROW + pg.done("SELECT 1") + pg.ready("T"),
    )
    assert seen == [
        Began(1, "SELECT", group=1),
        ended(1, returned=2),
        Began(2, "SELECT", group=1, resumes=1),
        ended(2, "SELECT 1", returned=1),
        StateTold("open"),
    ]


def test_an_unnamed_portal_that_is_bound_again_is_another() -> None:
    one = pg.bind() + pg.execute()
    seen = happenings(pg.parse("SELECT") + one + one + pg.SYNC)
    assert seen == [Began(1, "SELECT", group=1), Began(2, "SELECT", group=1)]


def test_no_rows_are_rows_where_the_statement_was_described() -> None:
    answer = pg.PARSED + pg.BOUND + pg.DESCRIPTION + pg.done("INSERT 0 0") + pg.ready()
    assert happenings(pg.sent("INSERT") + pg.SYNC, answer)[1] == ended(1, "INSERT 0 0", returned=0, affected=0)

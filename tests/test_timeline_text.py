"""The timeline as text: what a failing test and a log show of a cell."""

import pytest

from shared_scenarios.timeline import Checkpoint, Connection, Failure, Intervention, Look, Statement, Waiting
from shared_scenarios.views.timeline import as_text, sections
from tests.handmade import COMMITTED, cell, checkpoint, eventful


def lines(**given: object) -> list[str]:
    """The text, line by line, without the space in front."""
    return [line.strip() for line in as_text(eventful(**given)).splitlines()]  # type: ignore[arg-type]


def test_first_line_says_which_cell_and_its_outcome() -> None:
    assert lines(variant="late")[0] == "flush/late by alpha on sqlite: sent at once"


def test_cell_without_an_outcome_says_its_state_and_why() -> None:
    failed = cell(state="error", outcome="", failure=Failure("ValueError", "no such thing"), reason="answers.py:7")
    assert as_text(failed).splitlines() == [
        "flush by alpha on sqlite: error",
        "ValueError: no such thing",
        "answers.py:7",
    ]


def test_broken_promises_come_first() -> None:
    assert lines(broken=["both rows or none", "no row is lost"])[1:3] == [
        "broken promise: both rows or none",
        "broken promise: no row is lost",
    ]


def test_everything_that_happened_is_told_in_order() -> None:
    told = [
        "6 db.flush()",
        "c1 opened",
        "↳ helpers.py:3  db.send(kol)",
        "┃ c1: INSERT INTO kols VALUES (?, ?)  (1, @ada)",
        "╳ c1: INSERT INTO kols VALUES (1)",
        "╳ IntegrityError [SQLITE_CONSTRAINT_UNIQUE]: UNIQUE constraint failed: kols.id",
        "raised IntegrityError [SQLITE_CONSTRAINT_UNIQUE]: UNIQUE constraint failed: kols.id",
        "kol: kol#1, pending · twitter_handle=@ada · not sent: is_vip · expired: id",
        "others see: (locked)",
        "from outside: another reader keeps its lock",
        "┆ second writer: UPDATE kols  -> 1 row affected",
        "c1 closed, its open transaction is rolled back",
    ]
    shown = lines()
    places = [shown.index(line) for line in told]
    assert places == sorted(places)


@pytest.mark.parametrize(("state", "band"), [("none", "┆"), ("open", "┃"), ("failed", "╳")])
def test_side_of_a_statement_shows_the_transaction_after_it(state: str, band: str) -> None:
    sent = Statement(1, "c1", "SELECT", "SELECT 1", "none", 2, state, returned=1)  # type: ignore[arg-type]
    assert f"{band} c1: SELECT 1  -> 1 row" in as_text(cell(timeline=[sent]))


def test_statement_that_never_returned_shows_the_transaction_before_it() -> None:
    assert "┃ c1: SELECT 1" in as_text(cell(timeline=[Statement(1, "c1", "SELECT", "SELECT 1", "open")]))


def test_housekeeping_is_shown_as_such() -> None:
    upkeep = Statement(1, "c1", "PRAGMA", "PRAGMA foreign_keys = ON", "none", 2, "none", role="housekeeping")
    assert "(housekeeping) PRAGMA foreign_keys = ON" in as_text(cell(timeline=[upkeep]))


def test_what_happens_to_several_connections_alike_is_one_line() -> None:
    events = [Connection(number, f"c{number}", "opened") for number in (1, 2, 3)]
    told = as_text(cell(timeline=[*events, Connection(4, "c1", "closed"), Connection(5, "c2", "closed", "open")]))
    assert [line.strip() for line in told.splitlines()[1:]] == [
        "c1, c2, c3 opened",
        "c1 closed",
        "c2 closed, its open transaction is rolled back",
    ]


def test_others_see_rows_or_none() -> None:
    told = as_text(cell(timeline=[checkpoint("sent"), checkpoint("done", COMMITTED)]))
    assert "others see: no rows" in told
    assert "@ada" in told.partition("-- done")[2]


def test_fields_of_an_object_come_in_the_order_of_the_table_whoever_names_them() -> None:
    fields = {"zeal": 1, "is_vip": True, "id": 1, "bio": "x", "twitter_handle": "@ada"}
    told = as_text(cell(timeline=[Checkpoint(1, "sent", {}, {"kol": Look("Kol", "persistent", fields)})]))
    assert "id=1, twitter_handle=@ada, is_vip=True, bio=x, zeal=1" in told


def test_long_statement_is_shortened_with_a_sign_and_newlines_are_spaces() -> None:
    sent = Statement(1, "c1", "SELECT", "SELECT\n   1" + ", 1" * 200, "none", 2, "none")
    (line,) = [line for line in as_text(cell(timeline=[sent])).splitlines() if "SELECT" in line]
    assert line.endswith("…")
    assert "SELECT 1, 1" in line


def test_timeline_is_cut_at_its_checkpoints_and_what_follows_the_last_has_no_name() -> None:
    events = [
        Connection(1, "c1", "opened"), checkpoint("sent", sequence=2), Intervention(3, "lock"),
        checkpoint("done", sequence=4), Connection(5, "c1", "closed"),
    ]  # fmt: skip
    cut = sections(cell(timeline=events))
    assert [section.checkpoint for section in cut] == ["sent", "done", ""]
    assert [len(section.entries) for section in cut] == [2, 2, 1]


def test_cell_that_never_began_has_no_sections() -> None:
    assert sections(cell(state="crashed", outcome="")) == []


def test_a_statement_that_had_to_wait_is_shown_waiting_and_then_with_what_came_of_it() -> None:
    timeline = [
        Statement(1, "c1", "UPDATE", "UPDATE kols", "open", 5, "open", affected=1),
        Waiting(2, "c1", "second writer", "COMMIT"),
        Statement(3, "second writer", "COMMIT", "COMMIT", "open", 4, "none", actor="second writer"),
        Statement(6, "c1", "COMMIT", "COMMIT", "open", 7, "none"),
    ]
    (section,) = sections(cell(timeline=timeline))
    assert [entry.text.strip() for entry in section.entries] == [
        "┃ c1: UPDATE kols",
        "c1 waits for the second writer, until its COMMIT",
        "┆ second writer: COMMIT",
        "┃ c1 goes on: UPDATE  -> 1 row affected",
        "┆ c1: COMMIT",
    ]


def test_the_error_of_a_statement_that_had_to_wait_comes_when_it_goes_on() -> None:
    lost = Statement(
        1, "c1", "UPDATE", "UPDATE kols", "open", 3, "none", error=Failure("", "deadlock", "40001")
    )  # fmt: skip
    (section,) = sections(cell(timeline=[lost, Waiting(2, "c1", "second writer")]))
    assert [entry.text.strip() for entry in section.entries] == [
        "┃ c1: UPDATE kols",
        "c1 waits for the second writer",
        "┆ c1 goes on: UPDATE",
        "┆ [40001]: deadlock",
    ]

"""What happens just before a statement: once, before anything of it has reached the database, and never in vain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_scenarios.catalogue import cases
from shared_scenarios.evidence.armed import Armed
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.runner.play import play
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import AnswerError, JustBefore, SecondWriter
from shared_scenarios.targets.address import Database
from shared_scenarios.timeline import Failure, Statement, Timeline
from tests.fakes import fake
from tests.fakes.database import ADD_ADA, ADD_GRACE, READ_ADA
from tests.fakes.database import Database as Connection
from tests.staged import scenario

RACE = next(case for case in cases() if case.name == "get-or-create-race/by-itself")
GRACE_FIRST = JustBefore("INSERT", "kols", SecondWriter((ADD_GRACE,)))
ADD_TWEET = "INSERT INTO tweets (text, kol_id) VALUES (?, 1)"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    made = Venue(fake("agrees"), Database("sqlite"), tmp_path)
    made.target.reset(())
    made.recorder.start()
    yield made
    made.close()


@pytest.fixture
def db(venue: Venue) -> Connection:
    database: Connection = venue.backend.database
    return database


def armed(venue: Venue, wanted: JustBefore = GRACE_FIRST) -> RecordingStage:
    stage = RecordingStage(scenario({"one": wanted}), venue.recorder, venue.target, venue.backend.look)
    stage.checkpoint("one")
    return stage


def sent(venue: Venue) -> list[tuple[str, str]]:
    return [(event.actor, event.verb) for event in venue.recorder.events if isinstance(event, Statement)]


def test_it_happens_before_the_statement_and_before_its_transaction_holds_a_lock(venue: Venue, db: Connection) -> None:
    stage = armed(venue)
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("two")
    stage.finish()
    assert sent(venue) == [
        ("second writer", "INSERT"), ("answer", "BEGIN"), ("answer", "INSERT"), ("answer", "COMMIT")
    ]  # fmt: skip
    assert [row[1] for row in Timeline(venue.recorder.events).rows("two", "kols")] == ["@grace", "@ada"]


def test_it_happens_once(venue: Venue, db: Connection) -> None:
    stage = armed(venue)
    with db:
        db.execute(ADD_ADA)
        db.execute("INSERT INTO kols (twitter_handle) VALUES ('@alan')")
    stage.checkpoint("two")
    assert sent(venue).count(("second writer", "INSERT")) == 1


def test_another_verb_or_table_is_not_meant(venue: Venue, db: Connection) -> None:
    armed(venue)
    db.execute(READ_ADA)
    db.executemany(ADD_TWEET, [("a",), ("b",)])
    assert ("second writer", "INSERT") not in sent(venue)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_the_statements_that_match_are_counted(nth: int) -> None:
    acted: list[int] = []
    waiting = Armed(JustBefore("INSERT", "kols", SecondWriter(()), nth), lambda: acted.append(nth))
    for number in range(1, 5):
        waiting.meet('insert into "kols" values (1)')
        assert acted == ([nth] if number >= nth else [])


def test_what_never_happens_is_an_error(venue: Venue, db: Connection) -> None:
    stage = armed(venue, JustBefore("INSERT", "kols", SecondWriter((ADD_GRACE,)), 2))
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("two")
    with pytest.raises(AnswerError, match="just before INSERT number 2 on kols, and the answer sent no such statement"):
        stage.finish()


def test_a_cell_in_which_it_never_happens_has_no_outcome(tmp_path: Path) -> None:
    venue = Venue(fake("idles"), Database("sqlite"), tmp_path)
    cell = play(RACE, venue)
    venue.close()
    text = "something happens just before INSERT on kols, and the answer sent no such statement"
    assert (cell.state, cell.outcome, cell.failure) == ("error", "", Failure("AnswerError", text))


def test_an_error_in_it_does_not_reach_the_orm_but_the_stage(venue: Venue, db: Connection) -> None:
    stage = armed(venue, JustBefore("INSERT", "kols", SecondWriter(("INSERT INTO nowhere VALUES (1)",))))
    with db:
        db.execute(ADD_ADA)
    with pytest.raises(AnswerError, match=r"just before INSERT on kols went wrong: .*no such table: nowhere"):
        stage.checkpoint("two")


def test_it_waits_for_no_statement_of_the_next_cell(venue: Venue, db: Connection) -> None:
    armed(venue)
    venue.recorder.start()
    with db:
        db.execute(ADD_ADA)
    assert ("second writer", "INSERT") not in sent(venue)

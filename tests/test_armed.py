"""What happens just before a statement: once, before anything of it has reached the database, and never in vain."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_scenarios.catalogue import case_of
from shared_scenarios.evidence.armed import BeforeStatement, Watch
from shared_scenarios.evidence.stage import RecordingStage
from shared_scenarios.evidence.turns import Turns
from shared_scenarios.evidence.wire.faults import Fault, Faults, When
from shared_scenarios.runner.play import play
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import AnswerError, CutLine, JustBefore, SecondWriter
from shared_scenarios.targets.address import Database
from shared_scenarios.timeline import Failure, Statement, Timeline
from tests.fakes import fake
from tests.fakes.database import ADD_ADA, ADD_GRACE, READ_ADA
from tests.fakes.database import Database as Connection
from tests.staged import Room, scenario

RACE = case_of("get-or-create-race/by-itself")
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
    waiting = BeforeStatement(JustBefore("INSERT", "kols", SecondWriter(()), nth), lambda: acted.append(nth))
    for number in range(1, 5):
        waiting.meet('insert into "kols" values (1)')
        assert acted == ([nth] if number >= nth else [])


def test_what_never_happens_is_an_error(venue: Venue, db: Connection) -> None:
    stage = armed(venue, JustBefore("INSERT", "kols", SecondWriter((ADD_GRACE,)), 2))
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("two")
    with pytest.raises(AnswerError, match="just before INSERT number 2 on kols, and that never came"):
        stage.finish()


def test_a_cell_in_which_it_never_happens_has_no_outcome(tmp_path: Path) -> None:
    venue = Venue(fake("idles"), Database("sqlite"), tmp_path)
    cell = play(RACE, venue)
    venue.close()
    text = "something happens just before INSERT on kols, and that never came"
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


class Server(Room):
    """Says who waits, as often as it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[str] = []
        self.dismissed, self.acted = threading.Event(), threading.Event()
        self.set_free: list[str] = []

    def waiting(self) -> list[str]:
        return self.waits

    def dismiss(self) -> None:
        self.dismissed.set()

    def act(self, name: str) -> None:
        self.set_free.append(name)
        self.waits = []
        self.acted.set()


def test_it_happens_when_a_connection_of_the_answer_waits_and_is_told_which() -> None:
    server = Server()
    watch = Watch(server, server.act)
    watch.settle()
    assert server.set_free == []
    server.waits = ["second writer", "c2"]
    assert server.acted.wait(5)
    watch.finish()
    assert (server.set_free, server.dismissed.is_set()) == (["c2"], False)


def test_where_nothing_of_the_answer_waits_it_is_an_error() -> None:
    server = Server()
    server.waits = ["second writer"]
    watch = Watch(server, server.act)
    with pytest.raises(AnswerError, match="when a statement of the answer waits, and that never came"):
        watch.finish()
    assert server.set_free == []


def refused(_: str) -> None:
    raise AnswerError("the second writer was refused: lock timeout")


def test_who_cannot_act_lets_go_of_everything_and_the_stage_learns_it() -> None:
    server = Server()
    server.waits = ["c1"]
    watch = Watch(server, refused)
    assert server.dismissed.wait(5)
    with pytest.raises(AnswerError, match=r"when a statement of the answer waits went wrong: .*lock timeout"):
        watch.settle()


class Silent(Server):
    def waiting(self) -> list[str]:
        raise OSError("the server is gone")


def test_a_server_that_cannot_be_asked_is_an_error_too() -> None:
    server = Silent()
    watch = Watch(server, server.act)
    assert server.dismissed.wait(5)
    with pytest.raises(AnswerError, match="went wrong: the server is gone"):
        watch.finish()


def test_a_checkpoint_comes_when_the_action_is_over_or_has_to_wait_itself() -> None:
    server, go_on = Server(), threading.Event()

    def waits(name: str) -> None:
        server.waits = ["second writer"]
        server.acted.set()
        assert go_on.wait(5)
        server.waits = []

    server.waits = ["c1"]
    watch = Watch(server, waits)
    assert server.acted.wait(5)
    watch.settle()  # it would not return before the action is over
    go_on.set()
    watch.finish()


def test_a_watch_ends_with_its_cell(venue: Venue) -> None:
    server = Server()
    venue.recorder.armed = Watch(server, server.act)
    venue.recorder.start()
    server.waits = ["c1"]
    assert not server.acted.wait(0.05)
    assert "ormatrix-watch" not in [thread.name for thread in threading.enumerate()]


def test_what_waits_is_not_given_up_for_what_comes_after_it(venue: Venue) -> None:
    turns = Turns({"one": GRACE_FIRST, "two": GRACE_FIRST}, venue.recorder, venue.target)
    turns.take("one")
    with pytest.raises(AnswerError, match="just before INSERT on kols, and that never came"):
        turns.take("two")


class Cuttable(Server):
    """Has a line; whoever cuts it is the test itself."""

    def __init__(self) -> None:
        super().__init__()
        self.fault = Fault(lambda text: text == "COMMIT")
        self.asked: tuple[str, str] = ("", "")

    def cut_line(self, verb: str, when: When) -> Fault:
        self.asked = (verb, when)
        return self.fault


def test_a_line_is_cut_at_the_statement_that_the_scenario_names(venue: Venue) -> None:
    server = Cuttable()
    Turns({"one": CutLine("COMMIT", "after")}, venue.recorder, server).take("one")
    assert server.asked == ("COMMIT", "after")
    faults = Faults()
    faults.add(server.fault)
    assert (faults.met("SELECT 1"), faults.met("COMMIT")) == (None, server.fault)
    venue.recorder.armed.finish()  # type: ignore[union-attr]  # armed by the turn


def test_a_line_that_is_never_cut_is_an_error_and_waits_for_no_statement_of_the_next_cell(venue: Venue) -> None:
    server, faults = Cuttable(), Faults()
    faults.add(server.fault)
    turns = Turns({"one": CutLine("COMMIT", "before")}, venue.recorder, server)
    turns.take("one")
    with pytest.raises(AnswerError, match="something happens at the next COMMIT, and that never came"):
        turns.finish()
    venue.recorder.start()
    assert faults.met("COMMIT") is None

"""The observer sees committed rows and nothing else; rows that change have to have a cause on the timeline."""

import pytest

from shared_scenarios.scenario import AnswerError, SecondWriter
from shared_scenarios.timeline import Connection
from tests.staged import Staged


@pytest.fixture
def staged() -> Staged:
    return Staged()


def test_rows_that_change_without_a_statement_are_an_error(staged: Staged) -> None:
    staged.stage.checkpoint("one")
    staged.changes_rows()
    with pytest.raises(AnswerError, match="no statement that could have changed them"):
        staged.stage.checkpoint("two")


@pytest.mark.parametrize("verb", ["SELECT", "BEGIN"])
def test_a_statement_that_could_not_have_changed_them_is_no_excuse(staged: Staged, verb: str) -> None:
    staged.stage.checkpoint("one")
    staged.sends(verb)
    staged.changes_rows()
    with pytest.raises(AnswerError):
        staged.stage.checkpoint("two")


def test_a_connection_that_was_opened_is_no_excuse_either(staged: Staged) -> None:
    staged.recorder.events.append(Connection(staged.recorder.next(), "c1", "opened"))
    staged.changes_rows()
    with pytest.raises(AnswerError):
        staged.stage.checkpoint("one")


def test_a_write_before_the_last_checkpoint_is_no_excuse(staged: Staged) -> None:
    staged.sends("INSERT")
    staged.stage.checkpoint("one")
    staged.changes_rows()
    with pytest.raises(AnswerError):
        staged.stage.checkpoint("two")


@pytest.mark.parametrize("verb", ["INSERT", "UPDATE", "DELETE", "COMMIT", "RELEASE"])
def test_rows_that_change_by_a_statement_are_evidence(staged: Staged, verb: str) -> None:
    staged.sends(verb)
    staged.changes_rows()
    staged.stage.checkpoint("one")
    assert staged.point("one").committed["kols"] == [[1, "@ada"]]


def test_an_observer_that_is_locked_out_repeats_what_it_saw(staged: Staged) -> None:
    staged.room.rows = None
    staged.stage.checkpoint("one")
    assert (staged.point("one").locked, staged.point("one").committed["kols"]) == (True, [])


def test_a_second_writer_writes_after_its_checkpoint() -> None:
    staged = Staged({"one": SecondWriter(("@grace",))})
    staged.stage.checkpoint("one")
    staged.stage.checkpoint("two")
    assert [len(staged.point(name).committed["kols"]) for name in ("one", "two")] == [0, 1]


def test_what_another_writes_in_the_middle_of_the_answer_is_a_cause(staged: Staged) -> None:
    staged.stage.checkpoint("one")
    staged.sends("INSERT", "second writer")
    staged.changes_rows()
    staged.stage.checkpoint("two")
    assert staged.point("two").committed["kols"] == [[1, "@ada"]]


def test_what_another_wrote_at_the_last_checkpoint_is_no_excuse() -> None:
    staged = Staged({"one": SecondWriter(("@grace",))})
    staged.stage.checkpoint("one")
    staged.changes_rows()
    with pytest.raises(AnswerError):
        staged.stage.checkpoint("two")


def test_a_connection_past_the_wire_is_an_error(staged: Staged) -> None:
    staged.recorder.unseen += 1
    with pytest.raises(AnswerError, match="past the wire witness"):
        staged.stage.checkpoint("one")

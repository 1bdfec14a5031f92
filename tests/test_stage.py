"""The stage holds an answer to its checkpoints, in their order, each once."""

from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from shared_scenarios.evidence.stage import Eye, RecordingStage
from shared_scenarios.scenario import AnswerError, Mishap
from shared_scenarios.timeline import Checkpoint, Failure, Look, Statement, Timeline
from tests.staged import Staged, Thing, look


@pytest.fixture
def staged() -> Staged:
    return Staged()


def test_checkpoints_in_order_are_recorded_with_the_line_that_reached_them(staged: Staged) -> None:
    staged.stage.checkpoint("one")
    staged.stage.checkpoint("two")
    staged.stage.finish()
    assert [point.name for point in Timeline(staged.recorder.events).checkpoints()] == ["one", "two"]
    assert staged.point("two").lines[-1].code == 'staged.stage.checkpoint("two")'


@pytest.mark.parametrize(
    ("reached", "said"),
    [
        (["two"], "the answer reached the checkpoint 'two' where 'one' was expected"),
        (["one", "one"], "the answer reached the checkpoint 'one' where 'two' was expected"),
        (["one", "two", "two"], "the answer reached the checkpoint 'two' where the end of the answer was expected"),
        (["three"], "the answer reached the checkpoint 'three' where 'one' was expected"),
        (["one"], "the answer returned without reaching the checkpoint 'two'"),
        ([], "the answer returned without reaching the checkpoint 'one'"),
    ],
)
def test_any_other_order_is_an_error_of_the_answer(staged: Staged, reached: list[str], said: str) -> None:
    with pytest.raises(AnswerError) as caught:
        play(staged.stage, reached)
    assert str(caught.value) == said


def play(on: RecordingStage, names: list[str]) -> None:
    for name in names:
        on.checkpoint(name)
    on.finish()


def test_an_error_of_the_answer_gets_past_every_except(staged: Staged) -> None:
    assert not issubclass(AnswerError, Exception)
    with pytest.raises(AnswerError), staged.stage.attempt("one"):
        staged.stage.checkpoint("two")


def test_an_attempt_that_raises_ends_and_keeps_the_exception_as_evidence(staged: Staged) -> None:
    with staged.stage.attempt("one"):
        raise Mishap("as it had to")
    with staged.stage.attempt("two"):
        pass
    assert staged.point("one").error == Failure("Mishap", "as it had to")
    assert staged.point("two").error is None


def test_an_attempt_inside_another_ends_first(staged: Staged) -> None:
    with staged.stage.attempt("two"):
        with staged.stage.attempt("one"):
            raise Mishap("inner")
        raise Mishap("outer")
    assert [point.error and point.error.text for point in Timeline(staged.recorder.events).checkpoints()] == [
        "inner",
        "outer",
    ]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_what_ends_a_process_ends_an_attempt_too(staged: Staged, kind: type[BaseException]) -> None:
    with pytest.raises(kind), staged.stage.attempt("one"):
        raise kind
    assert staged.recorder.events == []


def test_an_object_has_one_label_and_another_object_another(staged: Staged) -> None:
    one, other = Thing(), Thing()
    staged.stage.checkpoint("one", a=one, b=other, again=one)
    staged.stage.checkpoint("two", a=other, all=[one, other])
    assert labels(staged.point("one")) == {"a": "thing#1", "b": "thing#2", "again": "thing#1"}
    assert labels(staged.point("two")) == {"a": "thing#2", "all": ["thing#1", "thing#2"]}


def labels(point: Checkpoint) -> dict[str, Any]:
    return {name: [one.label for one in seen] if isinstance(seen, list) else seen.label for name, seen in all_of(point)}


def all_of(point: Checkpoint) -> Any:
    return point.objects.items()


def test_an_object_is_not_kept_alive(staged: Staged) -> None:
    thing = Thing()
    known = ref(thing)
    staged.stage.checkpoint("one", thing=thing)
    del thing
    assert known() is None


def test_an_object_that_equals_another_is_another_and_so_is_one_in_its_place() -> None:
    class Alike(Thing):
        __hash__ = Thing.__hash__

        def __eq__(self, other: object) -> bool:
            return True

    eye, one, other = Eye(look), Alike(), Alike()
    assert [eye.see(thing).label for thing in (one, other, one)] == ["thing#1", "thing#2", "thing#1"]
    assert [eye.see(Thing()).label for _ in range(2)] == ["thing#3", "thing#4"]


def test_what_json_has_no_form_for_becomes_text(staged: Staged) -> None:
    staged.stage.checkpoint("one", thing=Thing(), number=1, other=Path("y"), nothing=None)
    shown = staged.point("one").objects
    assert shown == {
        "thing": Look("Thing", "new", {"path": "x"}, key="k", label="thing#1"),
        "number": 1,
        "other": "y",
        "nothing": None,
    }


def test_an_act_comes_half_way_through_the_next_statement_of_its_verb_and_once(staged: Staged) -> None:
    acted: list[str] = []
    staged.stage.during("INSERT", lambda: acted.append("now"))
    for verb, times in (("SELECT", 0), ("INSERT", 1), ("INSERT", 1)):
        staged.recorder.executing(Statement(staged.recorder.next(), "c1", verb, verb, "none"))
        assert len(acted) == times
    play(staged.stage, ["one", "two"])


def test_an_act_that_waits_in_vain_is_an_error_of_the_answer(staged: Staged) -> None:
    staged.stage.during("INSERT", lambda: None)
    with pytest.raises(AnswerError, match="something happens half way through INSERT, and that never came"):
        play(staged.stage, ["one", "two"])

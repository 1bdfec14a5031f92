"""The suite can fail: answers that were changed are told from the originals, and what is not told is listed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import pytest
from click.testing import CliRunner
from msgspec import structs

from shared_scenarios.catalogue import case_of, cases
from shared_scenarios.cell import Cell
from shared_scenarios.runner import reading
from shared_scenarios.runner.answers import find_answer
from shared_scenarios.runner.registry import Entry, entries
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import Case, Reading, Stage
from shared_scenarios.targets.address import Database
from tests import mutants as command
from tests.fakes import fake
from tests.mutation import processes, survivors
from tests.mutation.mutants import in_place, mutants
from tests.mutation.verdict import Verdict, judge
from tests.mutation.worker import Played, changed, describe, original

EVERY = 40  # all of them take a minute: `make mutants`
CASE = case_of("visible-only-after-commit/in-block")
IMPLEMENTATIONS = (fake("agrees"), fake("waits"))


@pytest.fixture
def agreeing(tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(fake("agrees"), Database("sqlite"), tmp_path)
    yield venue
    venue.close()


def played(venue: Venue, case: Case) -> list[Played]:
    answer = find_answer(venue.implementation, case)
    before = original(venue, case)
    return [
        structs.replace(describe(number, venue, case, mutant), verdict=judge(before, changed(venue, case, mutant)))
        for number, mutant in enumerate(mutants(answer))
    ]


def test_nineteen_of_twenty_mutants_of_the_answers_are_told() -> None:
    sample = processes.play_all(command.distinct(entries()), cases(), EVERY, jobs=2)
    assert len(command.changing(sample)) > 30
    assert {one.implementation for one in sample} == {e.implementation.name for e in command.distinct(entries())}
    assert command.share(sample) >= command.ENOUGH, "\n".join(command.report(sample))


def test_mutants_of_a_scenario_that_sees_are_told(agreeing: Venue) -> None:
    assert command.share(played(agreeing, CASE)) == 1


def test_mutants_of_a_scenario_that_is_blind_survive(agreeing: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "common_facts", lambda seen: {})
    blind = Case(replace(CASE.scenario, read=lambda seen: Reading("as ever", {})), CASE.variant, CASE.what)
    found = played(agreeing, blind)
    assert command.share(found) < command.ENOUGH
    lines = "\n".join(command.report(found))
    assert "fakes/agrees/when_sql_is_sent.py:9 agrees visible-only-after-commit/in-block: drop `with db`" in lines
    assert "NO REASON GIVEN" in lines


def test_share_of_nothing_is_nothing() -> None:
    assert command.share([]) == 0


def test_mutant_that_hangs_is_told_and_those_after_it_are_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "TIMEOUT", 1.0)
    entry = Entry(fake("waits"), f"{__name__}:IMPLEMENTATIONS")
    found = processes.play_all([entry], [CASE], 1, jobs=1)
    hanging = next(one for one in found if one.what == "drop `done.set()`")
    assert hanging.verdict == Verdict("error")
    assert [one.number for one in found] == list(range(len(found)))
    assert found[-1].number > hanging.number


def test_worker_that_cannot_play_the_original_says_so() -> None:
    entry = Entry(fake("forgets"), "tests.fakes:IMPLEMENTATIONS")
    with pytest.raises(RuntimeError, match="without reaching the checkpoint"):
        processes.play_all([entry], [CASE], 1, jobs=1)


def answer(db: object, stage: Stage) -> None:
    """Every kind of place in which something can be changed; never called."""
    with db.Session.begin() as session, stage.attempt("left"):  # type: ignore[attr-defined]
        session.add(1)
        stage.checkpoint("one")
        session.scalars(2).one().is_vip = True
        with session.begin_nested():
            session.commit()
    stage.checkpoint("two")


CHANGES = [
    "drop `session.add(1)`",
    "drop `session.scalars(2).one().is_vip = True`",
    "drop `session.commit()`",
    "move `session.add(1)` after `stage.checkpoint('one')`",
    "move `stage.checkpoint('one')` after `session.scalars(2).one().is_vip = True`",
    "move `stage.checkpoint('two')` into `with db.Session.begin() as session, stage.attempt('left'):`",
    "drop `with db.Session.begin() as session`",
    "drop `with session.begin_nested()`",
    "merge() for add() in `session.merge(1)`",
    "begin() for begin_nested() in `session.begin()`",
    "rollback() for commit() in `session.rollback()`",
    "flush() for commit() in `session.flush()`",
    "another session in `db.Session().add`",
    "another session in `db.Session().scalars`",
    "another session in `db.Session().begin_nested`",
    "another session in `db.Session().commit`",
]


def test_answer_is_changed_in_every_known_way() -> None:
    assert isinstance(answer, FunctionType)
    assert sorted(mutant.change.what for mutant in mutants(answer)) == sorted(CHANGES)


def test_changed_function_has_the_lines_of_the_original_and_goes_when_it_was_played() -> None:
    assert isinstance(answer, FunctionType)
    before = answer.__code__
    for mutant in mutants(answer):
        with in_place(mutant):
            assert answer.__code__ is mutant.code
            assert answer.__code__.co_firstlineno == before.co_firstlineno
            assert answer.__code__.co_filename == before.co_filename
        assert answer.__code__ is before
    assert "in_another_thread" not in answer.__globals__


def test_helpers_of_the_same_package_are_changed_too() -> None:
    case = case_of("read-helper-flushes/object")
    found = find_answer(next(e for e in entries() if e.implementation.name == "django").implementation, case)
    assert isinstance(found, FunctionType)
    assert {mutant.function.__name__ for mutant in mutants(found)} == {found.__name__, "check_if_kol_is_vip"}


@pytest.mark.parametrize(
    ("before", "after", "by"),
    [
        (Cell("", "", "", "", "observed", "a"), Cell("", "", "", "", "observed", "b"), "outcome"),
        (Cell("", "", "", "", "observed", "a"), Cell("", "", "", "", "observed", "a", {"rows": 1}), "facts"),
        (Cell("", "", "", "", "observed", "a"), Cell("", "", "", "", "promise broken", "a", broken=["x"]), "state"),
        (Cell("", "", "", "", "observed", "a"), Cell("", "", "", "", "error"), "error"),
        (Cell("", "", "", "", "observed", "a"), Cell("", "", "", "", "observed", "a"), "same"),
    ],
)
def test_verdict_names_what_tells(before: Cell, after: Cell, by: str) -> None:
    assert judge(before, after).by == by


def survivor(what: str, by: str = "nothing") -> Played:
    return Played(0, "django", "a-case", "a.py", 1, what, Verdict(by))  # type: ignore[arg-type]  # a word of the list


def test_reason_without_a_survivor_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = survivors.Accepted("dj*", "a-case", "drop *", "because")
    monkeypatch.setattr(survivors, "reasons", lambda: [reason])
    assert survivors.accepted(survivor("drop it")) == reason
    assert survivors.accepted(survivor("move it")) is None
    assert survivors.stale([survivor("drop it")]) == []
    assert survivors.stale([survivor("drop it", "facts"), survivor("move it")]) == [reason]


def test_every_reason_in_the_file_says_why() -> None:
    assert all(len(reason.why) > 20 for reason in survivors.reasons())


@pytest.mark.parametrize(("by", "status"), [("facts", 0), ("nothing", 1)])
def test_exit_status_says_whether_enough_is_told(monkeypatch: pytest.MonkeyPatch, by: str, status: int) -> None:
    monkeypatch.setattr(command, "play_all", lambda *asked: [survivor("drop it", by)])
    found = CliRunner().invoke(command.main, ["--orm", "django"])
    assert found.exit_code == status
    assert "django: 1 mutants" in found.output

"""Each way to break the contract is caught in its own cell, and the cells beside it know nothing of it."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest

from shared_scenarios.cell import Cell
from shared_scenarios.runner import nests
from shared_scenarios.runner.nests import Nest
from shared_scenarios.runner.play import play
from shared_scenarios.runner.registry import Entry
from shared_scenarios.runner.run import PREFIX, Plan, choose_cases, run
from shared_scenarios.runner.venue import Venue
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.private_folder import alive
from shared_scenarios.timeline import Checkpoint, Failure
from tests.fakes import fake

BEFORE, BAD, AFTER = "forgotten-commit/sent", "visible-only-after-commit/in-block", "visible-only-after-commit/no-block"
BAD_ANSWER = "visible_only_after_commit_in_block"
BOTH_OR_NONE = "kol-and-first-tweet-atomic/tweet-fails"
READ_HELPER = "read-helper-flushes/object"
QUICK = (
    "agrees", "breaks", "forgets", "misorders", "aborts", "exits", "writes",
    "hides", "outsources", "raises", "looks", "silent", "declines", "forks", "babbles", "doubles",
)  # fmt: skip
HANGING = ("sleeps", "loops", "orphans")


@pytest.fixture(autouse=True)
def _workers_find_the_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def plan(names: Sequence[str], timeout: float, *cases: str) -> Plan:
    entries = tuple(Entry(fake(name), "tests.fakes:IMPLEMENTATIONS") for name in names)
    return Plan(entries, choose_cases(cases), (Database("sqlite"),), jobs=4, timeout=timeout)


@cache
def played() -> dict[tuple[str, str], Cell]:
    quick = run(plan(QUICK, 30, BEFORE, BAD, AFTER, BOTH_OR_NONE, READ_HELPER))
    hanging = run(plan(HANGING, 1, BEFORE, BAD, AFTER))
    return {(cell.implementation, cell.case): cell for cells in (quick, hanging) for cell in cells}


def caught(name: str, case: str = BAD) -> Cell:
    return played()[name, case]


@pytest.mark.parametrize("name", [*QUICK, *HANGING])
def test_the_cells_beside_it_complete(name: str) -> None:
    assert caught(name, BEFORE).outcome == "lost: the connection just ended"
    assert caught(name, AFTER).outcome == "others see the row only after the commit"


def test_an_answer_that_agrees_is_observed() -> None:
    cell = caught("agrees")
    assert (cell.state, cell.outcome) == ("observed", "others see the row only after the commit")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("forgets", "the answer returned without reaching the checkpoint 'committed'"),
        ("misorders", "the answer reached the checkpoint 'committed' where 'sent' was expected"),
        ("hides", "a connection was opened past the wire witness, so its statements are not recorded"),
        ("outsources", "committed rows changed, but no statement that could have changed them was recorded"),
        ("looks", "looking at kol sent SQL"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_an_error(name: str, text: str) -> None:
    cell = caught(name)
    assert (cell.state, cell.failure, cell.outcome) == ("error", Failure("AnswerError", text), "")


def test_an_unknown_exception_is_an_error_with_its_place_and_the_timeline_so_far() -> None:
    cell = caught("raises")
    assert (cell.state, cell.failure) == ("error", Failure("Unheard", "of"))
    assert "tests/fakes/raises/when_sql_is_sent.py:" in cell.reason
    assert [event.name for event in cell.timeline if isinstance(event, Checkpoint)] == ["sent"]


@pytest.mark.parametrize(
    ("name", "how"), [("aborts", "signal SIGABRT"), ("exits", "exit status 3"), ("orphans", "exit status 3")]
)
def test_an_answer_that_ends_its_process_has_crashed(name: str, how: str) -> None:
    cell = caught(name)
    assert (cell.state, cell.reason.partition(":")[0]) == ("crashed", f"the process ended with {how}")


def test_an_answer_that_forks_is_what_the_process_that_began_it_did() -> None:
    one, other = caught("forks"), caught("agrees")
    assert (one.state, one.outcome, one.facts) == (other.state, other.outcome, other.facts)


@pytest.mark.parametrize(
    ("name", "said"), [("babbles", "'\ufffd is no message'"), ("doubles", """'{"record":"hatched","process":1}'""")]
)
def test_an_answer_that_writes_where_the_harness_does_is_an_error(name: str, said: str) -> None:
    cell = caught(name)
    assert cell.state == "error"
    assert cell.reason == f"what only the harness may write to was written to by something else: {said}"


@pytest.mark.parametrize(("name", "lines"), [("sleeps", ("Event().wait()",)), ("loops", ("while True:", "pass"))])
def test_an_answer_that_hangs_is_timed_out_with_the_line_and_the_timeline_so_far(
    name: str, lines: tuple[str, ...]
) -> None:
    cell = caught(name)
    assert (cell.state, cell.outcome) == ("timed out", "")
    assert cell.reason.startswith("no end after 1 s; it hangs at File")
    assert f"tests/fakes/{name}/when_sql_is_sent.py" in cell.reason
    assert cell.reason.endswith(tuple(f" in {BAD_ANSWER} {line}" for line in lines))
    assert [event.name for event in cell.timeline if isinstance(event, Checkpoint)] == ["sent"]


def test_a_commit_where_a_rollback_is_due_breaks_a_promise() -> None:
    cell = caught("breaks", BOTH_OR_NONE)
    assert (cell.state, cell.broken) == ("promise broken", ["both rows of the unit are stored, or none"])
    assert cell.outcome == "KOL stored without its tweet; the KOL's INSERT sent when made"


def test_a_write_in_a_read_is_told_by_the_outcome() -> None:
    cell = caught("writes", READ_HELPER)
    assert (cell.state, cell.facts["updates_sent_by_helper"]) == ("observed", 1)
    assert cell.outcome == "UPDATE sent before the SELECT; helper sees the caller's object"


def test_silence_is_an_error_that_says_what_to_write() -> None:
    cell = caught("silent")
    assert cell.state == "error"
    assert cell.failure is not None
    assert cell.failure.text.endswith(
        "write `def visible_only_after_commit_in_block(db, stage)` or "
        "`visible_only_after_commit_in_block = NotApplicable(...)` in tests/fakes/silent/when_sql_is_sent.py"
    )


def test_a_reason_is_no_error() -> None:
    cell = caught("declines")
    assert (cell.state, cell.reason) == ("not applicable", "the driver has no transaction block")
    assert cell.docs == "https://docs.python.org/3/library/sqlite3.html"


def test_a_question_about_what_an_implementation_is_without_is_not_asked(tmp_path: Path) -> None:
    venue = Venue(replace(fake("silent"), capabilities=frozenset()), Database("sqlite"), tmp_path)
    case = choose_cases(["cancel-mid-transaction/between-statements"])[0]
    cell = play(case, venue)
    venue.close()
    assert (cell.state, cell.reason) == ("not applicable", "it is asked only of implementations with asyncio")
    assert (cell.docs, cell.timeline) == ("", [])


class Noted(Nest):
    started: ClassVar[list["Noted"]] = []

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.started.append(self)
        self.workers: list[int] = []

    def bury(self, process: int) -> int | None:
        self.workers.append(process)
        return super().bury(process)


def test_no_process_and_no_folder_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nests, "Nest", Noted)
    before = folders()
    list(run(plan(("agrees", "aborts", "loops"), 1, BEFORE, BAD, AFTER)))
    (nest,) = Noted.started  # the three are opened by one module
    assert len(set(nest.workers)) == 5  # a crash and a hang take a second worker each
    assert nest.process is not None
    assert not alive(nest.process)
    assert not any(alive(worker) for worker in nest.workers)
    assert folders() == before


def folders() -> set[Path]:
    """Of this process: others may be running too."""
    parents = (Path("/dev/shm"), Path(tempfile.gettempdir()))
    return {folder for parent in parents for folder in parent.glob(f"{PREFIX}{os.getpid()}-*")}

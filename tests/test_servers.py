"""Every answer on private servers, with a word where a server or a driver is missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared_scenarios.catalogue import case_of
from shared_scenarios.catalogue.lost_updates import LOCKED_ELSEWHERE
from shared_scenarios.catalogue.reading import ADA
from shared_scenarios.cell import FAILED_STATES, Cell
from shared_scenarios.runner.play import play
from shared_scenarios.runner.registry import choose
from shared_scenarios.runner.run import Plan, plan, run, started
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import REFUSABLE, SecondWriter, Turns, WhenWaiting
from shared_scenarios.timeline import Connection, Statement, Timeline, Waiting
from tests import required
from tests.venues import peewee_as_before

Played = list[Cell]


def able(kind: str) -> Plan:
    return replace(plan(databases=[kind]), entries=required.implementations(kind))


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def ready(request: pytest.FixtureRequest) -> Iterator[Plan]:
    with started(able(request.param)) as plan:
        yield plan


@pytest.fixture(scope="module")
def played(ready: Plan) -> Played:
    return list(run(ready))


def test_every_cell_has_a_result(played: Played) -> None:
    failed = [
        (cell.case, cell.implementation, cell.failure, cell.reason) for cell in played if cell.state in FAILED_STATES
    ]
    assert not failed


def test_every_statement_of_an_answer_has_a_line_and_an_end(played: Played) -> None:
    lost = [
        (cell.case, cell.implementation, sent.text)
        for cell in played
        for sent in cell.timeline
        if isinstance(sent, Statement) and sent.actor == "answer"
        if not sent.lines or (sent.end is None and not sent.fault)
    ]
    assert not lost


def test_a_swallowed_error_loses_what_was_written_where_the_server_aborts_the_transaction(played: Played) -> None:
    cells = [cell for cell in played if cell.case == "swallowed-error-clean-exit/plain"]
    peewee = next(cell for cell in cells if cell.implementation == "peewee")
    assert peewee.facts["first_write_kept"] is (peewee.database == "mariadb")


def test_a_writer_that_comes_in_between_comes_before_the_statement(played: Played) -> None:
    for cell in (cell for cell in played if cell.scenario == "get-or-create-race"):
        inserts = [e for e in cell.timeline if isinstance(e, Statement) and e.verb == "INSERT"]
        assert [(insert.actor, insert.error is None) for insert in inserts] == [
            ("second writer", True),
            ("answer", False),
        ], cell.implementation


def test_a_statement_that_waits_is_seen_waiting_and_goes_on_after_what_set_it_free(played: Played) -> None:
    for cell in (cell for cell in played if cell.case == "lost-update-counter/locked"):
        sent = [event for event in cell.timeline if isinstance(event, Statement)]
        (waiting,) = [event for event in cell.timeline if isinstance(event, Waiting)]
        (halted,) = [statement for statement in sent if statement.waits(waiting)]
        (commit,) = [one for one in sent if one.actor == "second writer" and one.verb == "COMMIT"]
        assert (waiting.holder, waiting.released_by, halted.verb) == ("second writer", "COMMIT", "SELECT")
        assert halted.end is not None
        assert halted.sequence < waiting.sequence < commit.sequence < halted.end


@pytest.mark.parametrize(("when", "stored", "ended"), [("before", [], False), ("after", ["@ada"], True)])
def test_a_commit_at_which_the_line_is_cut_is_stored_or_not(
    played: Played, when: str, stored: list[str], ended: bool
) -> None:
    cells = [cell for cell in played if cell.case == f"connection-lost-during-commit/{when}-the-server"]
    assert {cell.implementation for cell in cells} == {cell.implementation for cell in played if not is_sparse(cell)}
    for cell in cells:
        seen = Timeline(cell.timeline)
        (commit,) = [one for one in seen.statements("COMMIT") if one.fault]
        assert (commit.fault, commit.end is not None) == (f"cut {when}", ended), cell.implementation
        assert [row[1] for row in seen.rows("left", "kols")] == stored, cell.implementation


def test_connections_that_the_server_ends_are_gone_before_the_answer_goes_on(played: Played) -> None:
    for cell in (cell for cell in played if cell.case == "stale-connection-after-restart/kept"):
        begun = Timeline(cell.timeline).at("first").sequence
        ended = [e for e in cell.timeline if isinstance(e, Connection) and e.action == "ended by the server"]
        assert ended, cell.implementation
        for one in ended:  # a pool has several
            used = [e for e in cell.timeline if isinstance(e, Statement) and e.connection == one.connection]
            assert used[-1].sequence < one.sequence < begun, cell.implementation


def is_sparse(cell: Cell) -> bool:
    """Whether it is one of a configuration that plays few cases."""
    return bool(choose([cell.implementation])[0].implementation.cases)


NEVER = SecondWriter(("UPDATE nowhere SET nothing = 0",))
WAITS = SecondWriter(("UPDATE kols SET is_vip = TRUE WHERE id = 1",))


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("lock-needs-transaction/in-block", {"locked": WAITS}),  # for a lock that the answer keeps
        ("lost-update-counter/locked", {"before-writing": (LOCKED_ELSEWHERE, WhenWaiting(NEVER))}),  # lets it wait
    ],
)
def test_an_actor_that_cannot_go_on_ends_its_cell_and_no_other(
    ready: Plan, name: str, turns: Turns, tmp_path: Path
) -> None:
    case = case_of(name)
    with peewee_as_before():
        venue = Venue(choose(["peewee"])[0].implementation, ready.databases[0], tmp_path)
        hung = play(replace(case, scenario=replace(case.scenario, meanwhile=turns)), venue)
        after = play(case, venue)
        venue.close()
    assert hung.failure is not None
    assert "the second writer was refused" in hung.failure.text
    assert (hung.state, after.state) == ("error", "observed")


@pytest.fixture
def postgresql() -> Iterator[Plan]:
    with started(replace(able("postgresql"), entries=tuple(choose(["peewee"])))) as ready:
        yield ready


def test_what_refuses_commits_is_there_only_where_a_scenario_needs_it(postgresql: Plan, tmp_path: Path) -> None:
    with peewee_as_before():
        venue = Venue(choose(["peewee"])[0].implementation, postgresql.databases[0], tmp_path)
        venue.target.reset([ADA], {REFUSABLE})
        venue.target.refuse_commits(True)  # and a cell ends here by an error
        refused = _commit(venue)
        venue.target.reset([ADA], {REFUSABLE})
        begun_anew = _commit(venue)
        venue.target.reset([ADA])
        with pytest.raises(NotImplementedError, match="must say that it needs 'a commit that can be refused'"):
            venue.target.refuse_commits(True)
        triggers = venue.target._run("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'ormatrix%'")
        venue.close()
    assert (refused, begun_anew, triggers) == ("IntegrityError", "", [[]])


def _commit(venue: Venue) -> str:
    from peewee import PeeweeException

    try:
        venue.backend.database.execute_sql("UPDATE kols SET is_vip = TRUE")
    except PeeweeException as error:
        return type(error).__name__
    finally:
        venue.wait(venue.backend.release())
    return ""


def test_a_commit_that_was_a_rollback_is_shown_as_one(postgresql: Plan) -> None:
    cells = [cell for cell in run(postgresql) if cell.case == "swallowed-error-clean-exit/plain"]
    sent = [event for event in cells[0].timeline if isinstance(event, Statement)]
    tags = Counter(statement.tag for statement in sent if statement.verb == "COMMIT")
    assert tags == {"ROLLBACK": 1}

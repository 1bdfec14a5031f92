"""Every answer on private servers, with a word where a server or a driver is missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared_scenarios.cell import FAILED_STATES, Cell
from shared_scenarios.runner.registry import choose, obstacle
from shared_scenarios.runner.run import Plan, plan, run, started
from shared_scenarios.targets import open as targets
from shared_scenarios.timeline import Statement

Played = list[Cell]


def able(kind: str) -> Plan:
    why = targets.obstacle(kind)
    if why:
        pytest.skip(why)
    entries = [entry for entry in choose([]) if not obstacle(entry.implementation, kind)]
    return replace(plan(databases=[kind]), entries=tuple(entries))


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    with started(able(request.param)) as ready:
        yield list(run(ready))


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
        if not sent.lines or sent.end is None
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


def test_a_commit_that_was_a_rollback_is_shown_as_one() -> None:
    with started(replace(able("postgresql"), entries=tuple(choose(["peewee"])))) as ready:
        cells = [cell for cell in run(ready) if cell.case == "swallowed-error-clean-exit/plain"]
    sent = [event for event in cells[0].timeline if isinstance(event, Statement)]
    tags = Counter(statement.tag for statement in sent if statement.verb == "COMMIT")
    assert tags == {"ROLLBACK": 1}

"""A promise that cannot be broken, and a reading that can say only one thing, would prove nothing."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from shared_scenarios.catalogue import cases, scenarios
from shared_scenarios.cell import Cell
from shared_scenarios.evidence.facts import common_facts
from shared_scenarios.report.read import read_report
from shared_scenarios.runner.play import play
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import Case, Promise
from shared_scenarios.targets.address import Database
from shared_scenarios.timeline import Timeline
from tests.fakes import fake

PROMISES = [(case, promise) for case in cases() for promise in case.scenario.promises]
NAMES = [f"{case.name}: {promise.text}" for case, promise in PROMISES]
BY_NAME = {case.name: case for case in cases()}
encode = msgspec.json.encode


@cache
def recorded() -> list[Cell]:
    """The cells that have a timeline."""
    files = (Path(__file__).parent / "outcomes").rglob("*.jsonl")
    return [cell for file in files for cell in read_report(file).cells if cell.state != "not applicable"]


@pytest.fixture(scope="module")
def venues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Venue]]:
    folder = tmp_path_factory.mktemp("promises")
    opened = {name: Venue(fake(name), Database("sqlite"), folder) for name in ("agrees", "breaks")}
    yield opened
    for venue in opened.values():
        venue.close()


@pytest.mark.parametrize(("case", "promise"), PROMISES, ids=NAMES)
def test_every_promise_can_be_broken_and_that_is_caught(venues: dict[str, Venue], case: Case, promise: Promise) -> None:
    cell = play(case, venues["breaks"])
    assert cell.state == "promise broken", cell.failure
    assert promise.text in cell.broken


@pytest.mark.parametrize(("case", "promise"), PROMISES, ids=NAMES)
def test_every_promise_can_be_kept(venues: dict[str, Venue], case: Case, promise: Promise) -> None:
    cell = play(case, venues["agrees"])
    assert cell.state == "observed", cell.failure
    assert cell.broken == []


@pytest.mark.parametrize("name", [scenario.name for scenario in scenarios()])
def test_every_reading_has_more_than_one_outcome(venues: dict[str, Venue], name: str) -> None:
    own = [case for case in cases() if case.scenario.name == name]
    played = {play(case, venue).outcome for case in own for venue in venues.values()}
    read = {
        BY_NAME[cell.case].scenario.read(Timeline(cell.timeline)).outcome
        for cell in recorded()
        if cell.scenario == name
    }
    assert len((played | read) - {""}) > 1


@pytest.mark.parametrize("cell", recorded(), ids=lambda cell: f"{cell.implementation}-{cell.case}")
def test_reading_the_recorded_timeline_gives_the_recorded_outcome_again(cell: Cell) -> None:
    before, seen = encode(cell.timeline), Timeline(cell.timeline)
    for _ in range(2):
        reading = BY_NAME[cell.case].scenario.read(seen)
        assert reading.outcome == cell.outcome
        assert {**common_facts(seen), **reading.facts} == cell.facts
    assert encode(cell.timeline) == before


@pytest.mark.parametrize("cell", recorded(), ids=lambda cell: f"{cell.implementation}-{cell.case}")
def test_promises_hold_or_not_on_the_recorded_timeline_as_recorded(cell: Cell) -> None:
    seen = Timeline(cell.timeline)
    promises = BY_NAME[cell.case].scenario.promises
    assert [promise.text for promise in promises if not promise.holds(seen)] == cell.broken

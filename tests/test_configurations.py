"""A configuration is played for the cases that it changes: measured, never believed."""

from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from shared_scenarios.catalogue import cases
from shared_scenarios.runner.registry import entries, obstacle
from shared_scenarios.scenario import Implementation
from tests import required
from tests.configurations import CONFIGURATIONS, LEFT_OUT, Measured, measure, problems, recorded_changes
from tests.handmade import cell
from tests.recorded import cells

Everywhere = dict[str, dict[str, Measured]]
NAMES = [entry.implementation.name for entry in entries()]
SERVERS = ("postgresql", "mariadb")
each = pytest.mark.parametrize("one", CONFIGURATIONS, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def on_sqlite() -> dict[str, Measured]:
    return measure("sqlite")


@pytest.fixture(scope="module")
def everywhere(on_sqlite: dict[str, Measured]) -> Everywhere:
    for kind in SERVERS:
        required.implementations(kind)
    return {"sqlite": on_sqlite, **{kind: measure(kind) for kind in SERVERS}}


@each
def test_a_configuration_names_what_it_changes_and_nothing_else(
    one: Implementation, on_sqlite: dict[str, Measured]
) -> None:
    if why := obstacle(one):
        pytest.skip(f"{one.name} {why}")
    if one.name not in on_sqlite:
        pytest.skip(f"{one.name} is not about SQLite")
    assert problems(one, [on_sqlite[one.name]], recorded_changes(one, cells())) == []


@each
def test_it_names_what_it_changes_on_any_database(one: Implementation, everywhere: Everywhere) -> None:
    found = [measured[one.name] for measured in everywhere.values() if one.name in measured]
    if not found:
        pytest.skip(f"{one.name} {obstacle(one, (*one.databases, 'sqlite')[0])}")
    assert problems(one, found) == []


@each
def test_every_pattern_means_a_case(one: Implementation) -> None:
    for pattern in one.cases:
        assert [case.name for case in cases() if fnmatchcase(case.name, pattern)], pattern


@each
def test_a_configuration_is_its_base_with_other_settings(one: Implementation) -> None:
    base = next(entry.implementation for entry in entries() if entry.implementation.name == one.base)
    assert one.configuration
    assert not base.cases
    assert (one.answers, one.open, one.package, one.docs) == (base.answers, base.open, base.package, base.docs)
    assert one.requires[: len(base.requires)] == base.requires


def test_what_has_no_result_is_known_by_the_names_that_there_are() -> None:
    assert set(LEFT_OUT) <= {one.name for one in CONFIGURATIONS}
    known = {case.name for case in cases()}
    assert all(set(of) <= known and all(of.values()) for of in LEFT_OUT.values())


SAFE = replace(CONFIGURATIONS[0], name="alpha:safe", cases=("flush", "load/*"))


def measured(changed: str = "", same: str = "", failed: str = "") -> Measured:
    return Measured(*(frozenset(names.split()) for names in (changed, same, failed)))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([measured("flush load/lazy", "commit")], []),
        ([measured("flush load/lazy commit")], ["add commit: alpha:safe changes it"]),
        ([measured("flush", "load/lazy")], ["drop load/lazy: alpha:safe leaves it as it is"]),
        ([measured("flush"), measured("load/lazy", "flush")], []),
        ([measured("flush", "load/lazy"), measured("commit load/lazy")], ["add commit: alpha:safe changes it"]),
        ([measured("flush", "", "commit")], ["commit has no result under alpha:safe: say why in LEFT_OUT"]),
    ],
    ids=["exact", "one is lacking", "one is too many", "each elsewhere", "lacking elsewhere", "no result"],
)
def test_what_to_add_and_what_to_drop_is_said(found: list[Measured], said: list[str]) -> None:
    assert problems(SAFE, found) == said


def test_what_changes_where_nobody_measured_needs_no_dropping() -> None:
    assert problems(SAFE, [measured("load/lazy", "flush")], ["flush"]) == []


def test_what_is_recorded_of_another_database_counts() -> None:
    recorded = {
        (name, kind): cell(name, outcome=outcome, database=kind)
        for name, kind, outcome in [
            ("alpha", "sqlite", "late"),
            ("alpha:safe", "sqlite", "late"),
            ("alpha", "mariadb", "late"),
            ("alpha:safe", "mariadb", "at once"),
        ]
    }
    by_key = {("flush", *key): value for key, value in recorded.items()}
    assert recorded_changes(SAFE, by_key) == {"flush"}
    assert recorded_changes(SAFE, {key: value for key, value in by_key.items() if key[2] == "sqlite"}) == set()


def test_a_reason_that_is_needed_no_longer_is_said() -> None:
    driver = next(one for one in CONFIGURATIONS if one.name in LEFT_OUT)
    said = problems(driver, [measured()])
    assert len(said) == len(LEFT_OUT[driver.name])
    assert all("is as ever" in line for line in said)

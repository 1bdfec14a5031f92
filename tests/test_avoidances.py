"""Who is shown a broken promise is shown how to avoid it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from shared_scenarios.catalogue import case_of, cases
from shared_scenarios.cell import Cell
from shared_scenarios.matrix import compute
from shared_scenarios.report.avoided import avoided_by
from shared_scenarios.report.records import Report
from shared_scenarios.scenario import Case
from tests.avoidances import misnamed, needless, unavoided
from tests.handmade import BROKEN, avoided, cell
from tests.recorded import newest

Doctor = Callable[[Cell], Cell | None]


def doctored(change: Doctor) -> list[Report]:
    """The recorded outcomes, every cell as `change` gives it; None is none."""
    return [one._replace(cells=[made for cell in one.cells if (made := change(cell))]) for one in newest()]


def without(**given: str) -> Doctor:
    """Leaves out the cells that have all of these values."""
    return lambda cell: None if all(getattr(cell, name) == value for name, value in given.items()) else cell


def test_every_recorded_broken_promise_is_avoided_by_something_that_is_recorded() -> None:
    assert unavoided(newest(), cases()) == []


def test_there_are_broken_promises_for_that_to_say_anything() -> None:
    assert len([cell for one in newest() for cell in one.cells if cell.state == "promise broken"]) > 50


def test_a_variant_promises_what_it_avoids_the_breaking_of() -> None:
    assert list(misnamed(cases())) == []


def test_nothing_is_avoided_that_nobody_breaks() -> None:
    assert list(needless({cell.key: cell for one in newest() for cell in one.cells}, cases())) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without(variant="made-anew", implementation="peewee"), "save-again-after-rollback/plain by peewee on sqlite"),
        (without(variant="let-out"), "deadlock-in-nested-block/caught-between by sqlalchemy on mariadb"),
        (
            without(implementation="sqlalchemy:driver-autocommit-off", scenario="sqlite-savepoint-escapes"),
            "sqlite-savepoint-escapes by sqlalchemy on sqlite",
        ),
    ],
    ids=["no variant", "no variant on a server", "no configuration"],
)
def test_what_is_missing_is_named(change: Doctor, said: str) -> None:
    assert [line for line in unavoided(doctored(change), cases()) if line.startswith(said)]


@pytest.mark.parametrize("state", ["promise broken", "not applicable"])
def test_a_variant_that_does_not_keep_the_promise_avoids_nothing(state: str) -> None:
    def change(cell: Cell) -> Cell:
        meant = (cell.scenario, cell.variant, cell.database) == ("key-set-by-hand", "new-key-insert", "postgresql")
        return structs.replace(cell, state=state) if meant else cell

    said = unavoided(doctored(change), cases())
    assert [line for line in said if line.startswith("key-set-by-hand/new-key by peewee on postgresql")]
    assert not [line for line in said if "on sqlite" in line]


def test_a_variant_that_is_not_said_to_avoid_it_counts_for_nothing() -> None:
    assert unavoided(newest(), [forgetful(case) for case in cases()])


def forgetful(case: Case) -> Case:
    """The case in a scenario whose variants avoid nothing."""
    variants = tuple(replace(one, avoids=()) for one in case.scenario.variants)
    return replace(case, scenario=replace(case.scenario, variants=variants))


def test_a_variant_that_promises_less_is_avoided() -> None:
    case = case_of("save-again-after-rollback/made-anew")
    less = replace(case, scenario=replace(case.scenario, promises=case.scenario.promises[:1]))
    others = [one for one in cases() if one.scenario.name == case.scenario.name and one.variant != case.variant]
    assert list(misnamed([*others, less])) == [
        "save-again-after-rollback/made-anew avoids key-taken and does not promise the same"
    ]
    assert "avoids key-taken, which is no variant of its scenario" in "".join(misnamed([less]))


LOST = cell(variant="plain", **BROKEN)
KEPT = cell(variant="safely", outcome="stored")
CONFIGURED = cell("alpha:safe", variant="plain", outcome="stored")


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([LOST, KEPT], ["flush/safely"]),
        ([LOST, KEPT, CONFIGURED], ["flush/safely", "alpha:safe"]),
        ([LOST], ["flush/safely"]),
        ([LOST, cell(variant="safely", **BROKEN)], []),
        ([LOST, cell("beta", variant="safely", outcome="stored")], []),
        ([cell("alpha:odd", variant="plain", **BROKEN), KEPT], ["flush/safely"]),
    ],
    ids=["variant", "and configuration", "not asked", "broken too", "another one's", "its base's"],
)
def test_what_avoids_it_is_what_keeps_it(cells: list[Cell], names: list[str]) -> None:
    made = avoided(*cells)
    assert avoided_by(cells[0], made.header, {cell.key: cell for cell in cells}) == names


def test_the_note_says_what_avoids_it() -> None:
    assert compute(avoided(LOST, KEPT)).notes == ["flush/plain by alpha: broken: it is stored. Avoided by flush/safely"]

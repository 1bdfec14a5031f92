"""Reports of parts become one report, or are refused where they disagree or leave a hole."""

import pytest
from msgspec import structs

from shared_scenarios.cell import Cell
from shared_scenarios.errors import BadReport
from shared_scenarios.report.combine import combine
from shared_scenarios.report.read import parse_report
from shared_scenarios.report.records import Report
from shared_scenarios.report.write import as_lines
from tests.handmade import cell, configured, report

FLUSH = cell("alpha", "flush"), cell("beta", "flush", "sent at commit")
LOAD = cell("alpha", "load"), cell("beta", "load", "lazily")
WHOLE = report(*FLUSH, *LOAD)


def combined(*parts: Report) -> Report:
    """The parts as one, written and read again: what comes out is a report like any other."""
    return parse_report(as_lines(combine(parts)), "combined.jsonl")


def refusal(*parts: Report) -> str:
    with pytest.raises(BadReport) as refused:
        combine(parts)
    assert refused.value.hint
    return refused.value.message


def test_parts_by_implementation_make_the_whole() -> None:
    assert combined(report(FLUSH[0], LOAD[0]), report(FLUSH[1], LOAD[1])) == WHOLE


def test_parts_by_scenario_make_the_whole() -> None:
    assert combined(report(*FLUSH), report(*LOAD)) == WHOLE


def test_parts_by_database_make_the_whole() -> None:
    elsewhere = cell(database="postgresql")
    assert combined(report(FLUSH[0]), report(elsewhere)) == report(FLUSH[0], elsewhere)


def test_parts_that_overlap_and_agree_make_the_whole() -> None:
    assert combined(WHOLE, report(*FLUSH), report(LOAD[1])) == WHOLE


def test_one_report_alone_stays_as_it_is() -> None:
    assert combined(WHOLE) == WHOLE


def test_whole_is_as_old_as_its_youngest_part() -> None:
    young, old = report(*FLUSH, created="2026-02-02T00:00:00+00:00"), report(*LOAD)
    assert combined(young, old).header.created == combined(old, young).header.created == young.header.created


@pytest.mark.parametrize(
    "other",
    [cell("beta", "load", "eagerly"), cell("beta", "load", "lazily", facts={"statements": 2})],
    ids=["outcome", "facts"],
)
def test_parts_that_overlap_and_disagree_are_refused(other: Cell) -> None:
    assert "two reports differ in load by beta" in refusal(WHOLE, report(other))


def test_parts_made_with_different_versions_are_refused() -> None:
    said = refusal(report(*FLUSH), report(*LOAD, versions="2.0"))
    assert "different versions of alpha" in said
    assert "1.0" in said
    assert "2.0" in said


@pytest.mark.parametrize("what", ["python", "ormatrix"])
def test_parts_made_by_another_python_or_ormatrix_are_refused(what: str) -> None:
    part = report(*LOAD)
    header = structs.replace(part.header, **{what: "9.9"})
    assert "9.9" in refusal(report(*FLUSH), Report(header, part.cells))


def test_parts_made_with_another_configuration_are_refused() -> None:
    part = report(*LOAD)
    players = [structs.replace(player, configuration={"autoflush": False}) for player in part.header.implementations]
    header = structs.replace(part.header, implementations=players)
    assert "different configurations of alpha" in refusal(WHOLE, Report(header, part.cells))


SAFE = cell("alpha:safe", "flush", "sent at commit"), cell("alpha:safe", "load", "at once")


def asked_of(cases: list[str], *cells: Cell) -> Report:
    """A report in which `alpha:safe` is asked of these, whether all of them were played for it or not."""
    made = configured(*cells)
    players = [structs.replace(one, cases=cases) if one.cases else one for one in made.header.implementations]
    return made._replace(header=structs.replace(made.header, implementations=players))


def test_parts_of_a_configuration_make_the_whole() -> None:
    whole = asked_of(["flush", "load"], FLUSH[0], SAFE[0], LOAD[0], SAFE[1])
    parts = [asked_of(["flush", "load"], *cells) for cells in ((FLUSH[0], SAFE[0]), (LOAD[0], SAFE[1]))]
    assert combined(*parts) == whole


def test_a_configuration_leaves_no_hole_where_it_was_not_asked() -> None:
    whole = combined(configured(FLUSH[0], SAFE[0]), report(LOAD[0]))
    assert [one.key[:3] for one in whole.cells] == [
        ("flush", "", "alpha"), ("flush", "", "alpha:safe"), ("load", "", "alpha"),
    ]  # fmt: skip


def test_a_configuration_leaves_a_hole_where_it_was_asked() -> None:
    said = refusal(asked_of(["flush", "load"], FLUSH[0], SAFE[0]), report(LOAD[0]))
    assert "lack 1 cells, the first load by alpha:safe on sqlite" in said


def test_parts_in_which_a_configuration_is_asked_of_other_cases_are_refused() -> None:
    said = refusal(configured(FLUSH[0], SAFE[0]), asked_of(["flush", "load"], FLUSH[0], SAFE[0]))
    assert "different cases of alpha:safe" in said


def test_parts_that_ask_in_other_words_are_refused() -> None:
    part = report(*LOAD)
    questions = [structs.replace(asked, question="Does it?") for asked in part.header.questions]
    header = structs.replace(part.header, questions=questions)
    assert "different questions" in refusal(WHOLE, Report(header, part.cells))


def test_parts_that_leave_a_hole_are_refused_with_its_name() -> None:
    said = refusal(report(FLUSH[0], LOAD[0]), report(FLUSH[1]))
    assert "lack 1 cells, the first load by beta on sqlite" in said


def test_hole_in_a_variant_is_named_by_its_variant() -> None:
    one, other = cell("alpha", variant="late"), cell("beta", variant="early")
    assert "the first flush/late by beta" in refusal(report(one), report(other))

"""Pages for learners say what is in the files and in the record, and what is missing in them is named."""

from pathlib import Path

import pytest

from shared_scenarios.catalogue import THEMES, case_of, cases, scenarios
from shared_scenarios.cell import Cell
from tests import theme_pages
from tests.answer_text import ROOT, answer_text
from tests.claims import Claim, claims, resolved
from tests.handmade import cell
from tests.recorded import Cells, cells
from tests.theme_pages import page, plain_implementations
from tests.theme_prose import of_text, problems

TEXT = "It goes: [[one-case/variant | django,\n peewee | stored]]."


def recorded(outcome: str, database: str = "sqlite", name: str = "django") -> Cells:
    cell = Cell("one-case", "variant", name, database, "observed", outcome)
    return {(cell.case, name, database): cell}


def test_prose_is_whole_and_true() -> None:
    assert problems() == []


@pytest.mark.parametrize("theme", THEMES)
def test_page_has_every_question_and_every_answer_as_its_file_has_it(theme: str) -> None:
    text = page(theme)
    assert [one.name for one in scenarios() if one.theme == theme and f'<a id="{one.name}">' not in text] == []
    for case in (case for case in cases() if case.scenario.theme == theme):
        for implementation in plain_implementations():
            found = answer_text(implementation, case)
            if found is not None:
                assert found.code in text
                lines = (ROOT / found.file).read_text().splitlines()
                assert found.code.splitlines()[-1] in lines
                assert f"def {case.function}(" in lines[found.line - 1]


def test_page_shows_what_was_recorded() -> None:
    cell = cells()["forgotten-commit/sent", "django", "sqlite"]
    assert f"| django, django-async, peewee, peewee-async | {cell.outcome} |" in page("when_sql_is_sent")


def test_page_says_what_avoids_a_broken_promise_and_has_it() -> None:
    text = page("rollback")
    assert "What avoids the broken promise: `save-again-after-rollback/made-anew`." in text
    assert "### `save-again-after-rollback/made-anew`" in text
    assert page("bulk").count("What avoids") == 0


def test_a_configuration_has_a_row_where_it_is_asked_and_nothing_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, asked = "peewee:foreign-keys-on", "sqlite-foreign-keys-off"
    beside = cell(name, asked, "refused when it is sent")
    monkeypatch.setattr(theme_pages, "cells", lambda: {**cells(), (asked, name, "sqlite"): beside})
    lines = [line for line in page("sqlite").splitlines() if line.startswith(f"| {name}")]
    assert lines == [f"| {name} | refused when it is sent |  |  |"]


def test_code_has_the_helpers_that_the_answer_calls_and_no_docstrings() -> None:
    case = case_of("read-helper-flushes/object")
    for implementation in plain_implementations():
        found = answer_text(implementation, case)
        assert found is not None
        assert found.code.startswith("def check_if_kol_is_vip(")
        assert '"""' not in found.code
        assert found.explanation.endswith(".")
        assert found.docs.startswith(implementation.docs)


def test_statement_is_read_and_shown() -> None:
    claim = Claim("one-case/variant", ("django", "peewee"), "", "stored")
    assert claims(TEXT) == [claim]
    assert resolved(TEXT) == "It goes: *stored* (`one-case/variant`, django, peewee)."
    assert claims("[[a | b on mariadb | c]]") == [Claim("a", ("b",), "mariadb", "c")]


def test_statement_in_another_form_is_named() -> None:
    assert claims("[[a | b]]") == ["[[a | b]] has not the form [[CASE | IMPLEMENTATION, ... on DATABASE | OUTCOME]]"]
    assert resolved("[[a | b]]").startswith("[[a | b]] has not")


@pytest.mark.parametrize("outcome", ["stored", "sent; stored", "stored; others see it"])
def test_statement_that_is_as_recorded_has_no_problem(outcome: str) -> None:
    assert list(Claim("one-case/variant", ("django",), "", "stored").problems(recorded(outcome))) == []


def test_statement_that_is_not_as_recorded_is_named_with_what_is() -> None:
    known = recorded("stored") | recorded("lost", "mariadb")
    expected = ["one-case/variant by django on mariadb: 'lost' is recorded, not 'stored'"]
    assert list(Claim("one-case/variant", ("django",), "", "stored").problems(known)) == expected
    assert list(Claim("one-case/variant", ("django",), "sqlite", "stored").problems(known)) == []


@pytest.mark.parametrize("claim", [Claim("one-case", ("django",), "", "x"), Claim("one-case/variant", ("x",), "", "x")])
def test_statement_of_which_nothing_is_recorded_is_named(claim: Claim) -> None:
    assert list(claim.problems(recorded("stored"))) == [
        f"nothing is recorded for {claim.case} by {claim.implementations[0]}"
    ]


def test_prose_that_leaves_out_a_scenario_or_an_orm_is_named() -> None:
    found = list(of_text("sqlite", "Nothing. https://docs.djangoproject.com/", cells()))
    assert "nothing is said of sqlite-foreign-keys-off" in found
    assert "no page of peewee's documentation is named (https://github.com/coleifer/peewee/blob/...)" in found
    assert not any("django's" in problem for problem in found)


def test_theme_without_prose_and_prose_without_theme_are_named(tmp_path: Path) -> None:
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "weather.md").write_text("")
    found = problems(tmp_path / "practice", tmp_path)
    assert f"docs/practice/{THEMES[0]}.md is missing: what should a learner do in practice about {THEMES[0]}?" in found
    assert "docs/practice/weather.md belongs to no theme" in found

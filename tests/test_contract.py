"""Every implementation answers every case, in the place and the form in which a reader will look for it."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import FunctionType, ModuleType

import pytest

import shared_scenarios.catalogue
from shared_scenarios.catalogue import THEMES, cases, scenarios
from shared_scenarios.runner.answers import explanation, find_answer
from shared_scenarios.runner.registry import entries, obstacle
from shared_scenarios.scenario import AnswerError, Case, Implementation, NotApplicable
from tests.fakes import fake

IMPLEMENTATIONS = [entry.implementation for entry in entries()]
CONCERNED = {
    one.name: {case.scenario.theme for case in cases() if case.scenario.concerns(one)} for one in IMPLEMENTATIONS
}
MODULES = [(one, theme) for one in IMPLEMENTATIONS for theme in THEMES if theme in CONCERNED[one.name]]
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
EXPECTED = {theme: {case.function for case in cases() if case.scenario.theme == theme} for theme in THEMES}
each_implementation = pytest.mark.parametrize("implementation", IMPLEMENTATIONS, ids=lambda one: one.name)
each_module = pytest.mark.parametrize(
    ("implementation", "theme"), MODULES, ids=[f"{one.name}-{theme}" for one, theme in MODULES]
)
each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


def module_of(implementation: Implementation, theme: str) -> ModuleType:
    return import_module(f"{implementation.answers}.{theme}")


def asked(implementation: Implementation) -> list[Case]:
    """The cases that concern the implementation."""
    return [case for case in cases() if case.scenario.concerns(implementation)]


def answers(implementation: Implementation) -> Iterator[FunctionType]:
    found = (find_answer(implementation, case) for case in asked(implementation))
    return (answer for answer in found if isinstance(answer, FunctionType))


def code_of(answer: FunctionType) -> list[str]:
    """The lines of the body without the docstring, blank lines left out."""
    text = dedent(inspect.getsource(answer))
    definition = ast.parse(text).body[0]
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    assert definition.body[1:], f"{answer.__name__} has nothing but a docstring"
    return [line for line in text.splitlines()[definition.body[1].lineno - 1 :] if line.strip()]


@each_case
@each_implementation
def test_every_case_has_an_answer_or_a_reason(implementation: Implementation, case: Case) -> None:
    if case.scenario.concerns(implementation):
        assert isinstance(find_answer(implementation, case), FunctionType | NotApplicable)


def test_what_is_about_asyncio_concerns_asynchronous_implementations_and_nobody_else() -> None:
    about = {case.scenario.theme for case in cases() if case.scenario.asked_of == {"asyncio"}}
    concerned = {one.name for one in IMPLEMENTATIONS if CONCERNED[one.name] >= about}
    assert about == {"asynchronous"}
    assert concerned == {one.name for one in IMPLEMENTATIONS if one.answers.endswith("_async")}


@each_case
def test_silence_names_the_file_to_write(case: Case) -> None:
    with pytest.raises(AnswerError) as caught:
        find_answer(fake("unwritten"), case)
    assert f"write `def {case.function}(db, stage)`" in str(caught.value)
    assert f"in tests/fakes/unwritten/{case.scenario.theme}.py" in str(caught.value)


@each_implementation
def test_every_reason_has_a_page_of_the_documentation(implementation: Implementation) -> None:
    found = (find_answer(implementation, case) for case in asked(implementation))
    reasons = [reason for reason in found if isinstance(reason, NotApplicable)]
    assert all(reason.reason and reason.docs.startswith(implementation.docs) for reason in reasons)


def test_what_only_a_configuration_can_answer_is_asked_of_it() -> None:
    names = {one.name: one for one in IMPLEMENTATIONS}
    found = {
        (case.name, name): find_answer(names[name], case) is answer and case.name in names[name].cases
        for implementation in IMPLEMENTATIONS
        for case in asked(implementation)
        if isinstance(reason := find_answer(implementation, case), NotApplicable)
        for name, answer in reason.but.items()
    }
    assert found == {("pool-exhaustion/pool-of-two", "django:pool"): True}


@each_module
def test_an_answer_module_holds_answers_and_nothing_else_in_public(implementation: Implementation, theme: str) -> None:
    module = module_of(implementation, theme)
    own = {
        name
        for name, value in vars(module).items()
        if isinstance(value, NotApplicable)
        or (isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_"))
    }
    assert own - EXPECTED[theme] == set()


@each_implementation
def test_themes_have_the_same_module_names_everywhere(implementation: Implementation) -> None:
    package = import_module(implementation.answers)
    assert {path.stem for folder in package.__path__ for path in Path(folder).glob("*.py")} == {
        "__init__",
        *CONCERNED[implementation.name],
    }


def test_every_module_of_the_catalogue_is_a_theme() -> None:
    folder = Path(shared_scenarios.catalogue.__path__[0])
    assert {path.stem for path in folder.glob("*.py")} == {"__init__", "reading", *THEMES}


@each_implementation
def test_every_answer_is_explained_in_one_to_three_sentences(implementation: Implementation) -> None:
    for answer in answers(implementation):
        text, _ = explanation(answer)
        assert 1 <= len(SENTENCE_END.findall(text)) <= 3, f"{answer.__name__}: {text}"
        assert text.endswith("."), f"{answer.__name__}: {text}"


@each_implementation
def test_every_answer_names_a_page_of_its_own_documentation(implementation: Implementation) -> None:
    assert implementation.docs.startswith("https://")
    for answer in answers(implementation):
        _, page = explanation(answer)
        assert page.startswith(implementation.docs), f"{answer.__name__}: {page}"
        assert page != implementation.docs, f"{answer.__name__} names no page"


def without_place(address: str) -> bool:
    """Whether an address leads to a whole page: a reader would have to look for what is meant."""
    return not address.partition("#")[2]


@each_implementation
def test_every_address_leads_to_a_place_on_its_page(implementation: Implementation) -> None:
    found = {case.name: find_answer(implementation, case) for case in asked(implementation)}
    pages = {
        name: answer.docs if isinstance(answer, NotApplicable) else explanation(answer)[1]
        for name, answer in found.items()
    }
    assert {name: page for name, page in pages.items() if without_place(page)} == {}


def test_an_address_without_an_anchor_or_with_an_empty_one_leads_to_no_place() -> None:
    page = "https://docs.sqlalchemy.org/en/21/orm/cascades.html"
    assert [without_place(page + end) for end in ("", "#", "#delete")] == [True, True, False]


@each_implementation
def test_every_answer_is_short(implementation: Implementation) -> None:
    lengths = {answer.__name__: len(code_of(answer)) for answer in answers(implementation)}
    assert {name: length for name, length in lengths.items() if length > 20} == {}


@each_implementation
def test_answers_take_the_database_and_the_stage(implementation: Implementation) -> None:
    assert {tuple(inspect.signature(answer).parameters) for answer in answers(implementation)} == {("db", "stage")}


@each_implementation
def test_answers_of_an_asynchronous_implementation_are_coroutine_functions(implementation: Implementation) -> None:
    asynchronous = implementation.answers.endswith("_async")
    assert {inspect.iscoroutinefunction(answer) for answer in answers(implementation)} == {asynchronous}


@each_implementation
def test_every_implementation_can_run_where_the_tests_run(implementation: Implementation) -> None:
    why = obstacle(implementation, (*implementation.databases, "sqlite")[0])
    if why.startswith("needs Python>"):
        pytest.skip(f"{implementation.name} {why}")
    assert why == ""


def test_names_are_used_once() -> None:
    for names in ([one.name for one in IMPLEMENTATIONS], [case.function for case in cases()]):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_every_scenario_is_a_question_with_a_reason(scenario: shared_scenarios.scenario.Scenario) -> None:
    assert scenario.question.endswith(("?", ".")), scenario.question
    assert scenario.why.endswith("."), scenario.why
    assert scenario.title, scenario.name
    assert not scenario.title.endswith("."), scenario.title

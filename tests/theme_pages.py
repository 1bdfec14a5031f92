"""A page for learners per theme: the questions, what to do in practice, the answers, what was recorded.

Prose is `docs/practice/<theme>.md`; all else is the catalogue's, the answers' own files' and the recorded outcomes'.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from shared_scenarios.catalogue import THEMES, cases, scenarios
from shared_scenarios.matrix import MARKS
from shared_scenarios.runner.registry import entries
from shared_scenarios.scenario import Case, Implementation, Scenario
from shared_scenarios.views.markdown import escape
from shared_scenarios.views.words import theme_title
from tests.answer_text import ROOT, answer_text
from tests.claims import resolved
from tests.recorded import Cells, cells, versions

PAGES = ROOT / "docs" / "themes"
PRACTICE = ROOT / "docs" / "practice"
MADE = "<!-- made by tests/freshness.py; the section on practice is written in docs/practice/{theme}.md -->"


def pages() -> dict[Path, str]:
    """Every page with its text, and the index."""
    made = {PAGES / f"{theme}.md": page(theme) for theme in THEMES}
    return {PAGES / "README.md": index(), **made}


def index() -> str:
    """One line per theme."""
    lines = [f"- [{title(theme)}]({theme}.md): {escape(about(theme))}" for theme in THEMES]
    head = "# Themes\n\nOne page per theme: the questions, what to do in practice, the answers, what was recorded.\n"
    return "\n".join([head, *lines]) + "\n"


def title(theme: str) -> str:
    """The theme as a heading."""
    return theme_title(theme.replace("_", "-"))


def about(theme: str) -> str:
    """The first line of the theme's module."""
    return (import_module(f"shared_scenarios.catalogue.{theme}").__doc__ or "").splitlines()[0]


def page(theme: str) -> str:
    """The page of one theme."""
    return "\n".join(_page(theme)) + "\n"


def _page(theme: str) -> Iterator[str]:
    own = of_theme(theme)
    yield f"# {title(theme)}\n\n{MADE.format(theme=theme)}\n\n{escape(about(theme))}\n"
    yield from (f"- [{escape(one.question)}](#{one.name})" for one in own)
    prose = PRACTICE / f"{theme}.md"
    if prose.exists():
        yield f"\n## What to do in practice\n\n{resolved(prose.read_text()).strip()}"
    for one in own:
        yield from _scenario(one)
    yield f"\n---\n\nRecorded with {versions()}. Signs: `✗` a broken promise, `–` not applicable."


def of_theme(theme: str) -> list[Scenario]:
    """The scenarios of a theme."""
    return [one for one in scenarios() if one.theme == theme]


def _scenario(one: Scenario) -> Iterator[str]:
    yield f'\n<a id="{one.name}"></a>\n\n## {escape(one.title)}\n\n> {escape(one.question)}\n\n{escape(one.why)}'
    for case in (case for case in cases() if case.scenario.name == one.name):
        if case.variant:
            yield f"\n### `{case.name}`: {escape(case.what)}"
        yield from _outcomes(case, cells())
        yield from _avoided(case)
        for implementation in plain_implementations():
            yield from _answer(case, implementation)


def _avoided(case: Case) -> Iterator[str]:
    if case.avoided_by:
        names = " and ".join(f"`{case.scenario.name}/{variant}`" for variant in case.avoided_by)
        yield f"\nWhat avoids the broken promise: {names}."


def plain_implementations() -> list[Implementation]:
    """Those in their default configuration whose answers need no event loop: what a learner begins with."""
    found = [entry.implementation for entry in entries() if not entry.implementation.configuration]
    return [one for one in found if not one.answers.endswith("_async")]


def _outcomes(case: Case, recorded: Cells) -> Iterator[str]:
    """A row for those that did the same everywhere, a column per database."""
    databases = _in_order({key[2] for key in recorded}, ["sqlite", "postgresql", "mariadb"])
    known = {entry.implementation.name: entry.implementation for entry in entries()}
    rows: dict[tuple[str, ...], list[str]] = {}
    for name in _in_order({key[1] for key in recorded}, list(known)):
        asked = [name not in known or known[name].plays(case.name, database) for database in databases]
        found = tuple(
            _entry(recorded, case.name, name, database) if there else ""
            for database, there in zip(databases, asked, strict=True)
        )
        if any(asked):
            rows.setdefault(found, []).append(name)
    yield f"\n| | {' | '.join(databases)} |\n|{' --- |' * (len(databases) + 1)}"
    yield from (f"| {', '.join(names)} | {' | '.join(found)} |" for found, names in rows.items())


def _in_order(found: set[str], known: list[str]) -> list[str]:
    """Those that are known first, in their order."""
    return sorted(found, key=lambda name: (known.index(name) if name in known else len(known), name))


def _entry(recorded: Cells, case: str, implementation: str, database: str) -> str:
    cell = recorded.get((case, implementation, database))
    if cell is None:
        return "not recorded"
    return escape(f"{MARKS[cell.state]} {cell.outcome or cell.reason or cell.state}".strip())


def _answer(case: Case, implementation: Implementation) -> Iterator[str]:
    found = answer_text(implementation, case)
    if found is None:
        yield f"\n**{implementation.name}**: {escape(_reason(case, implementation, cells()))}"
        return
    place = f"[{found.file}](../../{found.file}#L{found.line})"
    yield f"\n**{implementation.name}** ({place}): {found.explanation} [Documentation]({found.docs})\n"
    yield f"```python\n{found.code}\n```"


def _reason(case: Case, implementation: Implementation, recorded: Cells) -> str:
    own = (cell for key, cell in recorded.items() if key[:2] == (case.name, implementation.name))
    return next((f"not applicable: {cell.reason} {cell.docs}" for cell in own if cell.reason), "no answer is recorded")

"""What is missing or untrue in the prose of the pages for learners, for who has to mend it."""

from collections.abc import Iterator
from pathlib import Path

from shared_scenarios.catalogue import THEMES
from tests.claims import Claim, claims
from tests.recorded import Cells, cells
from tests.theme_pages import PAGES, PRACTICE, of_theme, plain_implementations


def problems(practice: Path = PRACTICE, pages: Path = PAGES) -> list[str]:
    """Themes without prose, prose without a theme, and what is wrong in each."""
    found = [problem for theme in THEMES for problem in _of_file(theme, practice / f"{theme}.md")]
    files = [file for folder in (practice, pages) for file in sorted(folder.glob("*.md"))]
    strays = [file for file in files if file.stem not in {*THEMES, "README"}]
    return [*found, *(f"{_shown(file)} belongs to no theme" for file in strays)]


def _of_file(theme: str, file: Path) -> Iterator[str]:
    if not file.exists():
        yield f"{_shown(file)} is missing: what should a learner do in practice about {theme}?"
        return
    for problem in of_text(theme, file.read_text(), cells()):
        yield f"{_shown(file)}: {problem}"


def _shown(file: Path) -> str:
    return f"docs/{file.parent.name}/{file.name}"


def of_text(theme: str, text: str, recorded: Cells) -> Iterator[str]:
    """Statements that are not as recorded, scenarios of which nothing is said, documentation that is not named."""
    found = claims(text)
    for claim in found:
        yield from [claim] if isinstance(claim, str) else claim.problems(recorded)
    named = {claim.case.partition("/")[0] for claim in found if isinstance(claim, Claim)}
    yield from (f"nothing is said of {one.name}" for one in of_theme(theme) if one.name not in named)
    for one in plain_implementations():
        if one.docs not in text:
            yield f"no page of {one.name}'s documentation is named ({one.docs}...)"

"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shared_scenarios.report.combine import combine
from shared_scenarios.report.records import Report
from shared_scenarios.runner.venue import Venue
from tests.browser import Opens, Reader, chromium
from tests.freshness import COLUMNS, newest
from tests.venues import opened, prepare
from tests.watched import Watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Makes no test database: every cell gets a fresh one of its own, and commits to it for real."""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A database whose every statement is recorded."""
    made = Watched(tmp_path)
    yield made
    made.close()


@pytest.fixture
def venue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Venue]:
    """The implementation that the test is parametrized with, indirectly."""
    prepare(request.param, request)
    with opened(request.param, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One for all tests of a module, and no longer: while it is open, its event loop runs in this thread."""
    with chromium() as started:
        yield started


@pytest.fixture
def reader(browser: "Browser", tmp_path: Path) -> Iterator[Opens]:
    """Makes readers, and sees to it that nothing went wrong on their pages and that no request left them."""
    made: list[Reader] = []

    def make(**given: Any) -> Reader:
        made.append(Reader(browser, tmp_path, **given))
        return made[-1]

    yield make
    for one in made:
        own = (tmp_path / "index.html").as_uri()
        assert one.wrong == []
        assert [request for request in one.requests if not request.startswith((own, "blob:"))] == []
        one.page.close()


@pytest.fixture(scope="session")
def recorded() -> Report:
    """The recorded outcomes on SQLite: a report as a user has it."""
    return combine([newest(name) for name in COLUMNS])

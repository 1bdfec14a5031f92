"""What all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared_scenarios.runner.venue import Venue
from tests.venues import opened, prepare
from tests.watched import Watched

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

"""Real implementations opened for a test, and functions of a test played in them as if they were answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared_scenarios.runner.registry import entries
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import Row
from shared_scenarios.timeline import Event
from tests import answers

IMPLEMENTATIONS = {entry.implementation.name: entry.implementation for entry in entries()}


def prepare(name: str, request: pytest.FixtureRequest) -> None:
    """Ask for the fixtures under which the implementation has to run."""
    for fixture in IMPLEMENTATIONS[name].fixtures:
        request.getfixturevalue(fixture)


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Venue]:
    """The implementation, but the lines of `tests.answers` are those that evidence names."""
    with _peewee_as_before():
        venue = Venue(replace(IMPLEMENTATIONS[name], package=answers.__name__), folder / "database.db")
        try:
            yield venue
        finally:
            venue.close()


@contextmanager
def _peewee_as_before() -> Iterator[None]:
    """Peewee's models belong to the database that was opened last: here others may be open too."""
    from peewee_impl.models import database_proxy

    before = database_proxy.obj
    yield
    database_proxy.initialize(before)


def watch(venue: Venue, function: Callable[[Any], Any], *seed: Row) -> list[Event]:
    """Everything that the function made the witnesses write down."""
    venue.target.reset(seed)
    venue.recorder.start()
    events = venue.recorder.events
    try:
        venue.wait(function(venue.backend.database))
    finally:
        venue.recorder.finish()
        venue.wait(venue.backend.release())
    return events

"""Real implementations opened for a test, and functions of a test played in them as if they were answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared_scenarios.runner.registry import entries, obstacle
from shared_scenarios.runner.venue import Venue
from shared_scenarios.scenario import Row
from shared_scenarios.targets.address import Database
from shared_scenarios.timeline import Event, Look
from tests import answers

IMPLEMENTATIONS = {
    entry.implementation.name: entry.implementation for entry in entries() if entry.implementation.works_on("sqlite")
}


def prepare(name: str, request: pytest.FixtureRequest) -> None:
    """Ask for the fixtures under which the implementation has to run; leave the test out where it cannot."""
    if why := obstacle(IMPLEMENTATIONS[name]):
        pytest.skip(f"{name}: it {why}")
    for fixture in IMPLEMENTATIONS[name].fixtures:
        request.getfixturevalue(fixture)


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Venue]:
    """The implementation, but the lines of `tests.answers` are those that evidence names."""
    with peewee_as_before():
        venue = Venue(replace(IMPLEMENTATIONS[name], package=answers.__name__), Database("sqlite"), folder)
        try:
            yield venue
        finally:
            venue.close()


@contextmanager
def peewee_as_before() -> Iterator[None]:
    """Peewee's models belong to the database that was opened last: here others may be open too."""
    from peewee_impl import models, models_async

    proxies = [(module.database_proxy, module.database_proxy.obj) for module in (models, models_async)]
    yield
    for proxy, before in proxies:
        proxy.initialize(before)


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


class Sight:
    """The second witness in an implementation, with proof of each look that it sent nothing."""

    def __init__(self, venue: Venue, *seed: Row) -> None:
        venue.target.reset(seed)
        venue.recorder.start()
        self._venue = venue
        self.db = venue.backend.database

    def look(self, subject: object) -> Look:
        before = self._events()
        seen = self._venue.backend.look(subject)
        assert self._events() == before, "looking sent something"
        assert seen is not None
        return seen

    def sends(self, read: Callable[[], object]) -> bool:
        """Whether reading sends anything: what has to be loaded is worth not looking at carelessly."""
        before = self._events()
        read()
        return self._events() > before

    def _events(self) -> int:
        return len(self._venue.recorder.events)


def told(look: Look) -> tuple[str, list[str], list[str]]:
    """The ORM's word, what is changed, what is expired."""
    return look.state, look.changed, look.expired

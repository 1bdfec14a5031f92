"""Every connection that an ORM, its driver or a thread of theirs opens is recorded; an audit hook counts them too."""

import sys
from functools import cache
from importlib import import_module

import pytest

from shared_scenarios.runner.venue import Venue
from shared_scenarios.timeline import Connection, Timeline
from tests.test_frames import ANSWERS
from tests.venues import watch


@cache
def addresses() -> list[str]:
    """Of every SQLite database that this process opens from now on."""
    seen: list[str] = []
    sys.addaudithook(lambda event, args: seen.append(str(args[0])) if event == "sqlite3.connect" else None)
    return seen


@pytest.mark.parametrize(
    ("venue", "name", "connections"),
    [
        ("sqlalchemy", "writes", 1),
        ("sqlalchemy", "works_in_a_thread", 1),
        ("sqlalchemy-async", "writes", 1),
        ("sqlalchemy-async", "reads_in_two_tasks", 2),
        ("django", "writes", 1),
        ("django", "works_in_a_thread", 1),
        ("peewee", "writes", 1),
        ("peewee", "works_in_a_thread", 1),
        ("django-async", "writes", 1),
        ("django-async", "reads_in_two_tasks", 1),
        ("peewee-async", "writes", 10),
        ("peewee-async", "reads_in_two_tasks", 10),
    ],
    indirect=["venue"],
)
def test_every_connection_is_recorded_whoever_opens_it(venue: Venue, name: str, connections: int) -> None:
    answer = getattr(import_module(f"tests.answers.{ANSWERS[venue.implementation.name]}"), name)
    venue.target.reset(())
    venue.recorder.start()
    events, before = venue.recorder.events, len(addresses())
    venue.wait(answer(venue.backend.database))
    assert addresses()[before:] == [venue.target.url] * connections
    assert len([e for e in events if isinstance(e, Connection) and e.action == "opened"]) == connections
    assert venue.recorder.unseen == 0


@pytest.mark.parametrize("venue", ANSWERS, indirect=True)
def test_every_statement_is_on_a_connection_that_was_seen_to_open(venue: Venue) -> None:
    answer = import_module(f"tests.answers.{ANSWERS[venue.implementation.name]}").writes
    statements = Timeline(watch(venue, answer)).statements()
    assert [statement.verb for statement in statements] == ["BEGIN", "INSERT", "INSERT", "COMMIT"]
    assert {statement.connection for statement in statements} == {"c1"}

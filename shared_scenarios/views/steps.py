"""The events of a timeline in the order in which a reader needs them: what had to wait comes twice."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from shared_scenarios.timeline import Action, Connection, Event, Intervention, Line, State, Statement, Waiting


class Part(NamedTuple):
    """A statement that had to wait, when it was sent, and once more when it went on and what came of it was known."""

    statement: Statement
    over: bool


def steps(timeline: Sequence[Event]) -> Iterator[Event | Part]:
    """The events, those that had to wait in two parts."""
    waits = [event for event in timeline if isinstance(event, Waiting)]
    waiting: list[Statement] = []
    for event in _together(timeline):
        for statement in [one for one in waiting if event.sequence > (one.end or 0)]:
            waiting.remove(statement)
            yield Part(statement, over=True)
        if isinstance(event, Statement) and any(map(event.waits, waits)):
            waiting.append(event)
            yield Part(event, over=False)
        else:
            yield event
    yield from (Part(statement, over=True) for statement in waiting)


def lines_run(step: Event | Part) -> list[Line] | None:
    """The lines of code that ran by then; None where nothing is known of any."""
    if isinstance(step, Part):
        return None if step.over else step.statement.lines
    return None if isinstance(step, Intervention | Waiting) else step.lines


def _together(events: Iterable[Event]) -> Iterator[Event]:
    """A pool may open ten connections at once: what happens to several alike, one after the other, is one line."""
    for alike, group in groupby(events, _alike):
        found = list(group)
        if alike is None:
            yield from found
        else:
            names = [event.connection for event in found if isinstance(event, Connection)]
            yield msgspec.structs.replace(found[0], connection=", ".join(names))


def _alike(event: Event) -> tuple[Action, State, list[Line]] | None:
    return (event.action, event.before, event.lines) if isinstance(event, Connection) else None

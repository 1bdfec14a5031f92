"""Whether a changed answer behaves otherwise, and what of its cell says so."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Literal

import msgspec

from shared_scenarios.cell import FAILED_STATES, Cell
from shared_scenarios.evidence.text import normalise
from shared_scenarios.timeline import Checkpoint, Connection, Event, Intervention, Statement

By = Literal["outcome", "facts", "state", "error", "nothing", "same", "no program"]
TOLD: tuple[By, ...] = ("outcome", "facts", "state", "error")
NO_PROGRAM = ("NameError", "UnboundLocalError")  # the change took away what a name was bound to


class Verdict(msgspec.Struct, frozen=True):
    """What tells the mutant from the original; `difference` is that of the timelines."""

    by: By
    difference: list[str] = []


def judge(original: Cell, mutant: Cell) -> Verdict:
    """`nothing` is a survivor: it behaves otherwise, and no one is told."""
    if mutant.state in FAILED_STATES:
        bad = mutant.failure is not None and mutant.failure.type in NO_PROGRAM
        return Verdict("no program" if bad else "error")
    if (mutant.state, mutant.broken) != (original.state, original.broken):
        return Verdict("state")
    if mutant.outcome != original.outcome:
        return Verdict("outcome")
    if mutant.facts != original.facts:
        return Verdict("facts")
    difference = timelines_differ(original, mutant)
    return Verdict("nothing" if difference else "same", difference)


def timelines_differ(original: Cell, mutant: Cell) -> list[str]:
    """The lines that only one of the two has."""
    before, after = list(_told(original.timeline)), list(_told(mutant.timeline))
    lines = unified_diff(before, after, lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _told(timeline: list[Event]) -> Iterator[str]:
    """A timeline without its numbers and its lines of code."""
    for event in timeline:
        if isinstance(event, Statement):
            error = f" raises {event.error.type}" if event.error else ""
            yield f"{event.actor} {event.connection}: {' '.join(normalise(event.text).split())} {event.values}{error}"
        elif isinstance(event, Connection):
            yield f"{event.connection} {event.action}"
        elif isinstance(event, Checkpoint):
            yield _checkpoint(event)
        elif isinstance(event, Intervention):
            yield event.what


def _checkpoint(point: Checkpoint) -> str:
    seen = msgspec.json.encode([point.committed, point.objects, point.locked]).decode()
    return f"at {point.name}: {seen}{f' raised {point.error.type}: {point.error.text}' if point.error else ''}"

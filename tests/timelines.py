"""Timelines written by hand, one word per event: what readings are asked about where no ORM behaves so."""

from typing import Any

import msgspec

from shared_scenarios.catalogue import scenarios
from shared_scenarios.timeline import ENDS, Checkpoint, Event, Failure, Look, State, Statement, Timeline

ADA, GRACE, LINUS = [1, "@ada", 0, None], [1, "@grace", 0, None], [1, "@linus", 0, None]
TWEET = [1, "hello", 1]


def seen(*events: Event) -> Timeline:
    """The events in the order given."""
    return Timeline([msgspec.structs.replace(event, sequence=number) for number, event in enumerate(events, 1)])


def at(name: str, *kols: Any, tweets: tuple[Any, ...] = (), raised: str = "", **objects: Any) -> Checkpoint:
    """A checkpoint with the rows that others see."""
    error = Failure(raised, "") if raised else None
    more: dict[str, Any] = {table: list(objects.pop(table)) for table in ("counters", "profiles") if table in objects}
    return Checkpoint(0, name, {"kols": list(kols), "tweets": list(tweets), **more}, objects, error)


def sent(text: str, *, alone: bool = False, tag: str | None = None) -> Statement:
    """A statement that succeeded, in a transaction that goes on or ends, or alone; `tag` is the server's word."""
    verb = text.split()[0]
    before: State = "none" if alone or verb == "BEGIN" else "open"
    after: State = "none" if alone or verb in ENDS else "open"
    return Statement(0, "c1", verb, text, before, after=after, tag=tag)


def kol(label: str = "kol#1", **given: Any) -> Look:
    """A KOL in memory."""
    return Look("Kol", "", given.pop("fields", {}), label=label, **given)


def held(count: int) -> Look:
    """A connection that is held, or not."""
    return Look("Connection", "", {"held": count})


def outcome_of(name: str, timeline: Timeline) -> str:
    """What the scenario of this name reads in a timeline."""
    return next(scenario for scenario in scenarios() if scenario.name == name).read(timeline).outcome

"""Facts that every cell has, under the same names."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from shared_scenarios.scenario import Facts
from shared_scenarios.timeline import WRITES, Checkpoint, Connection, Look, State, Statement, Timeline

GONE = ("refused", "closed", "cut", "ended by the server")


def common_facts(seen: Timeline) -> Facts:
    """Counts of what was sent and what was kept; `exceptions` in the order in which attempts ended."""
    sent = seen.statements()
    points = seen.checkpoints()
    kept = points[-1].committed if points else {}
    return {
        "statements": len(sent),
        "statements_by_verb": dict(sorted(Counter(statement.verb for statement in sent).items())),
        "writes_committed_alone": sum(1 for s in seen.statements(*WRITES) if s.before == s.after == "none"),
        "statements_failed": sum(1 for statement in sent if statement.error),
        "connections": len(seen.connections()),
        "statements_on": dict(Counter(statement.connection for statement in sent)),
        "kols_at_end": len(kept.get("kols", [])),
        "tweets_at_end": len(kept.get("tweets", [])),
        "exceptions": [point.error.type for point in points if point.error],
        **_by_checkpoint(seen, points, sorted(statement.sequence for statement in sent)),
    }


def _by_checkpoint(seen: Timeline, points: Sequence[Checkpoint], sent: Sequence[int]) -> Facts:
    """What had been sent when each checkpoint was reached, what others saw, what was open, what objects were."""
    held = _held(seen)
    return {
        "statements_until": {point.name: bisect(sent, point.sequence) for point in points},
        "rows_at": {point.name: sum(map(len, point.committed.values())) for point in points},
        "transaction_open_at": [name for name, states in held.items() if any(state != "none" for state in states)],
        "connection_open_at": [name for name, states in held.items() if states],
        "object_states": [f"{point.name}: {told}" for point in points for told in _states(point)],
        "changed_in_memory": list(_changes(points)),
    }


def _held(seen: Timeline) -> dict[str, list[State]]:
    """For each checkpoint the states of the connections that are open there."""
    found: dict[str, list[State]] = {}
    held: dict[str, State] = {}
    for event in seen.events:
        if isinstance(event, Checkpoint):
            found[event.name] = list(held.values())
        elif isinstance(event, Statement) and event.actor == "answer":
            held[event.connection] = event.after or event.before
        elif isinstance(event, Connection) and event.action == "opened":
            held[event.connection] = "none"
        elif isinstance(event, Connection) and event.action in GONE:
            held.pop(event.connection, None)
    return found


def _states(point: Checkpoint) -> list[str]:
    """The ORM's word, and whether the object has values to load or to send."""
    return [f"{name} {_state(look)}" for name, look in _looks(point)]


def _looks(point: Checkpoint) -> list[tuple[str, Look]]:
    """By name: a report does not keep the order in which they were shown."""
    return [(name, look) for name, look in sorted(point.objects.items(), key=itemgetter(0)) if isinstance(look, Look)]


def _state(look: Look) -> str:
    marks = (("expired", look.expired), ("changed", look.changed))
    return ", ".join([look.state, *(mark for mark, fields in marks if fields)])


def _changes(points: Sequence[Checkpoint]) -> Iterator[str]:
    """The fields that an object carries with another value than where it was shown before."""
    known: dict[str, dict[str, Any]] = {}
    for point in points:
        for name, look in _looks(point):
            before = known.get(look.label, look.fields)
            yield from (f"{point.name}: {name}.{f}" for f, v in sorted(look.fields.items()) if before.get(f) != v)
            known[look.label] = {**before, **look.fields}

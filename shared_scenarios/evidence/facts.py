"""Facts that every cell has, under the same names."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from shared_scenarios.scenario import Facts
from shared_scenarios.timeline import WRITES, Checkpoint, Connection, Look, State, Statement, Timeline

GONE = ("refused", "closed", "cut", "ended by the server")
Looks = list[tuple[str, Look]]


def common_facts(seen: Timeline) -> Facts:
    """Counts of what was sent and what was kept; `exceptions` in the order in which attempts ended."""
    sent = seen.statements()
    points = seen.checkpoints()
    kept = points[-1].committed if points else {}
    return {
        "statements": len(sent),
        "statements_by_verb": _counted(sorted([statement.verb for statement in sent])),
        "writes_committed_alone": len([s for s in sent if s.verb in WRITES and s.before == s.after == "none"]),
        "statements_failed": len([statement for statement in sent if statement.error]),
        "connections": len(seen.connections()),
        "statements_on": _counted([statement.connection for statement in sent]),
        "kols_at_end": len(kept.get("kols", [])),
        "tweets_at_end": len(kept.get("tweets", [])),
        "exceptions": [point.error.type for point in points if point.error],
        **_by_checkpoint(seen, points, sorted([statement.sequence for statement in sent])),
    }


def _counted(names: Sequence[str]) -> dict[str, int]:
    """How often each is there, in the order of their first; a Counter takes longer to make than these are long."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _by_checkpoint(seen: Timeline, points: Sequence[Checkpoint], sent: Sequence[int]) -> Facts:
    """What had been sent when each checkpoint was reached, what others saw, what was open, what objects were."""
    held = _held(seen)
    looks = [(point.name, _looks(point)) for point in points]
    return {
        "statements_until": {point.name: bisect(sent, point.sequence) for point in points},
        "rows_at": {point.name: sum(map(len, point.committed.values())) for point in points},
        "transaction_open_at": [name for name, states in held.items() if states.count("none") < len(states)],
        "connection_open_at": [name for name, states in held.items() if states],
        "object_states": [f"{point}: {name} {_state(look)}" for point, shown in looks for name, look in shown],
        "changed_in_memory": list(_changes(looks)),
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


def _looks(point: Checkpoint) -> Looks:
    """By name: a report does not keep the order in which they were shown."""
    return [(name, look) for name, look in sorted(point.objects.items(), key=itemgetter(0)) if isinstance(look, Look)]


def _state(look: Look) -> str:
    """The ORM's word, and whether the object has values to load or to send."""
    expired, changed = ", expired" if look.expired else "", ", changed" if look.changed else ""
    return look.state + expired + changed


def _changes(looks: Sequence[tuple[str, Looks]]) -> Iterator[str]:
    """The fields that an object carries with another value than where it was shown before."""
    known: dict[str, dict[str, Any]] = {}
    for point, shown in looks:
        for name, look in shown:
            before = known.get(look.label)
            if before is not None and before != look.fields:
                yield from (f"{point}: {name}.{f}" for f, v in sorted(look.fields.items()) if before.get(f) != v)
            known[look.label] = look.fields if before is None else {**before, **look.fields}

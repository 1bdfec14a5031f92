"""Facts that every cell has, under the same names."""

from collections import Counter

from shared_scenarios.scenario import Facts
from shared_scenarios.timeline import Timeline


def common_facts(seen: Timeline) -> Facts:
    """Counts of what was sent and what was kept; `exceptions` in the order in which attempts ended."""
    sent = seen.statements()
    points = seen.checkpoints()
    kept = points[-1].committed if points else {}
    return {
        "statements": len(sent),
        "statements_by_verb": dict(sorted(Counter(statement.verb for statement in sent).items())),
        "statements_failed": sum(1 for statement in sent if statement.error),
        "connections": len(seen.connections()),
        "kols_at_end": len(kept.get("kols", [])),
        "tweets_at_end": len(kept.get("tweets", [])),
        "exceptions": [point.error.type for point in points if point.error],
    }

"""Who holds the connection, and what objects can do when their session or block has ended."""

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET, error_at
from shared_scenarios.scenario import Facts, Reading, Variant, scenario
from shared_scenarios.timeline import Connection, Timeline


@scenario(
    question="Who holds the connection after commit?",
    why="Pool sizing; a connection that is held through slow work which is not the database's.",
    checkpoints=("idle", "in-transaction", "committed", "closed"),
)
def commit_returns_connection(seen: Timeline) -> Reading:
    """The connection after the commit"""
    held = {point.name: _held(seen, point.name) for point in seen.checkpoints()}
    closed = [e for e in seen.events if isinstance(e, Connection) and e.action == "closed"]
    facts: Facts = {
        **{f"held_at_{name.replace('-', '_')}": count for name, count in held.items()},
        "database_connection_closed": bool(closed),
    }
    if not held["committed"]:
        return Reading("given back at the commit", facts)
    return Reading("kept after the commit" + (", until closed" if not held["closed"] else ", and after the end"), facts)


def _held(seen: Timeline, name: str) -> int:
    return int(seen.look(name, "connection").fields["held"] or 0)


@scenario(
    question="DetachedInstanceError: Instance is not bound to a Session. Why only outside the with block?",
    why="500s that appear only when a relation or an expired column is touched, in a template or a serializer.",
    checkpoints=("loaded", "left", "touched"),
    seed=[ADA, ADAS_TWEET],
    variants=[
        Variant("column", "a column, the block committed nothing"),
        Variant("column-after-commit", "a column, the block committed"),
        Variant("relation", "the KOL of a tweet"),
    ],
)
def close_detaches(seen: Timeline) -> Reading:
    """Touching an object after its session or block has ended"""
    error = error_at(seen, "touched")
    selects = seen.statements("SELECT", after="left")
    facts: Facts = {
        "exception": error,
        "selects_sent": len(selects),
        "value_stored": any(row[2] for row in seen.rows("touched", "kols")),
        "state_after_leaving": seen.look("left", "subject").state,
        "connections_used": len(seen.connections()),
    }
    if error:
        return Reading(f"raises {error}", facts)
    return Reading("a SELECT is sent for it" if selects else "the value is in memory", facts)

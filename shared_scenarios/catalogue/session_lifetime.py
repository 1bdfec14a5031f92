"""Who holds the connection, and what objects can do when their session or block has ended."""

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET, error_at
from shared_scenarios.scenario import Facts, Reading, Row, SecondWriter, Variant, scenario
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
    if held["closed"]:
        return Reading("kept after the commit, and after the end", facts)
    return Reading(f"kept after the commit, until {'closed' if closed else 'given back to the pool'}", facts)


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


LINUS: Row = ("kols", {"id": 2, "twitter_handle": "@linus", "is_vip": False})
ADA_IS_VIP = SecondWriter(("UPDATE kols SET is_vip = TRUE WHERE twitter_handle = '@ada'",))


@scenario(
    question="Why is every object SELECTed again after commit?",
    why="One more SELECT per object, and a new transaction that nobody planned.",
    checkpoints=("loaded", "committed", "read"),
    seed=[ADA, LINUS],
    variants=[
        Variant("plain", "nothing happens in between"),
        Variant("changed", "another unit changes a row after the commit", meanwhile={"committed": ADA_IS_VIP}),
        Variant("changed-expiry-off", "the same, with expiry turned off", meanwhile={"committed": ADA_IS_VIP}),
    ],
)
def expire_on_commit_reload(seen: Timeline) -> Reading:
    """Reading two objects after the commit"""
    error, value = error_at(seen, "read"), seen.look("read", "ada").fields.get("is_vip")
    selects = len(seen.statements("SELECT", after="committed", until="read"))
    facts: Facts = {
        "exception": error,
        "expired_by_commit": seen.look("committed", "ada").expired,
        "selects_sent": selects,
        "transaction_begun_to_read": len(seen.begins(until="read")) > len(seen.begins(until="committed")),
        "value_in_memory": value,
        "value_stored": bool(seen.rows("read", "kols")[0][2]),
    }
    if error:
        return Reading(f"raises {error}", facts)
    sent = f"{selects} SELECTs" if selects else "no SELECT"
    return Reading(f"{sent}; {'stored' if bool(value) == facts['value_stored'] else 'stale'} value", facts)


STEPS = {
    "object-queried": "the object is queried again",
    "column-queried": "the column is queried",
    "refreshed": "the object is refreshed",
    "next-transaction": "the next transaction",
}


@scenario(
    question="Another process changed the row and committed. Why do I get the old value, even when I query again?",
    why="Long-lived sessions and transactions serve stale data.",
    checkpoints=("loaded", *STEPS),
    seed=[ADA],
    needs=["writers beside readers"],
    meanwhile={"loaded": ADA_IS_VIP},
    variants=[
        Variant("block", "in a transaction block"),
        Variant("no-block", "without a block"),
    ],
)
def stale_read_in_long_session(seen: Timeline) -> Reading:
    """Reading again what another process has changed"""
    steps = list(STEPS)
    fresh = [name for name in steps if seen.at(name).objects["is_vip"]]
    facts: Facts = {
        **{f"fresh_when_{name.replace('-', '_')}": name in fresh for name in steps},
        "selects_sent": len(seen.statements("SELECT", after="loaded")),
    }
    if not fresh:
        return Reading("the old value, always", facts)
    if fresh != steps[-len(fresh) :]:
        return Reading("the new value, then the old one again", facts)
    return Reading("the new value at once" if fresh == steps else f"the old value until {STEPS[fresh[0]]}", facts)

"""How long connections and their transactions are held, how many there are, and who waits for them."""

from shared_scenarios.catalogue.reading import error_at, handles
from shared_scenarios.scenario import (
    REFUSABLE,
    EndConnections,
    Facts,
    Promise,
    Reading,
    RefuseCommit,
    Variant,
    scenario,
)
from shared_scenarios.timeline import Connection, State, Statement, Timeline


@scenario(
    question="The database shows 'idle in transaction' although my endpoint only reads.",
    why="It holds up vacuum and schema changes, and is killed where idle transactions time out.",
    checkpoints=("read", "slow-work", "left"),
    needs=["server"],
    variants=[
        Variant("plain", "with no ceremony"),
        Variant("block", "in a transaction block"),
        Variant("left-first", "the session, connection or block is left before the slow work"),
    ],
)
def read_leaves_idle_in_transaction(seen: Timeline) -> Reading:
    """A read, then slow work that is not the database's"""
    idle = _in_transaction(seen, "slow-work")
    after = seen.statements(after="slow-work", until="left")
    ended = next((sent.verb for sent in after if sent.before == "open" and sent.after == "none"), "")
    facts: Facts = {
        "in_transaction_while_working": idle,
        "connections_open_while_working": _open_connections(seen, "slow-work"),
        "ended_by": ended,
    }
    if not idle:
        return Reading("no transaction is open during the work", facts)
    return Reading(f"in transaction during the work; then {ended or 'nothing'}", facts)


def _in_transaction(seen: Timeline, name: str) -> bool:
    """By the wire: whether the last statement on any connection, whoever sent it, left a transaction open."""
    states: dict[str, State | None] = {}
    for event in seen.events:
        if isinstance(event, Statement) and event.actor == "answer" and event.sequence < seen.at(name).sequence:
            states[event.connection] = event.after
    return "open" in states.values()


def _open_connections(seen: Timeline, name: str) -> int:
    """By the wire: how many connections there are at a checkpoint."""
    so_far = [e for e in seen.events if isinstance(e, Connection) and e.sequence < seen.at(name).sequence]
    return sum({"opened": 1, "left open": 0}.get(event.action, -1) for event in so_far)


@scenario(
    question="QueuePool limit of size 5 overflow 10 reached, connection timed out.",
    why="An outage under load, most often because somebody does not give connections back.",
    checkpoints=("two-hold", "third", "one-gave-back", "third-again"),
    needs=["server"],
    variants=[
        Variant("pool-of-two", "from a pool of two connections that waits for nobody"),
        Variant("no-pool", "with no pool"),
    ],
)
def pool_exhaustion(seen: Timeline) -> Reading:
    """Three units want a connection at once"""
    error, again = error_at(seen, "third"), error_at(seen, "third-again")
    facts: Facts = {
        "exception": error,
        "exception_after_one_gave_back": again,
        "connections_open_at_third": _open_connections(seen, "third"),
        "connections_open_at_end": _open_connections(seen, "third-again"),
    }
    if not error:
        return Reading(f"the third gets a connection: {facts['connections_open_at_third']} are open", facts)
    then = f"still refused with {again}" if again else "served when another gave back"
    return Reading(f"the third is refused with {error}, {then}", facts)


@scenario(
    question="The API answered 200 and then the commit failed.",
    why="The client acts on data that does not exist; its next request does not see its own write.",
    checkpoints=("received", "responded", "ended"),
    variants=[
        Variant("handler", "the handler ends its unit itself"),
        Variant(
            "handler-refused",
            "the handler ends its unit itself, and the COMMIT fails",
            meanwhile={"received": RefuseCommit()},
            needs=frozenset({REFUSABLE}),
        ),
        Variant("around-request", "what frames the request ends the unit"),
        Variant("around-request-fails", "what frames the request ends the unit, and the handler fails after its write"),
        Variant(
            "around-request-refused",
            "what frames the request ends the unit, and the COMMIT fails",
            meanwhile={"received": RefuseCommit(), "responded": RefuseCommit()},
            needs=frozenset({REFUSABLE}),
        ),
    ],
)
def commit_after_response(seen: Timeline) -> Reading:
    """A request that stores a KOL, and the moment at which its answer is given"""
    early, kept = "@ada" in handles(seen, "responded"), "@ada" in handles(seen, "ended")
    told = error_at(seen, "responded")
    facts: Facts = {
        "client_is_told_of_success": not told,
        "stored_before_the_answer": early,
        "stored_at_the_end": kept,
        "exception_before_the_answer": told,
        "exception_after_the_answer": error_at(seen, "ended"),
    }
    if told:
        return Reading(f"answered with an error, {'stored in spite of it' if kept else 'nothing stored'}", facts)
    if not kept:
        return Reading("answered with success, nothing stored", facts)
    return Reading("stored, then answered" if early else "answered, then stored", facts)


NTH_UNITS = (("first", "@ada"), ("second", "@grace"), ("third", "@linus"))
REPORTED_IS_STORED = Promise(
    "a unit that raises nothing is stored",
    lambda seen: all(seen.at(unit).error or handle in handles(seen, "third") for unit, handle in NTH_UNITS),
)


@scenario(
    question="After the database restarts, the first request or all requests fail: server has gone away. Why?",
    why="Failures after a quiet night, and workers that never recover.",
    checkpoints=("connected", "first", "second", "third"),
    needs=["server"],
    meanwhile={"connected": EndConnections()},
    promises=[REPORTED_IS_STORED],
    variants=[
        Variant("kept", "three units on one session or connection that is kept"),
        Variant("per-request", "each unit in the frame that the documentation has for a request"),
    ],
)
def stale_connection_after_restart(seen: Timeline) -> Reading:
    """Three units, when the server has ended the connection"""
    errors = {unit: error_at(seen, unit) for unit, _ in NTH_UNITS}
    facts: Facts = {
        "exceptions_by_unit": [f"{unit}: {error}" for unit, error in errors.items() if error],
        "connections_open_when_ended": _open_connections(seen, "connected"),
        "rows_kept": len(seen.rows("third", "kols")),
    }
    failed = [unit for unit, error in errors.items() if error]
    if not failed:
        return Reading("all units work", facts)
    raised = ", then ".join(dict.fromkeys(error for error in errors.values() if error))
    if len(failed) == len(errors):
        return Reading(f"all units fail; {raised} raised", facts)
    return Reading(f"{' and '.join(failed)} unit raise{'s' * (len(failed) == 1)} {raised}; the others work", facts)

"""What asyncio changes: several tasks, a task that is cancelled, a load that nobody awaits."""

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET, commits, ended_by, error_at, handles
from shared_scenarios.scenario import Facts, Promise, Reading, Row, Variant, scenario
from shared_scenarios.timeline import Connection, Statement, Timeline

ASYNCIO = ("asyncio",)
HOW_MANY = ("none", "one", "both")
GRACE: Row = ("kols", {"id": 2, "twitter_handle": "@grace", "is_vip": False})
ALAN: Row = ("kols", {"id": 3, "twitter_handle": "@alan", "is_vip": False})


@scenario(
    question="Can I use one AsyncSession in asyncio.gather?",
    why="Errors that come and go with the load, or reads that fall into the transaction of another task.",
    checkpoints=("begun", "gathered", "next-query"),
    seed=[ADA, GRACE, ALAN],
    asked_of=ASYNCIO,
    variants=[
        Variant("fresh", "on one session or connection that has sent nothing yet"),
        Variant("in-use", "on one session or connection that has read before"),
        Variant("per-task", "each task opens a session or connection for itself"),
    ],
)
def gather_on_one_session(seen: Timeline) -> Reading:
    """Three reads at once"""
    told = seen.at("gathered").objects
    reads = seen.statements("SELECT", table="kols", after="begun", until="gathered")
    used = len({read.connection for read in reads})
    facts: Facts = {
        "reads_answered": int(str(told["answered"])),
        "exceptions_in_tasks": str(told["exception"]),
        "connections_used_by_reads": used,
        "exception_in_next_query": error_at(seen, "next-query"),
    }
    after = f"; next query raises {error}" if (error := error_at(seen, "next-query")) else ""
    if told["exception"]:
        return Reading(f"{told['answered']} of 3 answer, {told['exception']} in the others{after}", facts)
    where = "one after the other on one connection" if used == 1 else "each on a connection of its own"
    return Reading(f"all answer, {where}{after}", facts)


NOTHING_LEFT = Promise(
    "nothing that was written in a block that failed is stored", lambda seen: not seen.rows("left", "kols")
)


@scenario(
    question="I open a transaction and gather several writes in it. Are they all in the transaction?",
    why="Writes leave the transaction and stay when it is rolled back, and nothing in the code says so.",
    checkpoints=("opened", "written", "left"),
    asked_of=ASYNCIO,
    promises=[NOTHING_LEFT],
    variants=[
        Variant("gathered", "each write is a task of its own"),
        Variant("in-turn", "the writes are awaited one after the other", avoids=("gathered",)),
    ],
)
def gather_inside_atomic(seen: Timeline) -> Reading:
    """Two writes in a block that fails"""
    writes = [write for write in seen.statements("INSERT") if not write.error]
    inside = [write for write in writes if write.after == "open"]
    kept, raised = len(seen.rows("left", "kols")), str(seen.at("written").objects.get("exception", ""))
    facts: Facts = {
        "writes_in_the_transaction": len(inside),
        "writes_outside_it": len(writes) - len(inside),
        "exceptions_in_tasks": raised,
        "seen_by_others_in_the_block": len(seen.rows("written", "kols")),
        "rows_kept": kept,
    }
    stored = f"{HOW_MANY[kept]} stored in spite of the rollback" if kept else "nothing stored"
    return Reading(f"{_places(writes, inside)}{f', {raised} in the other' if raised else ''}; {stored}", facts)


def _places(writes: list[Statement], inside: list[Statement]) -> str:
    number = ("no write", "one write", "both writes")[len(writes)]
    if len(inside) == len(writes):
        return f"{number} in the transaction"
    return f"{number} outside the transaction" if not inside else "one write in the transaction, one outside"


BOTH_OR_NONE = Promise(
    "both rows of the unit are stored, or none",
    lambda seen: len({"@ada", "@grace"}.intersection(map(str, handles(seen, "cancelled")))) in (0, 2),
)


MET = frozenset({"a statement that can be met half way"})


@scenario(
    question="The client disconnects and my task is cancelled in the middle of the transaction. What is stored?",
    why="Locks and connections that leak, or work that goes on after the cancel and is stored.",
    checkpoints=("written", "cancelled", "next-unit"),
    asked_of=ASYNCIO,
    promises=[BOTH_OR_NONE],
    variants=[
        Variant("between-statements", "cancelled between the first write and the second"),
        # On a server it would be left to chance whether the cancel or the answer comes first.
        Variant(
            "during-statement", "cancelled while the first write is executed", ("cancelled", "next-unit"), needs=MET
        ),
    ],
)
def cancel_mid_transaction(seen: Timeline) -> Reading:
    """A task that is cancelled in a transaction"""
    last = seen.statements(until="cancelled")[-1]
    first, after = (_connections(seen, *span) for span in (("", "cancelled"), ("cancelled", "next-unit")))
    error = error_at(seen, "next-unit")
    kept = len(seen.rows("cancelled", "kols"))
    closed = any(isinstance(event, Connection) and event.action == "closed" for event in seen.events)
    facts: Facts = {
        "exception_for_the_caller": str(seen.at("cancelled").objects["exception"]),
        "ended_by": ended_by(seen, "", "cancelled"),
        "transaction_open_when_cancelled": last.after == "open" and not closed,
        "database_connection_closed": closed,
        "writes_executed": len(seen.statements("INSERT", until="cancelled")),
        "rows_kept": kept,
        "next_unit_on_same_connection": after <= first,
        "exception_in_next_unit": error,
    }
    by_itself = "undone by closing the connection" if closed else "left open"
    undone = {"ROLLBACK": "rolled back", "COMMIT": "committed", "": by_itself}
    unit = (
        f"goes on after the cancel, {HOW_MANY[kept]} stored"
        if kept
        else f"{undone[str(facts['ended_by'])]}, nothing stored"
    )
    return Reading(f"{unit}; {f'next unit raises {error}' if error else 'next unit works'}", facts)


def _connections(seen: Timeline, after: str, until: str) -> set[str]:
    return {statement.connection for statement in seen.statements(after=after, until=until)}


@scenario(
    question="MissingGreenlet, or SynchronousOnlyOperation, when I touch tweet.kol. Why, and what do I do?",
    why="The error that moving to asyncio brings first; it comes from an attribute that looks like plain memory.",
    checkpoints=("loaded", "touched", "awaited"),
    seed=[ADA, ADAS_TWEET],
    asked_of=ASYNCIO,
    variants=[
        Variant("relation", "the KOL of a tweet, then the same with await"),
        Variant("eager", "the KOL of a tweet, loaded by the query", ("loaded", "touched")),
        Variant("after-commit", "a column after a commit, then the same with await"),
    ],
)
def lazy_load_in_async(seen: Timeline) -> Reading:
    """A load that nobody awaits"""
    error = error_at(seen, "touched")
    awaited = any(point.name == "awaited" for point in seen.checkpoints())
    loads = len(seen.statements("SELECT", after="touched", until="awaited")) if awaited else 0
    facts: Facts = {
        "exception": error,
        "selects_to_load": len(seen.statements("SELECT", until="loaded")),
        "selects_sent_by_touching": len(seen.statements("SELECT", after="loaded", until="touched")),
        "selects_sent_by_awaiting": loads,
    }
    if error:
        return Reading(f"raises {error}; {'loaded by a SELECT that is awaited' if loads else 'not loaded'}", facts)
    return Reading("the value is in memory", facts)


@scenario(
    question="How do I write a transaction in async code?",
    why="Where there is no asynchronous block, the ways around it are easy to get wrong.",
    checkpoints=("written", "left"),
    asked_of=ASYNCIO,
    variants=[
        Variant("documented", "two writes in the block that the documentation shows"),
        Variant("failing", "the same block, an exception after the first write"),
        Variant("synchronous", "the block of the synchronous documentation, in async code", ("left",)),
    ],
)
def async_atomic_block(seen: Timeline) -> Reading:
    """A transaction block in async code"""
    kept, error = len(seen.rows("left", "kols")), error_at(seen, "left")
    facts: Facts = {
        "transactions": len(seen.begins()),
        "commits": len(commits(seen)),
        "ended_by": ended_by(seen, "", "left"),
        "rows_kept": kept,
        "exception": error,
    }
    if not seen.statements():
        return Reading(f"raises {error}; nothing is sent", facts)
    begun, committed = len(seen.begins()), len(commits(seen))
    stored = (
        f"{HOW_MANY[kept]} stored by {'one commit' if committed == 1 else 'a commit each'}"
        if kept
        else "nothing stored"
    )
    return Reading(f"{('no transaction', 'one transaction', 'two transactions')[begun]}; {stored}", facts)

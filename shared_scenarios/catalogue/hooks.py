"""Code that runs when something is sent or committed: after-commit hooks and signals."""

from shared_scenarios.catalogue.reading import error_at, handles
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
from shared_scenarios.timeline import Timeline


def _runs(seen: Timeline, name: str) -> int:
    """How often the hook had run by a checkpoint: the answer shows the count."""
    runs = seen.at(name).objects["runs"]
    assert isinstance(runs, int)
    return runs


def _reached(seen: Timeline, name: str) -> bool:
    return any(point.name == name for point in seen.checkpoints())


ONLY_FOR_STORED = Promise(
    "a commit hook runs only for what is stored",
    lambda seen: not _runs(seen, "left") or "@ada" in handles(seen, "left"),
)
AFTER_STORED = Promise(
    "when a commit hook runs, others see what was committed", lambda seen: "@ada" in handles(seen, "in-hook")
)
IN_HOOK = ("registered", "in-hook", "left")


@scenario(
    question="How do I send the mail only when the KOL is really stored? And if the hook itself fails?",
    why="Mails and jobs for rows that never existed, jobs that run too early, and a failure after the commit.",
    checkpoints=("registered", "left"),
    promises=[ONLY_FOR_STORED],
    variants=[
        Variant("committed", "the block commits", IN_HOOK, (AFTER_STORED,)),
        Variant("sends-sql", "the hook sends a query", IN_HOOK, (AFTER_STORED,)),
        Variant("raises", "the hook raises", IN_HOOK, (AFTER_STORED,)),
        Variant("rolled-back", "the block fails"),
        Variant("no-transaction", "registered outside any transaction; a unit commits later", promises=()),
        Variant("nothing-written", "the block commits and has written nothing", promises=()),
        Variant("coroutine", "the hook is a coroutine function; the block commits"),
    ],
)
def run_after_commit(seen: Timeline) -> Reading:
    """A hook that waits for the commit"""
    if not _reached(seen, "in-hook"):
        return _counted(seen)
    inside, leaving = error_at(seen, "in-hook"), error_at(seen, "left")
    after = bool(seen.statements("COMMIT", until="in-hook"))
    answered = bool(seen.statements("SELECT", after="registered", until="in-hook"))
    facts: Facts = {
        "commit_sent_before_hook": after,
        "row_visible_in_hook": "@ada" in handles(seen, "in-hook"),
        "query_sent_in_hook": answered,
        "exception_in_hook": inside,
        "exception_on_leaving": leaving,
        "rollback_sent_after_hook": bool(seen.statements("ROLLBACK", after="in-hook")),
        "row_kept": "@ada" in handles(seen, "left"),
    }
    said = [f"its query raises {inside}"] if inside else ["its query answers"] if answered else []
    said += [f"leaving the block raises {leaving}"] if leaving else []
    said += [] if facts["row_kept"] else ["row lost"]
    return Reading("; ".join([f"runs {'after' if after else 'before'} the COMMIT", *said]), facts)


def _counted(seen: Timeline) -> Reading:
    at_once, runs = _runs(seen, "registered"), _runs(seen, "left")
    facts: Facts = {"runs_when_registered": at_once, "runs": runs, "row_kept": "@ada" in handles(seen, "left")}
    if error := error_at(seen, "registered"):
        return Reading(f"refused with {error}", {**facts, "exception_when_registered": error})
    if not runs:
        return Reading("does not run", facts)
    return Reading("runs at once" if at_once else "runs at the end of the unit", facts)


RUNS_FOR_STORED = Promise(
    "a commit hook runs once for what is stored", lambda seen: _runs(seen, "left") == ("@ada" in handles(seen, "left"))
)


@scenario(
    question="I registered the hook in an inner block, and one of the two blocks was rolled back. Does it run?",
    why="Mails about KOLs that do not exist.",
    checkpoints=("inner-left", "left"),
    promises=[ONLY_FOR_STORED],
    variants=[
        Variant("inner-fails", "the inner block is rolled back, the outer one commits"),
        Variant("outer-fails", "the inner block ends well, the outer one is rolled back"),
        Variant(
            "behind-inner-fails",
            "registered behind the inner block, which is rolled back; the outer one commits",
            avoids=("inner-fails",),
        ),
        Variant(
            "behind-outer-fails",
            "registered behind the inner block, which ends well; the outer one is rolled back",
            avoids=("outer-fails",),
        ),
        Variant(
            "behind-stored",
            "registered behind the inner block; both end well",
            promises=(ONLY_FOR_STORED, RUNS_FOR_STORED),
        ),
    ],
)
def hook_from_rolled_back_savepoint(seen: Timeline) -> Reading:
    """A hook registered inside a savepoint"""
    early, runs, kept = _runs(seen, "inner-left"), _runs(seen, "left"), "@ada" in handles(seen, "left")
    facts: Facts = {
        "runs_when_inner_block_ends": early,
        "runs": runs,
        "row_kept": kept,
        "outer_row_kept": "@grace" in handles(seen, "left"),
    }
    if not runs:
        return Reading("does not run", facts)
    when = "when the savepoint is released" if early else "after the outer COMMIT"
    return Reading(f"runs {when}; its row is {'stored' if kept else 'not stored'}", facts)


@scenario(
    question="My handler for saved rows starts a task, and the task cannot find the row.",
    why="The handler is called when the SQL was sent, which is not when it is committed.",
    checkpoints=("in-signal", "left"),
    variants=[
        Variant("block", "in a transaction block"),
        Variant("no-block", "without a block"),
    ],
)
def signal_fires_before_commit(seen: Timeline) -> Reading:
    """A handler that is called when a row is saved"""
    visible = "@ada" in handles(seen, "in-signal")
    facts: Facts = {
        "insert_sent_before_handler": bool(seen.statements("INSERT", until="in-signal")),
        "commit_sent_before_handler": bool(seen.statements("COMMIT", until="in-signal")),
        "row_visible_in_handler": visible,
        "row_kept": "@ada" in handles(seen, "left"),
    }
    if visible:
        return Reading("called when others see the row", facts)
    sent = "sent, not committed" if facts["insert_sent_before_handler"] else "not yet sent"
    return Reading(f"called when the row is {sent}", facts)

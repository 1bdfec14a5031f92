"""Blocks inside blocks: savepoints, and what is stored when an inner or an outer block ends."""

from shared_scenarios.catalogue.failed_transaction import STORED_OR_SAID_SO
from shared_scenarios.catalogue.reading import ADA, error_at, handles
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
from shared_scenarios.timeline import Timeline

NEW = ("@grace", "@linus")


def _new(seen: Timeline, name: str) -> list[str]:
    return [handle for handle in NEW if handle in handles(seen, name)]


ALL_NEW_STORED = Promise(
    "every row that was not refused is stored by a unit that succeeds", lambda seen: _new(seen, "left") == [*NEW]
)
NOTHING_STORED = Promise("nothing of a failed unit is stored", lambda seen: not _new(seen, "left"))


@scenario(
    question="I import KOLs and skip the ones that are there already. Can that be one transaction?",
    why="Without a savepoint PostgreSQL refuses everything after the first duplicate, so people commit row by row.",
    checkpoints=("imported", "left"),
    seed=[ADA],
    variants=[
        Variant("kept", "the unit succeeds", promises=(ALL_NEW_STORED,)),
        Variant("failed", "the unit fails after the import", promises=(NOTHING_STORED,)),
    ],
)
def skip_duplicate_with_savepoint(seen: Timeline) -> Reading:
    """An import that skips duplicates, a savepoint around each row"""
    new, early = _new(seen, "left"), _new(seen, "imported")
    facts: Facts = {
        "new_rows_stored": len(new),
        "visible_before_the_end": len(early),
        "inserts_refused": sum(1 for insert in seen.statements("INSERT") if insert.error),
        "savepoints": len(seen.statements("SAVEPOINT")),
        "rolled_back_to": len(seen.statements("ROLLBACK TO")),
        "released": len(seen.statements("RELEASE")),
    }
    if not new:
        return Reading("nothing stored", facts)
    count = "new rows stored" if len(new) == len(NEW) else f"{len(new)} of {len(NEW)} new rows stored"
    if error_at(seen, "left"):
        return Reading(f"{count} in spite of the failure", facts)
    return Reading(f"{count}, {len(early)} before the COMMIT" if early else count, facts)


@scenario(
    question="The helper has a block of its own, and that has ended. Is what it wrote safe?",
    why="An audit row that a helper believes committed goes when its caller rolls back; the mail has been sent.",
    checkpoints=("inner-left", "left"),
    variants=[
        Variant("caller-fails", "the caller fails after the helper's block", promises=(NOTHING_STORED,)),
        Variant("guarded", "the helper insists on a transaction of its own"),
    ],
)
def inner_block_is_not_durable(seen: Timeline) -> Reading:
    """What an inner block has written when it ends"""
    refused, kept = error_at(seen, "inner-left"), "@linus" in handles(seen, "left")
    facts: Facts = {
        "exception": refused,
        "visible_when_inner_block_ends": "@linus" in handles(seen, "inner-left"),
        "inner_write_kept": kept,
        "outer_write_kept": "@grace" in handles(seen, "left"),
        "savepoints": len(seen.statements("SAVEPOINT")),
    }
    if refused:
        return Reading(f"inner block refused, raises {refused}; outer write {_kept(facts['outer_write_kept'])}", facts)
    at_once = "stored" if facts["visible_when_inner_block_ends"] else "not stored"
    return Reading(f"{at_once} when the inner block ends; {_kept(kept)} at the end of the outer one", facts)


def _kept(kept: object) -> str:
    return "stored" if kept else "lost"


COMMITTED_STAYS = Promise(
    "what a commit stored without an error stays stored",
    lambda seen: "@grace" in handles(seen, "left") or seen.at("committed").error is not None,
)


@scenario(
    question="May I commit half way inside the with block?",
    why="A later failure then undoes the second half only, or the whole block breaks in a way that confuses.",
    checkpoints=("committed", "written", "left"),
    promises=[COMMITTED_STAYS],
    variants=[
        Variant("goes-on", "the block ends without a failure"),
        Variant("fails", "the block fails after the second write"),
    ],
)
def commit_inside_block(seen: Timeline) -> Reading:
    """A commit in the middle of a block"""
    refused, stuck = error_at(seen, "committed"), error_at(seen, "written")
    kept = _new(seen, "left")
    facts: Facts = {
        "exception_on_commit": refused,
        "exception_on_second_write": stuck,
        "exception_on_leaving": error_at(seen, "left"),
        "visible_after_commit": "@grace" in handles(seen, "committed"),
        "handles_kept": kept,
        "begins": len(seen.begins()),
    }
    commit = f"commit raises {refused}" if refused else "commit is accepted"
    write = f"; second write raises {stuck}" if stuck else ""
    return Reading(f"{commit}{write}; {_which(kept)}", facts)


def _which(kept: list[str]) -> str:
    if len(kept) == len(NEW):
        return "both writes stored"
    return {"@grace": "only the first write stored", "@linus": "only the second write stored"}.get(
        "".join(kept), "nothing stored"
    )


INNER_UNDONE = Promise(
    "nothing of an inner block that was rolled back is stored", lambda seen: "@linus" not in _new(seen, "left")
)


@scenario(
    question="The inner block has no savepoint, and I caught its failure. What is left of it, and of the outer one?",
    why="The inner block's writes may be committed although it failed, or the outer block is doomed without a word.",
    checkpoints=("inner-failed", "queried", "left"),
    promises=[STORED_OR_SAID_SO],
    variants=[
        Variant("plain", "without a savepoint"),
        Variant("savepoint", "with one", promises=(STORED_OR_SAID_SO, INNER_UNDONE), avoids=("plain",)),
    ],
)
def nested_without_savepoint(seen: Timeline) -> Reading:
    """An inner block that fails, with and without a savepoint"""
    queried, error, kept = error_at(seen, "queried"), error_at(seen, "left"), _new(seen, "left")
    facts: Facts = {
        "exception_in_query": queried,
        "exception_on_leaving": error,
        "outer_write_kept": "@grace" in kept,
        "inner_write_kept": "@linus" in kept,
        "savepoints": len(seen.statements("SAVEPOINT")),
    }
    answers = f"query raises {queried}" if queried else "query answers"
    leaving = f"leaving raises {error}" if error else "block ends without error"
    return Reading(f"{answers}; {leaving}; {_writes(kept)}", facts)


def _writes(kept: list[str]) -> str:
    names = {"@grace": "outer write", "@linus": "failed inner write"}
    return " and ".join(names[handle] for handle in kept) + " stored" if kept else "both writes lost"

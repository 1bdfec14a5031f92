"""After a statement has failed inside a transaction."""

from shared_scenarios.catalogue.reading import ADA, ended_by, error_at, handles
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
from shared_scenarios.timeline import ENDS, Timeline


@scenario(
    question="After an IntegrityError every query fails. What may I still do, and until when?",
    why="The most common transaction error of all three ORMs; handlers that log the object fail themselves.",
    checkpoints=("refused", "queried", "left"),
    seed=[ADA],
    variants=[
        Variant("orm", "the next query goes through the ORM"),
        Variant("raw", "the next query is a raw statement"),
        Variant("savepoint", "the failing write stands in a savepoint"),
    ],
)
def query_after_integrity_error(seen: Timeline) -> Reading:
    """A query after a failed statement"""
    queried, left = error_at(seen, "queried"), error_at(seen, "left")
    facts: Facts = {
        "exception": error_at(seen, "refused"),
        "exception_in_query": queried,
        "exception_on_leaving": left,
        "query_sent": bool(seen.statements("SELECT", after="refused", until="queried")),
        "ended_by": ended_by(seen, "", "left"),
    }
    answers = f"query raises {queried}" if queried else "query answers"
    return Reading(f"{answers}; {f'leaving raises {left}' if left else 'block ends without error'}", facts)


STORED_OR_SAID_SO = Promise(
    "a block that ends without an error has stored what it wrote",
    lambda seen: "@grace" in handles(seen, "left") or seen.at("left").error is not None,
)


@scenario(
    question="I caught the IntegrityError inside the block; the block ended normally. Was the rest saved?",
    why="The block ends with no exception and the data is gone, or is there, depending on ORM and database.",
    checkpoints=("first-written", "refused", "left"),
    seed=[ADA],
    promises=[STORED_OR_SAID_SO],
    variants=[
        Variant("plain", "caught in the block"),
        Variant("savepoint", "the failing write stands in a savepoint", avoids=("plain",)),
    ],
)
def swallowed_error_clean_exit(seen: Timeline) -> Reading:
    """A swallowed error and a clean exit"""
    kept, error = "@grace" in handles(seen, "left"), error_at(seen, "left")
    facts: Facts = {
        "exception": error_at(seen, "refused"),
        "exception_on_leaving": error,
        "ended_by": ended_by(seen, "first-written", "left"),
        "first_write_kept": kept,
    }
    leaving = f"leaving raises {error}" if error else "block ends without error"
    return Reading(f"{leaving}; first write {'stored' if kept else 'lost'}", facts)


HOOK_FOR_STORED = Promise(
    "a commit hook runs only for what is stored",
    lambda seen: not seen.at("finished").objects["hook_runs"] or "@grace" in handles(seen, "left"),
)


@scenario(
    question="A raw INSERT failed and I caught it; the block committed without an error. Where is the write before it?",
    why="The same code keeps the row in the tests on SQLite and loses it in production on PostgreSQL.",
    checkpoints=("first-written", "refused", "left", "finished"),
    seed=[ADA],
    promises=[STORED_OR_SAID_SO, HOOK_FOR_STORED],
    variants=[
        Variant("plain", "caught in the block"),
        Variant("savepoint", "the failing statement stands in a savepoint", avoids=("plain",)),
    ],
)
def raw_error_commit_becomes_rollback(seen: Timeline) -> Reading:
    """A raw statement fails, is caught, and the block commits"""
    kept, error = "@grace" in handles(seen, "left"), error_at(seen, "left")
    ends = seen.statements(*ENDS, after="refused", until="left")
    end = ends[0] if ends else None
    facts: Facts = {
        "exception": error_at(seen, "refused"),
        "exception_on_leaving": error,
        "sent_at_the_end": end.verb if end else "",
        "answered_with": (end.tag or end.verb) if end else "",
        "first_write_kept": kept,
        "hook_runs": bool(seen.at("finished").objects["hook_runs"]),
    }
    return Reading(f"{_ended(facts)}; first write {'stored' if kept else 'lost'}; {_hook(facts)}", facts)


def _ended(facts: Facts) -> str:
    if facts["exception_on_leaving"]:
        return f"leaving raises {facts['exception_on_leaving']}"
    sent, answered = facts["sent_at_the_end"], facts["answered_with"]
    return f"{sent or 'nothing'} is sent" if sent == answered else f"{sent} is answered with {answered}"


def _hook(facts: Facts) -> str:
    return "commit hook runs" if facts["hook_runs"] else "commit hook does not run"

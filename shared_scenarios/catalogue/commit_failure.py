"""The error that comes with the COMMIT, when everything before it went well."""

from shared_scenarios.catalogue.reading import error_at, handles
from shared_scenarios.scenario import REFUSABLE, CutLine, Facts, Promise, Reading, RefuseCommit, Variant, scenario
from shared_scenarios.timeline import Timeline


def _kept(seen: Timeline) -> int:
    return len(seen.rows("left", "kols")) + len(seen.rows("left", "tweets"))


def _hook_runs(seen: Timeline) -> int:
    runs = seen.at("finished").objects["hook_runs"]
    assert isinstance(runs, int)
    return runs


NOTHING_STORED = Promise(
    "nothing of a failed unit is stored", lambda seen: seen.at("left").error is None or not _kept(seen)
)
NO_HOOK = Promise(
    "no commit hook runs for a commit that failed", lambda seen: seen.at("left").error is None or not _hook_runs(seen)
)


@scenario(
    question="The tweet points to no KOL. Why does the error come at the end of the block, and not at save()?",
    why="Error handling around save() never sees it, and the object already has an id.",
    checkpoints=("written", "left"),
    promises=[NOTHING_STORED],
    variants=[
        Variant("dangling-key", "a tweet of no KOL, in the tables as the ORM makes them"),
        Variant(
            "refused",
            "the database refuses the COMMIT itself",
            checkpoints=("written", "left", "finished"),
            promises=(NOTHING_STORED, NO_HOOK),
            meanwhile={"written": RefuseCommit()},
            needs=frozenset({REFUSABLE}),
        ),
    ],
)
def deferred_fk_at_commit(seen: Timeline) -> Reading:
    """A constraint that is checked by the COMMIT"""
    at = next((name for name in ("written", "left") if error_at(seen, name)), "")
    row = seen.look("left", "row")
    facts: Facts = {
        "refused_at": at,
        "exception": error_at(seen, at) if at else "",
        "key_in_memory": row.key,
        "state_after": row.state,
        "rows_kept": _kept(seen),
    }
    if not at:
        return Reading("stored, nothing is checked" if _kept(seen) else "lost, nothing raised", facts)
    key = "without a key" if row.key is None else "with a key in memory"
    return Reading(f"{'refused when it is sent' if at == 'written' else 'refused at the COMMIT'}; left {key}", facts)


UNITS = (("left", "@ada"), ("next-unit", "@grace"), ("after-close", "@linus"))
REPORTED_IS_STORED = Promise(
    "a unit that raises nothing is stored",
    lambda seen: all(seen.at(unit).error or handle in handles(seen, "finished") for unit, handle in UNITS),
)
HOOK_ONLY_FOR_STORED = Promise(
    "a commit hook runs only for what is stored",
    lambda seen: not _hook_runs(seen) or "@ada" in handles(seen, "finished"),
)


@scenario(
    question="The connection died while committing. Is it stored? And may I go on?",
    why="The same exception means stored and not stored: a blind retry stores twice, no retry may store nothing.",
    checkpoints=("written", "left", "next-unit", "after-close", "finished"),
    needs=["a line that can be cut"],
    promises=[REPORTED_IS_STORED, HOOK_ONLY_FOR_STORED],
    variants=[
        Variant(
            "before-the-server",
            "the COMMIT does not reach the server",
            meanwhile={"written": CutLine("COMMIT", "before")},
        ),
        Variant(
            "after-the-server",
            "the server has executed the COMMIT, its answer does not arrive",
            meanwhile={"written": CutLine("COMMIT", "after")},
        ),
    ],
)
def connection_lost_during_commit(seen: Timeline) -> Reading:
    """A connection that is lost in the COMMIT"""
    error, again, last = (error_at(seen, unit) for unit, _ in UNITS)
    kept, runs = "@ada" in handles(seen, "left"), _hook_runs(seen)
    facts: Facts = {
        "exception": error,
        "row_kept": kept,
        "hook_runs": runs,
        "exception_in_next_unit": again,
        "exception_after_closing": last,
    }
    said = [
        f"raises {error}" if error else "raises nothing",
        "stored" if kept else "nothing stored",
        f"hook {'runs' if runs else 'does not run'}",
        _how_it_goes_on(again, last),
    ]
    return Reading("; ".join(said), facts)


def _how_it_goes_on(again: str, last: str) -> str:
    if not again:
        return "next unit works"
    return f"next unit raises {again}; {f'raises {last} after closing too' if last else 'works after closing'}"

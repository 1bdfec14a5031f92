"""The error that comes with the COMMIT, when everything before it went well."""

from shared_scenarios.catalogue.reading import error_at
from shared_scenarios.scenario import Facts, Promise, Reading, RefuseCommit, Variant, scenario
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
            needs=frozenset({"a commit that can be refused"}),
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

"""Where SQLite, or the way it is driven, behaves unlike a server."""

from shared_scenarios.catalogue.reading import error_at
from shared_scenarios.scenario import Facts, Promise, Reading, scenario
from shared_scenarios.timeline import Timeline

ROLLED_BACK = Promise("what was rolled back is not stored", lambda seen: not seen.rows("rolled-back", "kols"))


@scenario(
    question="I rolled back, but on SQLite the row is still there.",
    why="Tests and imports that are built on savepoints leak rows.",
    checkpoints=("savepoint-left", "rolled-back"),
    needs=["SQLite's own ways"],
    promises=[ROLLED_BACK],
)
def sqlite_savepoint_escapes(seen: Timeline) -> Reading:
    """A savepoint, then a rollback"""
    savepoints = seen.statements("SAVEPOINT")
    facts: Facts = {
        "begin_before_savepoint": bool(savepoints) and savepoints[0].before == "open",
        "visible_after_savepoint": bool(seen.rows("savepoint-left", "kols")),
        "rows_kept": len(seen.rows("rolled-back", "kols")),
    }
    return Reading("the row is kept although rolled back" if facts["rows_kept"] else "the row is gone", facts)


@scenario(
    question="The tweet has kol_id 99999 and SQLite accepted it.",
    why="Tests on SQLite never see the error that production raises.",
    checkpoints=("written", "finished"),
    needs=["SQLite's own ways"],
)
def sqlite_foreign_keys_off(seen: Timeline) -> Reading:
    """A foreign key that points nowhere"""
    at = next((name for name in ("written", "finished") if error_at(seen, name)), "")
    kept = len(seen.rows("finished", "tweets"))
    facts: Facts = {"refused_at": at, "exception": error_at(seen, at) if at else "", "rows_kept": kept}
    if not at:
        return Reading("the orphan is stored" if kept else "the orphan is lost, silently", facts)
    return Reading("refused when it is sent" if at == "written" else "refused at the commit", facts)

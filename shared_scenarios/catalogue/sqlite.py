"""Where SQLite, or the way it is driven, behaves unlike a server."""

from shared_scenarios.catalogue.reading import ADA, error_at
from shared_scenarios.scenario import Facts, Promise, Reading, SecondWriter, Variant, scenario
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


GRACE_ARRIVES = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)"


@scenario(
    question="Two SELECTs in one transaction on SQLite give different answers. Is there a transaction?",
    why="Tests on SQLite show a weaker isolation than the code was written for.",
    checkpoints=("first-read", "second-read", "left"),
    seed=[ADA],
    needs=["SQLite's own ways"],
    meanwhile={"first-read": SecondWriter((GRACE_ARRIVES,), refusable=True)},
)
def sqlite_select_without_begin(seen: Timeline) -> Reading:
    """Two reads in one transaction block, and another writer between them"""
    first, second = seen.at("first-read").objects["counted"], seen.at("second-read").objects["counted"]
    refused = any(sent.error for sent in seen.others())
    facts: Facts = {
        "transaction_opened": bool(seen.begins()),
        "same_answer": first == second,
        "second_writer_refused": refused,
    }
    answers = "both reads give the same" if first == second else "the second read sees another's row"
    return Reading(answers + ("; the other writer is locked out" if refused else ""), facts)


@scenario(
    question="database is locked, immediately, although the timeout is 5 seconds.",
    why="What reads and then writes cannot wait for the lock, whatever the timeout: it has to begin anew.",
    checkpoints=("read", "written", "left"),
    seed=[ADA],
    needs=["SQLite's own ways"],
    variants=[
        Variant(
            "default",
            "a block as it comes",
            meanwhile={"read": SecondWriter(("BEGIN IMMEDIATE", GRACE_ARRIVES, "COMMIT"), refusable=True)},
        ),
        Variant(
            "immediate",
            "a block that begins with BEGIN IMMEDIATE",
            meanwhile={"read": SecondWriter(("BEGIN IMMEDIATE",), refusable=True)},
        ),
    ],
)
def sqlite_locked_on_upgrade(seen: Timeline) -> Reading:
    """A read, then a write in one block, while another connection writes"""
    error, refused = error_at(seen, "written"), any(sent.error for sent in seen.others())
    reads = seen.statements("SELECT", until="read")
    facts: Facts = {
        "exception": error,
        "begin_before_read": bool(reads) and reads[0].before == "open",
        "transaction_open_after_read": any(s.after == "open" for s in seen.statements(until="read")[-1:]),
        "second_writer_refused": refused,
        "change_kept": bool(seen.rows("left", "kols")[0][2]),
    }
    if error:
        return Reading(f"the write is refused at once: {error}", facts)
    return Reading("written; the other writer has to wait" if refused else "written, after the other writer", facts)

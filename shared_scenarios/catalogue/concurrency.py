"""While somebody else writes the same rows."""

import re

from shared_scenarios.catalogue.reading import ADA, LOCKED_OUT, WRITERS_BESIDE_READERS, error_at, locked_out
from shared_scenarios.scenario import Facts, JustBefore, Promise, Reading, SecondWriter, Variant, scenario
from shared_scenarios.timeline import Look, Statement, Timeline, touches

CHECKED_ELSEWHERE = SecondWriter(
    ("UPDATE kols SET last_checked_at = '2026-01-02 03:04:05' WHERE id = 1",), refusable=True
)
DELETED_ELSEWHERE = SecondWriter(("DELETE FROM kols WHERE id = 1",), refusable=True)
MADE_ELSEWHERE = SecondWriter(("INSERT INTO kols (twitter_handle, is_vip) VALUES ('@ada', TRUE)",), refusable=True)
COLUMNS = ("twitter_handle", "is_vip", "last_checked_at")
_SET = re.compile(r"\bSET\b(.*?)\bWHERE\b", re.IGNORECASE | re.DOTALL)


def _said_so(seen: Timeline) -> bool:
    return seen.at("saved").error is not None


def _vip(seen: Timeline) -> bool:
    return any(row[2] for row in seen.rows("saved", "kols"))


def _checked(seen: Timeline) -> bool:
    return any(row[3] for row in seen.rows("saved", "kols"))


STORED_OR_SAID_SO = Promise(
    "a save that raises nothing has stored the change", lambda seen: _vip(seen) or _said_so(seen)
)
OTHER_COLUMNS_ALONE = Promise(
    "a save of one column leaves the other columns as they are", lambda seen: _checked(seen) or locked_out(seen)
)


@scenario(
    question="One worker sets is_vip, another sets last_checked_at. Why is one of the two lost?",
    why="A save of the whole row overwrites columns that this worker never touched. Nobody changed the same field.",
    checkpoints=("loaded", "saved"),
    seed=[ADA],
    meanwhile={"loaded": CHECKED_ELSEWHERE},
    variants=[
        Variant("plain", "a plain save", promises=(STORED_OR_SAID_SO,)),
        Variant("changed-only", "only what was changed is saved", promises=(STORED_OR_SAID_SO, OTHER_COLUMNS_ALONE)),
        Variant("no-change", "a save when nothing was changed"),
    ],
)
def two_columns_two_writers(seen: Timeline) -> Reading:
    """Two writers, two columns of one row"""
    columns, error = _columns_sent(seen), error_at(seen, "saved")
    facts: Facts = {
        "columns_sent": columns,
        "other_writer_refused": locked_out(seen),
        "other_writers_change_kept": _checked(seen),
        "own_change_kept": _vip(seen),
        "exception": error,
    }
    return Reading(f"{_what_was_sent(columns)}; {f'raises {error}; ' if error else ''}{_others_change(seen)}", facts)


def _others_change(seen: Timeline) -> str:
    if locked_out(seen):
        return LOCKED_OUT
    return f"the other writer's change is {'kept' if _checked(seen) else 'overwritten'}"


def _columns_sent(seen: Timeline) -> list[str]:
    updates = seen.statements("UPDATE", table="kols", after="loaded")
    return [name for name in COLUMNS if any(name in _columns_set(update) for update in updates)]


def _columns_set(update: Statement) -> list[str]:
    assigned = _SET.search(update.text)
    return [name for name in COLUMNS if assigned and touches(assigned[1], name)]


def _what_was_sent(columns: list[str]) -> str:
    if len(columns) == len(COLUMNS):
        return "UPDATE of every column"
    return f"UPDATE of {', '.join(columns)}" if columns else "no UPDATE sent"


@scenario(
    question="Another process deleted the KOL, then I save my copy. What happens?",
    why="People who were deleted may come back, or the change may disappear without a word.",
    checkpoints=("loaded", "saved"),
    seed=[ADA],
    meanwhile={"loaded": DELETED_ELSEWHERE},
    promises=[STORED_OR_SAID_SO],
    variants=[
        Variant("plain", "a plain save"),
        Variant("changed-only", "only what was changed is saved"),
        Variant("counted", "the code looks at the number of rows", avoids=("plain", "changed-only")),
    ],
)
def row_deleted_elsewhere(seen: Timeline) -> Reading:
    """Saving a row that somebody else has deleted"""
    error, back = error_at(seen, "saved"), bool(seen.rows("saved", "kols"))
    facts: Facts = {
        "other_writer_refused": locked_out(seen),
        "exception": error,
        "updates_sent": len(seen.statements("UPDATE", after="loaded")),
        "columns_sent": _columns_sent(seen),
        "inserts_sent": len(seen.statements("INSERT", after="loaded")),
        "row_is_back": back,
    }
    if locked_out(seen):
        own = f"raises {error}" if error else f"the change is {'stored' if _vip(seen) else 'lost'}"
        return Reading(f"{LOCKED_OUT}; {own}", facts)
    if error:
        return Reading(f"raises {error}; the row {'is back in spite of it' if back else 'stays deleted'}", facts)
    return Reading("the row is inserted again" if back else "nothing stored, nothing raised", facts)


def _found(seen: Timeline) -> bool:
    """Whether the answer holds an object, and its row is the one that is stored."""
    kol = seen.at("got").objects["kol"]
    return isinstance(kol, Look) and [kol.key] == [row[0] for row in seen.rows("got", "kols")]


FOUND_OR_SAID_SO = Promise(
    "what raises nothing gives an object whose row is stored",
    lambda seen: _found(seen) or seen.at("asked").error is not None,
)


@scenario(
    question="get_or_create still gives me duplicates or an IntegrityError under load. Is it not atomic?",
    why="Only a unique constraint closes the race, and only an isolation level that can see the other row.",
    checkpoints=("started", "asked", "got"),
    meanwhile={"started": JustBefore("INSERT", "kols", MADE_ELSEWHERE)},
    promises=[FOUND_OR_SAID_SO],
    variants=[
        Variant("by-itself", "in no transaction of the caller"),
        Variant("in-block", "in a transaction of the caller", needs=WRITERS_BESIDE_READERS),
        Variant("insert-first", "in a transaction of the caller, with the INSERT before any SELECT"),
    ],
)
def get_or_create_race(seen: Timeline) -> Reading:
    """Get or create, while somebody else creates"""
    error = error_at(seen, "asked")
    facts: Facts = {
        "other_writer_refused": locked_out(seen),
        "exception": error,
        "inserts_refused": sum(1 for insert in seen.statements("INSERT") if insert.error),
        "selects_sent": len(seen.statements("SELECT", after="started", until="asked")),
        "savepoint_used": bool(seen.statements("SAVEPOINT")),
        "rows_kept": len(seen.rows("got", "kols")),
    }
    if error:
        return Reading(f"raises {error}", facts)
    if not _found(seen):
        return Reading("gives no stored row, raises nothing", facts)
    if locked_out(seen):
        return Reading(f"{LOCKED_OUT}; gives the row that it makes", facts)
    return Reading("gives the row that the other writer made", facts)

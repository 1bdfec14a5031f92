"""While somebody else writes the same rows."""

import re

from shared_scenarios.catalogue.reading import ADA, ended_by, error_at
from shared_scenarios.scenario import (
    Facts,
    JustBefore,
    Promise,
    Reading,
    SecondWriter,
    Variant,
    WhenWaiting,
    scenario,
)
from shared_scenarios.timeline import Look, Scalar, Statement, Timeline, Waiting, touches

CHECKED_ELSEWHERE = SecondWriter(("UPDATE kols SET last_checked_at = '2026-01-02 03:04:05' WHERE id = 1",))
DELETED_ELSEWHERE = SecondWriter(("DELETE FROM kols WHERE id = 1",))
MADE_ELSEWHERE = SecondWriter(("INSERT INTO kols (twitter_handle, is_vip) VALUES ('@ada', TRUE)",))
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
OTHER_COLUMNS_ALONE = Promise("a save of one column leaves the other columns as they are", _checked)


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
    updates, error = seen.statements("UPDATE", table="kols", after="loaded"), error_at(seen, "saved")
    columns = [name for name in COLUMNS if any(name in _columns_set(update) for update in updates)]
    facts: Facts = {
        "columns_sent": columns,
        "other_writers_change_kept": _checked(seen),
        "own_change_kept": _vip(seen),
        "exception": error,
    }
    others = f"the other writer's change is {'kept' if _checked(seen) else 'overwritten'}"
    return Reading(f"{_what_was_sent(columns)}; {f'raises {error}; ' if error else ''}{others}", facts)


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
    ],
)
def row_deleted_elsewhere(seen: Timeline) -> Reading:
    """Saving a row that somebody else has deleted"""
    error, back = error_at(seen, "saved"), bool(seen.rows("saved", "kols"))
    facts: Facts = {
        "exception": error,
        "updates_sent": len(seen.statements("UPDATE", after="loaded")),
        "inserts_sent": len(seen.statements("INSERT", after="loaded")),
        "row_is_back": back,
    }
    if error:
        return Reading(f"raises {error}; the row {'is back in spite of it' if back else 'stays deleted'}", facts)
    return Reading("the row is inserted again" if back else "nothing stored, nothing raised", facts)


WRITERS_BESIDE_READERS = frozenset({"writers beside readers"})


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
    ],
)
def get_or_create_race(seen: Timeline) -> Reading:
    """Get or create, while somebody else creates"""
    error = error_at(seen, "asked")
    facts: Facts = {
        "exception": error,
        "inserts_refused": sum(1 for insert in seen.statements("INSERT") if insert.error),
        "selects_sent": len(seen.statements("SELECT", after="started", until="asked")),
        "savepoint_used": bool(seen.statements("SAVEPOINT")),
        "rows_kept": len(seen.rows("got", "kols")),
    }
    if error:
        return Reading(f"raises {error}", facts)
    given = "gives the row that the other writer made" if _found(seen) else "gives no stored row, raises nothing"
    return Reading(given, facts)


ADDED_ELSEWHERE = SecondWriter(("UPDATE counters SET tweets = tweets + 1 WHERE id = 1",))
LOCKED_ELSEWHERE = SecondWriter(("BEGIN", "SELECT tweets FROM counters WHERE id = 1 FOR UPDATE"))
ADDED_THEN = SecondWriter((*ADDED_ELSEWHERE.statements, "COMMIT"))
BOTH_COUNTED = Promise(
    "of two additions that raise nothing, both are stored",
    lambda seen: _counted(seen) == FROM + 2 or seen.at("left").error is not None,
)
FROM = 10


def _counted(seen: Timeline) -> Scalar:
    return seen.rows("left", "counters")[0][1]


@scenario(
    question="Two workers add 1 to the tweet counter and I lose one. Is a transaction not enough?",
    why="Silent loss of data, which passes every test with a single user.",
    checkpoints=("before-writing", "left"),
    seed=[("counters", {"id": 1, "tweets": FROM})],
    needs=WRITERS_BESIDE_READERS,
    meanwhile={"before-writing": ADDED_ELSEWHERE},
    variants=[
        Variant("read-modify-write", "read into the object, changed there, saved"),
        Variant("expression", "the database adds", promises=(BOTH_COUNTED,)),
        Variant(
            "locked",
            "read with a lock, which somebody else holds",
            promises=(BOTH_COUNTED,),
            meanwhile={"before-writing": (LOCKED_ELSEWHERE, WhenWaiting(ADDED_THEN))},
            needs=frozenset({"row locks"}),
        ),
    ],
)
def lost_update_counter(seen: Timeline) -> Reading:
    """Two workers add to one counter"""
    counted, error = _counted(seen), error_at(seen, "left")
    facts: Facts = {
        "counted": counted,
        "exception": error,
        "ended_by": ended_by(seen, "before-writing", "left"),
        "waited_for": [event.holder for event in seen.events if isinstance(event, Waiting)],
    }
    if error:
        return Reading(f"raises {error}", facts)
    return Reading("both additions stored" if counted == FROM + 2 else "one addition lost", facts)


EDITED_ELSEWHERE = SecondWriter(("UPDATE profiles SET bio = 'theirs', version = 2 WHERE id = 1",))
NEWER_EDIT_KEPT = Promise(
    "an edit of an old version does not overwrite a newer one", lambda seen: _bio(seen) == "theirs"
)
EDIT_STORED = Promise("an edit that nobody has overtaken is stored", lambda seen: _bio(seen) == "mine")


def _bio(seen: Timeline) -> Scalar:
    return seen.rows("saved", "profiles")[0][1]


@scenario(
    question="How do I detect that someone has changed the row since I loaded it, without locking it?",
    why="Between a web form that is shown and its answer, minutes pass and no transaction is open.",
    checkpoints=("loaded", "saved"),
    seed=[("profiles", {"id": 1, "bio": "old", "version": 1})],
    variants=[
        Variant(
            "overtaken",
            "somebody else saves first",
            promises=(NEWER_EDIT_KEPT,),
            meanwhile={"loaded": EDITED_ELSEWHERE},
        ),
        Variant("undisturbed", "nobody else saves", promises=(EDIT_STORED,)),
    ],
)
def optimistic_version(seen: Timeline) -> Reading:
    """An edit that was based on an old version"""
    error, updates = error_at(seen, "saved"), seen.statements("UPDATE", table="profiles")
    facts: Facts = {
        "exception": error,
        "version_in_where": any(touches(update.text.partition("WHERE")[2], "version") for update in updates),
        "rows_matched": sum(update.affected or 0 for update in updates),
        "version_stored": seen.rows("saved", "profiles")[0][2],
    }
    if error:
        return Reading(f"raises {error}; {'nothing' if _bio(seen) != 'mine' else 'the edit'} stored", facts)
    return Reading(f"raises nothing; {'the edit stored' if _bio(seen) == 'mine' else 'the edit lost'}", facts)


@scenario(
    question="update() returned 0 although the row is there. Is 0 not found, or not changed?",
    why="Code that takes 0 for a conflict or for a missing row misfires on one database alone.",
    checkpoints=("first", "second"),
    seed=[ADA],
)
def matched_vs_changed_rows(seen: Timeline) -> Reading:
    """The number that an update gives, when the value is there already"""
    first, second = (seen.at(name).objects["count"] for name in ("first", "second"))
    sent = seen.statements("UPDATE", table="kols")
    facts: Facts = {
        "counts_given": [str(first), str(second)],
        "counts_of_the_database": [str(update.affected) for update in sent],
    }
    return Reading(f"{first} for a change, {second} for the same again", facts)

"""One of two changes is lost, or it is noticed in time."""

from shared_scenarios.catalogue.reading import ADA, LOCKED_OUT, WRITERS_BESIDE_READERS, ended_by, error_at, locked_out
from shared_scenarios.scenario import Facts, Promise, Reading, SecondWriter, Variant, WhenWaiting, scenario
from shared_scenarios.timeline import Scalar, Timeline, Waiting, touches

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


EDITED_ELSEWHERE = SecondWriter(("UPDATE profiles SET bio = 'theirs', version = 2 WHERE id = 1",), refusable=True)
NEWER_EDIT_KEPT = Promise(
    "an edit of an old version does not overwrite a newer one", lambda seen: _bio(seen) == "theirs" or locked_out(seen)
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
        "other_writer_refused": locked_out(seen),
        "exception": error,
        "version_in_where": any(touches(update.text.partition("WHERE")[2], "version") for update in updates),
        "rows_matched": sum(update.affected or 0 for update in updates),
        "version_stored": seen.rows("saved", "profiles")[0][2],
    }
    if error:
        return Reading(f"raises {error}; {'nothing' if _bio(seen) != 'mine' else 'the edit'} stored", facts)
    first = f"{LOCKED_OUT}; " if locked_out(seen) else ""
    return Reading(f"{first}raises nothing; {'the edit stored' if _bio(seen) == 'mine' else 'the edit lost'}", facts)


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

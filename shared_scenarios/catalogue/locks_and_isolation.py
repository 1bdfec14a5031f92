"""What a transaction is spared, and what it makes others wait for."""

from shared_scenarios.catalogue.reading import ADA, error_at
from shared_scenarios.scenario import Facts, Promise, Reading, Row, SecondWriter, Variant, WhenWaiting, scenario
from shared_scenarios.timeline import Scalar, Statement, Timeline, Waiting

TRIES_THE_LOCK = SecondWriter(("SELECT id FROM kols WHERE id = 1 FOR UPDATE NOWAIT",), refusable=True)
OTHER_GRACE: Row = ("kols", {"id": 2, "twitter_handle": "@grace", "is_vip": False})


@scenario(
    question="I lock the row with SELECT ... FOR UPDATE, but two workers still process the same KOL. Why?",
    why="A lock lasts as long as its transaction; one that is taken in no transaction is gone at once.",
    checkpoints=("locked", "left"),
    seed=[ADA],
    needs={"row locks"},
    meanwhile={"locked": TRIES_THE_LOCK, "left": TRIES_THE_LOCK},
    variants=[
        Variant("no-block", "asked for in no transaction block"),
        Variant("in-block", "asked for in a transaction block"),
    ],
)
def lock_needs_transaction(seen: Timeline) -> Reading:
    """A row lock, in a transaction and in none"""
    error = error_at(seen, "locked")
    asked = [sent for sent in seen.statements("SELECT") if "FOR UPDATE" in sent.text]
    refused, still = (any(o.error for o in seen.others("SELECT", after=name)[:1]) for name in ("locked", "left"))
    facts: Facts = {
        "exception": error,
        "lock_asked_for": bool(asked),
        "others_refused": refused,
        "others_refused_at_the_end": still,
    }
    if error:
        return Reading(f"raises {error}, {'after it was asked for' if asked else 'nothing sent'}", facts)
    return Reading("lock held: others are refused" if refused else "lock gone at once: others take it", facts)


VIP_ELSEWHERE = SecondWriter(("UPDATE kols SET is_vip = TRUE WHERE id = 1",), refusable=True)


@scenario(
    question="Same database, same code: why does one ORM see the new value in its transaction and the other not?",
    why="Stale reads, and tests that fail now and then, after code has moved from one ORM to another.",
    checkpoints=("read", "read-again"),
    seed=[ADA],
    meanwhile={"read": VIP_ELSEWHERE},
)
def isolation_default_per_orm(seen: Timeline) -> Reading:
    """A value that is read twice in one transaction, while somebody else changes it"""
    first, second = (seen.at(name).objects["is_vip"] for name in ("read", "read-again"))
    refused = any(other.error for other in seen.others("UPDATE"))
    facts: Facts = {
        "values_read": [str(bool(first)), str(bool(second))],
        "other_writer_refused": refused,
        "isolation_asked_for": [e.text for e in seen.events if isinstance(e, Statement) and "ISOLATION" in e.text],
    }
    if refused:
        return Reading("the other writer is refused while the transaction reads", facts)
    return Reading("sees the new value" if second != first else "keeps seeing the old value", facts)


BEGINS = SecondWriter(("BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT count(*) FROM kols WHERE is_vip"))
COMMITS_FIRST = SecondWriter(("UPDATE kols SET is_vip = TRUE WHERE id = 2", "COMMIT"))


def _is_vip(seen: Timeline, key: int) -> Scalar:
    return next(row[2] for row in seen.rows("left", "kols") if row[0] == key)


STORED_OR_SAID_SO = Promise(
    "a unit that raises nothing is stored, and one that raises is not",
    lambda seen: bool(_is_vip(seen, 1)) is (seen.at("left").error is None),
)


@scenario(
    question="Could not serialize access, at the commit. What state am I in, and is anything stored?",
    why="Under SERIALIZABLE success is known only after the COMMIT; what was handed out before it is void.",
    checkpoints=("read", "written", "left", "next-unit"),
    seed=[ADA, OTHER_GRACE],
    needs={"serialization failures"},
    meanwhile={"read": BEGINS, "written": COMMITS_FIRST},
    promises=[STORED_OR_SAID_SO],
)
def serialization_failure_at_commit(seen: Timeline) -> Reading:
    """Two units that read what the other one writes"""
    error, code = error_at(seen, "left"), seen.at("left").error
    failed = [sent.verb for sent in seen.statements() if sent.error]
    again = error_at(seen, "next-unit")
    facts: Facts = {
        "exception": error,
        "code": code.code if code else None,
        "failed_at": failed,
        "own_change_kept": bool(_is_vip(seen, 1)),
        "exception_in_next_unit": again,
    }
    where = f"raises {error} at {failed[0] if failed else 'no statement'}" if error else "raises nothing"
    stored = "stored" if _is_vip(seen, 1) else "nothing stored"
    return Reading(f"{where}, {stored}; next unit {f'raises {again}' if again else 'works'}", facts)


CHECK = "UPDATE kols SET last_checked_at = '2026-01-02 03:04:05' WHERE id = "
# The database gives up who has written less: the second writer has more rows to lose.
MORE = tuple(f"UPDATE tweets SET text = 'seen' WHERE id = {number}" for number in (1, 2, 3))  # noqa: S608  # numbers
LOCKS_GRACE = SecondWriter(("BEGIN", f"{CHECK}2", *MORE))
WANTS_ADA = SecondWriter((f"{CHECK}1", "COMMIT"))
TWEETS: tuple[Row, ...] = tuple(("tweets", {"id": number, "text": "hello", "kol_id": 1}) for number in (1, 2, 3))


def _first_kept(seen: Timeline) -> bool:
    return bool(_is_vip(seen, 1))


def _last_kept(seen: Timeline) -> bool:
    return "later" in [row[1] for row in seen.rows("left", "tweets")]


WHOLE_OR_NOT_AT_ALL = Promise(
    "what a block writes before and after a caught error is stored as one, or not at all",
    lambda seen: _first_kept(seen) is _last_kept(seen),
)


@scenario(
    question="Deadlock found; SAVEPOINT does not exist. And then half of my transaction was committed?",
    why="A deadlock can undo the whole transaction; who still believes in a savepoint carries on in none.",
    checkpoints=("first-written", "deadlocked", "written-after", "left"),
    seed=[ADA, OTHER_GRACE, *TWEETS],
    needs={"deadlocks that are found at once"},
    meanwhile={"first-written": (LOCKS_GRACE, WhenWaiting(WANTS_ADA))},
    promises=[WHOLE_OR_NOT_AT_ALL],
    variants=[
        Variant("caught-between", "caught outside of the inner block, inside the outer one"),
        Variant("let-out", "let out of both blocks", ("first-written", "left"), avoids=("caught-between",)),
    ],
)
def deadlock_in_nested_block(seen: Timeline) -> Reading:
    """A deadlock in a nested block"""
    between = any(point.name == "deadlocked" for point in seen.checkpoints())
    caught, after = (error_at(seen, name) if between else "" for name in ("deadlocked", "written-after"))
    left = error_at(seen, "left")
    facts: Facts = {
        "exception": caught,
        "exception_in_the_next_write": after,
        "exception_on_leaving": left,
        "first_write_kept": _first_kept(seen),
        "last_write_kept": _last_kept(seen),
        "waited_for": [event.holder for event in seen.events if isinstance(event, Waiting)],
    }
    kept = ("nothing", "half", "all")[_first_kept(seen) + _last_kept(seen)]
    said = f"{caught} caught; {_raised(after, left)}" if between else f"leaving raises {left}"
    return Reading(f"{said}; {kept} of the block stored", facts)


def _raised(after: str, left: str) -> str:
    if after:
        return f"the next write raises {after}"
    return f"leaving raises {left}" if left else "nothing more is raised"


FAILS = {"first-written": (LOCKS_GRACE, WhenWaiting(WANTS_ADA))}


def _stored(seen: Timeline) -> tuple[bool, bool]:
    """Whether the tweet and the change of the KOL are stored."""
    tweets, kols = seen.rows("retried", "tweets"), seen.rows("retried", "kols")
    return "later" in [row[1] for row in tweets], any(row[2] for row in kols if row[0] == 2)


WHOLE_OR_SAID_SO = Promise(
    "a retry that raises nothing has stored the whole unit",
    lambda seen: all(_stored(seen)) or seen.at("retried").error is not None,
)


@scenario(
    question="Where do I put the retry for deadlocks and serialization failures?",
    why="Who retries a single statement, or with the objects of the first attempt, may lose the rest of the unit.",
    checkpoints=("first-written", "failed", "retried"),
    seed=[ADA, OTHER_GRACE, *TWEETS],
    needs={"deadlocks that are found at once"},
    meanwhile=FAILS,
    promises=[WHOLE_OR_SAID_SO],
    variants=[
        Variant("made-anew", "the whole transaction, with objects made anew", avoids=("same-object", "statement-only")),
        Variant("same-object", "the whole transaction, with the same new object"),
        Variant("statement-only", "only the statement that failed, in the same block"),
    ],
)
def retry_whole_transaction(seen: Timeline) -> Reading:
    """A retry after a deadlock"""
    error, kept = error_at(seen, "retried"), _stored(seen)
    facts: Facts = {
        "exception": error_at(seen, "failed"),
        "exception_of_retry": error,
        "tweet_kept": kept[0],
        "change_kept": kept[1],
        "inserts_sent_again": len(seen.statements("INSERT", after="failed")),
    }
    stored = ("nothing stored", "half of the unit stored", "the whole unit stored")[sum(kept)]
    return Reading(f"retry raises {error}; {stored}" if error else f"{stored}, nothing raised", facts)

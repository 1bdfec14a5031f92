"""Several threads: what they share, and what each has for itself."""

from shared_scenarios.catalogue.reading import ADA, WRITERS_BESIDE_READERS, error_at
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
from shared_scenarios.timeline import Timeline

SYNCHRONOUS = ("synchronous code",)
MET = frozenset({"a statement that can be met half way"})


def _kept(seen: Timeline, name: str, text: str) -> bool:
    """Tweets, not KOLs: who makes a handle anew that was deleted shortly before, locks its neighbours on MariaDB."""
    return text in [row[1] for row in seen.rows(name, "tweets")]


@scenario(
    question="I start a thread inside a transaction. Is its write part of my transaction?",
    why="Work of the thread survives the rollback, or does not see the rows that it was started for.",
    checkpoints=("written", "thread-ended", "left"),
    seed=[ADA],
    asked_of=SYNCHRONOUS,
    variants=[
        Variant("own", "the thread takes a session or connection as any other code does", needs=WRITERS_BESIDE_READERS),
        Variant("handed-over", "the thread is given the session or connection that has the transaction"),
    ],
)
def thread_inside_transaction(seen: Timeline) -> Reading:
    """A thread that is started in a transaction, which is rolled back afterwards"""
    error, kept = error_at(seen, "thread-ended"), _kept(seen, "left", "second")
    reads = seen.statements("SELECT", table="tweets", after="written", until="thread-ended")
    found = sum(read.returned or 0 for read in reads)
    facts: Facts = {
        "exception_in_thread": error,
        "rows_seen_by_thread": found,
        "connections_used_by_thread": len({sent.connection for sent in seen.statements(after="written", until="left")}),
        "row_of_thread_kept": kept,
        "row_of_transaction_kept": _kept(seen, "left", "first"),
    }
    if error:
        return Reading(f"the thread is refused with {error}", facts)
    sees = f"the thread {'sees' if found else 'does not see'} the row of the transaction"
    return Reading(f"{sees}; its own row is {'stored in spite of the rollback' if kept else 'rolled back too'}", facts)


NOTHING_OF_FAILED = Promise(
    "nothing of a unit that is rolled back is stored",
    lambda seen: not _kept(seen, "first-ended", "first") or not _is_rolled_back(seen),
)
REPORTED_IS_STORED = Promise(
    "a unit that raises nothing is stored",
    lambda seen: _kept(seen, "first-ended", "second") or seen.at("second-ended").error is not None,
)


def _is_rolled_back(seen: Timeline) -> bool:
    return any(point.name == "first-written" for point in seen.checkpoints())


@scenario(
    question="Is the session thread-safe? May two threads use it?",
    why="Rows that another thread has committed or rolled back, lost inserts, errors that come and go.",
    checkpoints=("first-written", "second-ended", "first-ended"),
    seed=[ADA],
    asked_of=SYNCHRONOUS,
    promises=[NOTHING_OF_FAILED, REPORTED_IS_STORED],
    variants=[
        Variant("shared", "two threads on one session or connection; the first rolls back, the second commits before"),
        Variant(
            "per-thread",
            "the same, each with what it gets where it asks for itself",
            needs=WRITERS_BESIDE_READERS,
            avoids=("shared",),
        ),
        Variant(
            "one-at-a-time",
            "each with what it gets where it asks for itself, the second when the first has rolled back",
            avoids=("shared",),
        ),
        Variant(
            "while-flushing",
            "the second thread commits while the first is in the middle of its INSERT",
            checkpoints=("second-ended", "first-ended"),
            promises=(REPORTED_IS_STORED,),
            needs=MET,
        ),
    ],
)
def session_shared_by_threads(seen: Timeline) -> Reading:
    """Two threads, each with a unit of its own"""
    error, last = error_at(seen, "second-ended"), error_at(seen, "first-ended")
    first, second = (_kept(seen, "first-ended", text) for text in ("first", "second"))
    facts: Facts = {
        "exception_in_second_thread": error,
        "exception_in_first_thread": last,
        "rows_seen_by_second": sum(read.returned or 0 for read in seen.statements("SELECT", table="tweets")),
        "row_of_first_kept": first,
        "row_of_second_kept": second,
        "connections_used": len({sent.connection for sent in seen.statements()}),
    }
    said = [f"the second thread is refused with {error}"] if error else []
    said += [f"the first raises {last}"] if last else []
    stored, lost = ("stored in spite of its rollback", "rolled back") if _is_rolled_back(seen) else ("stored", "lost")
    said += [f"the first unit is {stored if first else lost}"]
    said += [] if error else [f"the second unit is {'stored' if second else 'lost'}"]
    return Reading("; ".join(said), facts)

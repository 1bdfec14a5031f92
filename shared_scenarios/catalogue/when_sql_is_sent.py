"""When does a change reach the database, and when do others see it?"""

from shared_scenarios.catalogue.reading import commits, ended_by, error_at, key_known_at, visible_at
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
from shared_scenarios.timeline import Timeline


@scenario(
    question="I called session.add(kol) and the database shows nothing. Is it saved?",
    why="A unique violation appears where the INSERT is sent, which may be far from the line that asked for it.",
    checkpoints=("built", "handed-over", "finished"),
)
def add_sends_nothing(seen: Timeline) -> Reading:
    """Handing a new object to the ORM"""
    sent = bool(seen.statements("INSERT", until="handed-over"))
    stored = visible_at(seen, "kols")
    facts: Facts = {"insert_sent_when_handed_over": sent, "visible_at": stored}
    if not sent:
        return Reading("nothing is sent until the flush or commit", facts)
    at_once = stored == "handed-over"
    return Reading("INSERT sent at once" + (" and stored at once" if at_once else ", stored later"), facts)


@scenario(
    question="Is opening a Session the same as BEGIN? Can one session hold several transactions?",
    why="Sessions are kept for the life of a process, with transactions that nobody believes are open.",
    checkpoints=("opened", "first-written", "first-committed", "second-written", "second-committed", "closed"),
)
def session_is_not_a_transaction(seen: Timeline) -> Reading:
    """Where a transaction begins, and how many one scope holds"""
    opened = bool(seen.begins(until="opened"))
    transactions = len(seen.begins())
    facts: Facts = {
        "transaction_open_on_opening": opened,
        "transactions": transactions,
        "transaction_open_between": any(s.after == "open" for s in seen.statements(until="first-committed")[-1:]),
    }
    if not transactions:
        return Reading("no transaction is opened: each write is one of its own", facts)
    begins = "opened when the block is entered" if opened else "opened with the first write"
    return Reading(f"{begins}; {transactions} transactions one after the other", facts)


BOTH_OR_NONE = Promise(
    "both rows of the unit are stored, or none",
    lambda seen: len(seen.rows("finished", "kols")) == len(seen.rows("finished", "tweets")),
)


@scenario(
    question="Create the KOL and its first tweet in one unit; if the tweet fails I want no KOL.",
    why="A crash between two statements leaves a KOL without a tweet, and nothing in the code says so.",
    checkpoints=("kol-made", "tweet-made", "finished"),
    promises=[BOTH_OR_NONE],
    variants=[
        Variant("by-key", "the tweet is given the KOL's key"),
        Variant("by-relation", "the tweet is given to the KOL"),
        Variant("tweet-fails", "the tweet fails inside the transaction block", ("kol-made", "finished")),
        Variant("tweet-fails-no-block", "the tweet fails and there is no block", ("kol-made", "finished"), ()),
    ],
)
def kol_and_first_tweet_atomic(seen: Timeline) -> Reading:
    """A KOL and their first tweet in one unit"""
    inserts = seen.statements("INSERT")
    early = [s for s in inserts if s in seen.statements("INSERT", until="kol-made")]
    facts: Facts = {
        "kols_kept": len(seen.rows("finished", "kols")),
        "tweets_kept": len(seen.rows("finished", "tweets")),
        "commits": len(commits(seen)),
        "inserts_sent_when_kol_made": len(early),
        "key_in_memory_at": key_known_at(seen),
        "visible_at": visible_at(seen, "kols"),
        "exception": error_at(seen, "finished"),
    }
    sent = (
        "the KOL's INSERT sent when made"
        if early
        else "both INSERTs sent at the flush"
        if inserts
        else "no INSERT sent"
    )
    return Reading(f"{_kept(seen)}; {sent}", facts)


def _kept(seen: Timeline) -> str:
    kols, tweets = len(seen.rows("finished", "kols")), len(seen.rows("finished", "tweets"))
    if kols and tweets:
        return "both stored by one commit" if len(commits(seen)) == 1 else "both stored, each by its own commit"
    if kols:
        return "KOL stored without its tweet"
    return "tweet stored without its KOL" if tweets else "neither stored"


@scenario(
    question="My code ran without error but the row is not there.",
    why="Silent loss; and the reverse surprise where code moves to an ORM that commits by itself.",
    checkpoints=("written", "left"),
    variants=[
        Variant("sent", "the write was sent, no commit follows"),
        Variant("unsent", "the object was made or handed over, nothing more"),
    ],
)
def forgotten_commit(seen: Timeline) -> Reading:
    """Leaving without a commit"""
    kept = len(seen.rows("left", "kols"))
    ended = ended_by(seen, "written", "left")
    facts: Facts = {"rows_kept": kept, "inserts_sent": len(seen.statements("INSERT")), "ended_by": ended}
    if kept:
        return Reading("stored, no commit was needed", facts)
    if not seen.statements("INSERT"):
        return Reading("lost: nothing was ever sent", facts)
    return Reading("lost: ROLLBACK on leaving" if ended == "ROLLBACK" else "lost: the connection just ended", facts)


@scenario(
    question="I flushed. Why can another process not see the row? The worker says DoesNotExist.",
    why="Jobs that are started before the commit fail at random.",
    checkpoints=("sent", "committed"),
    variants=[
        Variant("in-block", "inside the ORM's transaction block"),
        Variant("no-block", "with no transaction block"),
    ],
)
def visible_only_after_commit(seen: Timeline) -> Reading:
    """When others see a new row"""
    visible = visible_at(seen, "kols")
    facts: Facts = {"visible_at": visible, "insert_sent": bool(seen.statements("INSERT", until="sent"))}
    outcomes = {
        "sent": "others see the row as soon as it is sent",
        "committed": "others see the row only after the commit",
        "never": "others never see the row",
    }
    return Reading(outcomes[visible], facts)

"""What a rollback leaves: in the tables, in the session or connection, in the objects."""

from shared_scenarios.catalogue.reading import ADA, GRACE, error_at, handles
from shared_scenarios.scenario import REFUSABLE, Facts, Promise, Reading, RefuseCommit, SecondWriter, Variant, scenario
from shared_scenarios.timeline import Timeline


def _nothing_left(seen: Timeline) -> bool:
    return handles(seen, "failed") == ["@grace"] and not seen.rows("failed", "tweets")


def _saved_or_said_so(seen: Timeline) -> bool:
    return "@ada" in handles(seen, "saved-again") or seen.at("saved-again").error is not None


NOTHING_LEFT = Promise("nothing of a failed unit is stored", _nothing_left)
SAVED_OR_SAID_SO = Promise("a save that raises nothing has stored the row", _saved_or_said_so)
OTHERS_UNTOUCHED = Promise(
    "the row of another unit is left alone", lambda seen: "@grace" in handles(seen, "saved-again")
)


@scenario(
    question="A unit failed. May I go on with the same session or connection, and save the same object again?",
    why="Needless rebuilding of sessions, or the opposite: going on with objects that are believed to be saved.",
    checkpoints=("written", "failed", "next-unit", "saved-again"),
    seed=[GRACE],
    promises=[NOTHING_LEFT, SAVED_OR_SAID_SO],
    variants=[
        Variant("after-kol", "failure after the KOL was sent"),
        Variant("after-both", "failure after KOL and tweet were sent"),
        Variant(
            "at-commit", "the COMMIT itself fails", meanwhile={"written": RefuseCommit()}, needs=frozenset({REFUSABLE})
        ),
        Variant(
            "inserted-again",
            "failure after both were sent; the second save says that it is an INSERT",
            avoids=("after-kol", "after-both", "at-commit"),
        ),
    ],
)
def rollback_ends_transaction_not_session(seen: Timeline) -> Reading:
    """Rollback on failure, and what comes after it"""
    kol, next_error = seen.look("failed", "kol"), error_at(seen, "next-unit")
    same = set(_connections(seen, "failed", "next-unit")) <= set(_connections(seen, "", "failed"))
    facts: Facts = {
        "exception": error_at(seen, "failed"),
        "key_in_memory_after_failure": kol.key,
        "state_after_failure": kol.state,
        "next_unit_works": not next_error,
        "next_unit_kept": any(row[2] for row in seen.rows("next-unit", "kols")),
        "next_unit_on_same_connection": same,
        "exception_on_saving_again": error_at(seen, "saved-again"),
        "updates_sent_on_saving_again": len(seen.statements("UPDATE", after="next-unit")),
        "inserts_sent_on_saving_again": len(seen.statements("INSERT", after="next-unit")),
    }
    goes_on = f"next unit raises {next_error}" if next_error else "next unit works"
    undone = "rolled back" if _nothing_left(seen) else "not rolled back"
    return Reading(f"{undone}; {goes_on}; {_saved_again(seen)}", facts)


def _connections(seen: Timeline, after: str, until: str) -> list[str]:
    return [statement.connection for statement in seen.statements(after=after, until=until)]


def _saved_again(seen: Timeline) -> str:
    error = error_at(seen, "saved-again")
    if "@ada" in handles(seen, "saved-again"):
        return "saving again stores the object"
    return f"saving again raises {error}" if error else "saving again stores nothing and raises nothing"


@scenario(
    question="The transaction rolled back but my object still says is_vip=True.",
    why="Later code decides on a value that the database never kept; a later save writes it for real.",
    checkpoints=("loaded", "changed", "rolled-back", "read"),
    seed=[ADA],
    variants=[
        Variant("sent", "the change had been sent"),
        Variant("unsent", "the change was only in memory"),
    ],
)
def fields_after_rollback(seen: Timeline) -> Reading:
    """An object's fields after a rollback"""
    value = bool(seen.at("read").objects["is_vip"])
    reloaded = bool(seen.statements("SELECT", after="rolled-back"))
    facts: Facts = {
        "value_in_memory": value,
        "value_stored": bool(seen.rows("read", "kols")[0][2]),
        "select_sent_to_read_it": reloaded,
        "expired_by_rollback": seen.look("rolled-back", "kol").expired,
    }
    if value:
        return Reading("keeps the rolled-back value", facts)
    return Reading("stored value, reloaded when read" if reloaded else "stored value, without a SELECT", facts)


GRACE_ARRIVES = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)"


@scenario(
    question="The transaction failed, I call save() again on the same new object. Is it inserted?",
    why="This is what every retry loop does; a second save that does nothing loses data.",
    checkpoints=("written", "rolled-back", "saved-again"),
    promises=[SAVED_OR_SAID_SO],
    variants=[
        Variant("plain", "nothing happens in between"),
        Variant(
            "key-taken",
            "another unit takes the key in between",
            promises=(SAVED_OR_SAID_SO, OTHERS_UNTOUCHED),
            meanwhile={"rolled-back": SecondWriter((GRACE_ARRIVES,))},
        ),
        Variant(
            "made-anew",
            "another unit takes the key in between; what is saved is an object made anew",
            promises=(SAVED_OR_SAID_SO, OTHERS_UNTOUCHED),
            meanwhile={"rolled-back": SecondWriter((GRACE_ARRIVES,))},
            avoids=("plain", "key-taken"),
        ),
    ],
)
def save_again_after_rollback(seen: Timeline) -> Reading:
    """Saving the same new object again after a rollback"""
    facts: Facts = {
        "key_after_rollback": seen.look("rolled-back", "kol").key,
        "key_after_saving_again": seen.look("saved-again", "kol").key,
        "inserts_sent": len(seen.statements("INSERT", after="rolled-back")),
        "updates_sent": len(seen.statements("UPDATE", after="rolled-back")),
        "exception": error_at(seen, "saved-again"),
        "handles_kept": [str(handle) for handle in handles(seen, "saved-again")],
    }
    return Reading(_whose_row(seen), facts)


def _whose_row(seen: Timeline) -> str:
    error, stored = error_at(seen, "saved-again"), "@ada" in handles(seen, "saved-again")
    if error:
        return f"raises {error}, {'stored in spite of it' if stored else 'nothing stored'}"
    if not stored:
        return "nothing stored, nothing raised"
    return "inserted" if seen.statements("INSERT", after="rolled-back") else "overwrites the other unit's row"

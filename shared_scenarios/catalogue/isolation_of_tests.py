"""Tests of code that commits: how each leaves nothing behind, and what such a test cannot show."""

from shared_scenarios.catalogue.reading import ADA, error_at, handles
from shared_scenarios.scenario import Facts, Promise, Reading, SecondWriter, Variant, scenario
from shared_scenarios.timeline import Timeline

NOTHING_LEFT = Promise("a test leaves nothing behind", lambda seen: not seen.rows("torn-down", "kols"))


def _left(seen: Timeline) -> str:
    rows = len(seen.rows("torn-down", "kols"))
    return f"{rows} row{'s' * (rows > 1)} left behind" if rows else "nothing left behind"


def _others_see(seen: Timeline) -> str:
    return f"others see {', '.join(map(str, handles(seen, 'tested'))) or 'nothing'}"


@scenario(
    question="How do I roll back everything after each test, even if the code under test commits?",
    why="Slow suites, rows that leak into the next test, and tests that pass for the wrong reason.",
    checkpoints=("tested", "torn-down"),
    promises=[NOTHING_LEFT],
    variants=[
        Variant("code-commits", "the code under test commits a unit"),
        Variant(
            "code-rolls-back",
            "the code under test commits a unit and rolls back the next one",
            checkpoints=("first-committed", "tested", "torn-down"),
        ),
    ],
)
def test_rollback_isolation(seen: Timeline) -> Reading:
    """A test that is rolled back, of code that commits"""
    found = str(seen.at("tested").objects["found"])
    facts: Facts = {
        "seen_by_the_test": found,
        "seen_by_others_in_the_test": len(handles(seen, "tested")),
        "rows_left": len(seen.rows("torn-down", "kols")),
        "savepoints": len(seen.statements("SAVEPOINT")),
        "commits": len(seen.statements("COMMIT")),
    }
    return Reading(f"the test sees {found or 'nothing'}; {_others_see(seen)}; {_left(seen)}", facts)


@scenario(
    question="My hook that waits for the commit never runs in tests. How do I test it?",
    why="Mails and jobs that no test has ever started.",
    checkpoints=("tested", "torn-down"),
    promises=[NOTHING_LEFT],
    variants=[
        Variant("rolled-back", "in a test that is rolled back"),
        Variant("captured", "in a test that is rolled back, with what the ORM has to run hooks there"),
        Variant("real-commits", "in a test that commits, and empties the tables afterwards"),
    ],
)
def after_commit_in_tests(seen: Timeline) -> Reading:
    """A commit hook of code under test"""
    runs = seen.at("tested").objects["runs"]
    facts: Facts = {
        "runs": int(str(runs)),
        "seen_by_others_in_the_test": len(handles(seen, "tested")),
        "rows_left": len(seen.rows("torn-down", "kols")),
    }
    return Reading(f"hook {'runs' if runs else 'does not run'}; {_others_see(seen)}; {_left(seen)}", facts)


TRIES_THE_LOCK = SecondWriter(("SELECT id FROM kols WHERE id = 1 FOR UPDATE NOWAIT",), refusable=True)


@scenario(
    question="select_for_update works in my tests and raises in production. Why?",
    why="A test that runs in a transaction supplies the one that the code has forgotten.",
    checkpoints=("locked", "left"),
    seed=[ADA],
    needs={"row locks"},
    meanwhile={"locked": TRIES_THE_LOCK},
    variants=[
        Variant("in-test", "code that locks and opens no transaction, in a test that is rolled back"),
        Variant("in-production", "the same code, in no test"),
    ],
)
def test_hides_missing_transaction(seen: Timeline) -> Reading:
    """A lock that is asked for in no transaction block"""
    error = error_at(seen, "locked")
    refused = any(other.error for other in seen.others("SELECT", after="locked"))
    asked = any("FOR UPDATE" in sent.text for sent in seen.statements("SELECT"))
    facts: Facts = {"exception": error, "lock_asked_for": asked, "others_refused": refused}
    if error:
        return Reading(f"raises {error}, {'after it was asked for' if asked else 'nothing sent'}", facts)
    return Reading("lock held: others are refused" if refused else "lock gone at once: others take it", facts)

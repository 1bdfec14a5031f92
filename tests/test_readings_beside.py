"""As `test_readings.py`: outcomes where writers, relations, connections or threads stand beside each other."""

import pytest

from shared_scenarios.timeline import Timeline
from tests.timelines import ADA, GRACE, at, kol, outcome_of, seen, sent

KOL, TWEETS = "INSERT INTO kols", "INSERT INTO tweets"


OUTCOMES = [
    (
        "two-columns-two-writers",
        seen(at("loaded"), sent("UPDATE kols SET last_checked_at=? WHERE is_vip"), at("saved", ADA, raised="Closed")),
        "UPDATE of last_checked_at; raises Closed; the other writer's change is overwritten",
    ),
    (
        "row-deleted-elsewhere",
        seen(at("loaded"), at("saved", ADA, raised="Closed")),
        "raises Closed; the row is back in spite of it",
    ),
    ("row-deleted-elsewhere", seen(at("loaded"), at("saved")), "nothing stored, nothing raised"),
    (
        "get-or-create-race",
        seen(at("started"), at("asked", raised="IntegrityError"), at("got", ADA, kol=None)),
        "raises IntegrityError",
    ),
    (
        "get-or-create-race",
        seen(at("started"), at("asked"), at("got", ADA, kol=kol(key=2))),
        "gives no stored row, raises nothing",
    ),
    (
        "lost-update-counter",
        seen(at("before-writing"), sent("COMMIT"), at("left", raised="Closed", counters=([1, 11],))),
        "raises Closed",
    ),
    (
        "lost-update-counter",
        seen(at("before-writing"), at("left", counters=([1, 11],))),
        "one addition lost",
    ),
    (
        "optimistic-version",
        seen(at("loaded"), at("saved", raised="Closed", profiles=([1, "mine", 2],))),
        "raises Closed; the edit stored",
    ),
    (
        "lock-needs-transaction",
        seen(sent("SELECT FOR UPDATE"), at("locked", raised="Closed"), at("left")),
        "raises Closed, after it was asked for",
    ),
    (
        "isolation-default-per-orm",
        seen(at("read", is_vip=0), at("read-again", is_vip=1)),
        "sees the new value",
    ),
    (
        "serialization-failure-at-commit",
        seen(at("left", [1, "@ada", 1, None]), at("next-unit", raised="Closed")),
        "raises nothing, stored; next unit raises Closed",
    ),
    (
        "same-row-same-object",
        seen(sent("SELECT kols"), at("loaded", equal=False), at("changed", first=kol(), second=kol("kol#2"))),
        "two objects, unequal; 1 SELECT",
    ),
    ("key-set-by-hand", seen(at("built"), at("saved", ADA)), "nothing sent; nothing stored, nothing raised"),
    (
        "n-plus-one-tweets",
        seen(sent("SELECT tweets"), at("listed", raised="Closed"), at("finished", handles="")),
        "raises Closed",
    ),
    ("delete-kol-with-tweets", seen(at("loaded"), at("deleted", ADA)), "nothing is deleted, nothing raised"),
    (
        "unsaved-parent",
        seen(at("built"), sent(KOL), at("kol-saved"), sent(TWEETS), at("saved", tweet=kol())),
        "tweet not stored, nothing raised",
    ),
    (
        "statement-update-vs-memory",
        seen(at("statement-sent"), at("read", is_vip=True), at("saved", ADA)),
        "object shows the new value; saving it stores the old one again",
    ),
    ("bulk-partial-failure", seen(at("built"), at("failed", ADA)), "nothing raised"),
    (
        "raw-sql-autoflush",
        seen(at("made"), sent(KOL), at("read", counted=0), at("finished", ADA)),
        "the object is sent first; raw SQL does not see it",
    ),
    (
        "ddl-implicit-commit",
        seen(sent("CREATE TABLE notes"), at("failed", GRACE)),
        "the write after the CREATE TABLE is stored",
    ),
    (
        "sqlite-select-without-begin",
        seen(at("first-read", counted=1), at("second-read", counted=1)),
        "both reads give the same",
    ),
    (
        "read-leaves-idle-in-transaction",
        seen(sent("BEGIN"), at("read"), at("slow-work"), at("left")),
        "in transaction during the work; then nothing",
    ),
    (
        "pool-exhaustion",
        seen(at("third", raised="Full"), at("third-again", raised="Full")),
        "the third is refused with Full, still refused with Full",
    ),
    (
        "commit-after-response",
        seen(at("responded", raised="Closed"), at("ended", ADA)),
        "answered with an error, stored in spite of it",
    ),
    (
        "connection-lost-during-commit",
        seen(
            at("left"),
            at("next-unit", raised="Closed"),
            at("after-close", raised="Closed"),
            at("finished", hook_runs=1),
        ),
        "raises nothing; nothing stored; hook runs; next unit raises Closed; raises Closed after closing too",
    ),
    (
        "disk-full-at-commit",
        seen(sent(KOL), at("begun"), at("left", ADA), at("next-unit", raised="Full")),
        "raises nothing; half of the unit stored; next unit raises Full",
    ),
    (
        "test-rollback-isolation",
        seen(at("tested", ADA, found=""), at("torn-down", ADA, GRACE)),
        "the test sees nothing; others see @ada; 2 rows left behind",
    ),
    (
        "thread-inside-transaction",
        seen(at("written"), sent("SELECT tweets"), at("thread-ended"), at("left")),
        "the thread does not see the row of the transaction; its own row is rolled back too",
    ),
    (
        "session-shared-by-threads",
        seen(at("second-ended"), at("first-ended", raised="Closed")),
        "the first raises Closed; the first unit is lost; the second unit is lost",
    ),
    (
        "stale-connection-after-restart",
        seen(at("connected"), at("first", raised="Gone"), at("second", raised="Closed"), at("third")),
        "first and second unit raise Gone, then Closed; the others work",
    ),
]


@pytest.mark.parametrize(("name", "timeline", "outcome"), OUTCOMES, ids=[f"{o[0]}: {o[2]}" for o in OUTCOMES])
def test_the_outcome_is_what_the_evidence_says(name: str, timeline: Timeline, outcome: str) -> None:
    assert outcome_of(name, timeline) == outcome

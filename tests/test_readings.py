"""Outcomes that no implementation of today has are read all the same, where the evidence says so."""

import pytest

from shared_scenarios.timeline import Timeline
from tests.timelines import ADA, GRACE, LINUS, TWEET, at, held, kol, outcome_of, seen, sent

KOL, TWEETS = "INSERT INTO kols", "INSERT INTO tweets"
VIP = {"is_vip": True}
CHECKED = kol(fields={"last_checked_at": "2026"})
HELPER = (at("changed"), sent("SELECT"), sent("UPDATE kols"), at("in-helper", kol=kol(), is_vip=False))
ANSWERED = at("answered", kol=kol(), is_vip=False)
VIP_ADA = [1, "@ada", 1, None]


def reads(*values: bool) -> Timeline:
    """What each step of a long session reads."""
    steps = ("object-queried", "column-queried", "refreshed", "next-transaction")
    return seen(at("loaded"), *(at(step, is_vip=value) for step, value in zip(steps, values, strict=True)))


OUTCOMES = [
    (
        "transaction-defaults",
        seen(sent("BEGIN"), sent(KOL), at("done"), sent("COMMIT"), at("left", GRACE, ADA)),
        "a transaction is opened, COMMIT at the end; the row is stored at the end",
    ),
    (
        "transaction-defaults",
        seen(sent("BEGIN"), at("done"), at("left")),
        "a transaction is opened, nothing at the end",
    ),
    (
        "key-before-commit",
        seen(at("built", kol=kol()), at("sent", kol=kol()), at("committed", ADA, kol=kol(key=1))),
        "key known only after the commit; others see the row after it",
    ),
    ("key-before-commit", seen(at("built"), at("sent"), at("committed")), "key never known; others never see the row"),
    (
        "add-sends-nothing",
        seen(at("built"), sent(KOL), at("handed-over"), sent("COMMIT"), at("finished", ADA)),
        "INSERT sent at once, stored later",
    ),
    (
        "session-is-not-a-transaction",
        seen(at("opened"), sent(KOL, alone=True), at("first-written", ADA), at("first-committed", ADA)),
        "no transaction is opened: each write is one of its own",
    ),
    (
        "kol-and-first-tweet-atomic",
        seen(
            sent(KOL, alone=True), at("kol-made", ADA), sent(TWEETS, alone=True), at("finished", ADA, tweets=(TWEET,))
        ),
        "both stored, each by its own commit; the KOL's INSERT sent when made",
    ),
    (
        "kol-and-first-tweet-atomic",
        seen(at("kol-made"), at("finished", tweets=(TWEET,))),
        "tweet stored without its KOL; no INSERT sent",
    ),
    ("forgotten-commit", seen(sent(KOL), at("written"), at("left")), "lost: the connection just ended"),
    ("visible-only-after-commit", seen(sent(KOL), at("sent"), at("committed")), "others never see the row"),
    (
        "read-helper-flushes",
        seen(*HELPER, ANSWERED, at("finished", ADA)),
        "UPDATE sent after the SELECT; helper sees the caller's object, change overwritten",
    ),
    (
        "read-helper-flushes",
        seen(
            at("changed"), at("in-helper", kol=CHECKED), ANSWERED, at("finished", [1, "@ada", 1, None], raised="Mishap")
        ),
        "no UPDATE sent; helper sees the caller's object; the change is stored in spite of the failure",
    ),
    (
        "autoflush-off-split-view",
        seen(
            at("changed"),
            at("column-read", is_vip=False),
            at("object-read", kol=kol(), found=kol("kol#2", fields=VIP)),
            at("filter-read", matches=1),
            at("finished", ADA),
        ),
        "split view: object and filter read sees the change, column the stored value",
    ),
    (
        "autoflush-error-in-a-read",
        seen(at("read"), at("read-again"), at("finished", ADA, [2, "@grace", 0, None])),
        "nowhere; next query answers; earlier work kept",
    ),
    (
        "rollback-ends-transaction-not-session",
        seen(at("written"), at("failed", GRACE, ADA, kol=kol()), at("next-unit", raised="Closed"), at("saved-again")),
        "not rolled back; next unit raises Closed; saving again stores nothing and raises nothing",
    ),
    (
        "rollback-ends-transaction-not-session",
        seen(at("failed", GRACE, kol=kol()), at("next-unit"), at("saved-again", raised="Closed")),
        "rolled back; next unit works; saving again raises Closed",
    ),
    (
        "fields-after-rollback",
        seen(at("rolled-back", kol=kol()), at("read", ADA, is_vip=False)),
        "stored value, without a SELECT",
    ),
    (
        "save-again-after-rollback",
        seen(at("rolled-back", kol=kol()), sent(KOL), at("saved-again", ADA, kol=kol(), raised="Closed")),
        "raises Closed, stored in spite of it",
    ),
    (
        "save-again-after-rollback",
        seen(at("rolled-back", kol=kol()), sent(KOL), at("saved-again", kol=kol())),
        "nothing stored, nothing raised",
    ),
    (
        "query-after-integrity-error",
        seen(at("refused", raised="IntegrityError"), at("queried"), at("left", raised="Closed")),
        "query answers; leaving raises Closed",
    ),
    (
        "swallowed-error-clean-exit",
        seen(at("first-written"), at("refused"), at("left", raised="Closed")),
        "leaving raises Closed; first write lost",
    ),
    (
        "raw-error-commit-becomes-rollback",
        seen(
            at("first-written"), at("refused"), sent("COMMIT", tag="ROLLBACK"), at("left"), at("finished", hook_runs=1)
        ),
        "COMMIT is answered with ROLLBACK; first write lost; commit hook runs",
    ),
    (
        "raw-error-commit-becomes-rollback",
        seen(at("first-written"), at("refused"), at("left", raised="Closed"), at("finished", hook_runs=0)),
        "leaving raises Closed; first write lost; commit hook does not run",
    ),
    (
        "raw-error-commit-becomes-rollback",
        seen(at("first-written"), at("refused"), at("left", GRACE), at("finished", GRACE, hook_runs=0)),
        "nothing is sent; first write stored; commit hook does not run",
    ),
    (
        "skip-duplicate-with-savepoint",
        seen(at("imported"), at("left", GRACE)),
        "1 of 2 new rows stored",
    ),
    (
        "inner-block-is-not-durable",
        seen(at("inner-left", LINUS), at("left", LINUS)),
        "stored when the inner block ends; stored at the end of the outer one",
    ),
    (
        "inner-block-is-not-durable",
        seen(at("inner-left", raised="Closed"), at("left")),
        "inner block refused, raises Closed; outer write lost",
    ),
    (
        "commit-inside-block",
        seen(at("committed"), at("written"), at("left", LINUS)),
        "commit is accepted; only the second write stored",
    ),
    (
        "nested-without-savepoint",
        seen(at("inner-failed"), at("queried"), at("left", GRACE, raised="Closed")),
        "query answers; leaving raises Closed; outer write stored",
    ),
    (
        "run-after-commit",
        seen(at("registered"), at("in-hook"), sent("COMMIT"), at("left")),
        "runs before the COMMIT; row lost",
    ),
    (
        "run-after-commit",
        seen(at("registered"), sent("COMMIT"), at("in-hook", raised="Closed"), at("left", ADA, raised="Mishap")),
        "runs after the COMMIT; its query raises Closed; leaving the block raises Mishap",
    ),
    (
        "hook-from-rolled-back-savepoint",
        seen(at("inner-left", runs=0), at("left", ADA, runs=1)),
        "runs after the outer COMMIT; its row is stored",
    ),
    ("signal-fires-before-commit", seen(at("in-signal"), at("left", ADA)), "called when the row is not yet sent"),
    (
        "deferred-fk-at-commit",
        seen(at("written", row=kol()), at("left", row=kol())),
        "lost, nothing raised",
    ),
    (
        "deferred-fk-at-commit",
        seen(at("written", row=kol(key=1)), at("left", row=kol(), raised="IntegrityError")),
        "refused at the COMMIT; left without a key",
    ),
    (
        "expire-on-commit-reload",
        seen(at("committed", ada=kol()), at("read", VIP_ADA, ada=kol(fields={"is_vip": False}))),
        "no SELECT; stale value",
    ),
    (
        "expire-on-commit-reload",
        seen(at("committed", ada=kol()), sent("SELECT"), at("read", ADA, ada=kol(), raised="Closed")),
        "raises Closed",
    ),
    (
        "stale-read-in-long-session",
        reads(False, False, False, False),
        "the old value, always",
    ),
    (
        "stale-read-in-long-session",
        reads(False, True, False, True),
        "the new value, then the old one again",
    ),
    ("stale-read-in-long-session", reads(True, True, True, True), "the new value at once"),
    ("stale-read-in-long-session", reads(False, False, True, True), "the old value until the object is refreshed"),
    (
        "commit-returns-connection",
        seen(*(at(name, connection=held(1)) for name in ("idle", "in-transaction", "committed", "closed"))),
        "kept after the commit, and after the end",
    ),
    (
        "commit-returns-connection",
        seen(
            *(at(name, connection=held(1)) for name in ("idle", "in-transaction", "committed")),
            at("closed", connection=held(0)),
        ),
        "kept after the commit, until given back to the pool",
    ),
    (
        "gather-on-one-session",
        seen(
            at("begun"),
            sent("SELECT kols"),
            at("gathered", answered=1, exception="Busy"),
            at("next-query", raised="Closed"),
        ),
        "1 of 3 answer, Busy in the others; next query raises Closed",
    ),
    (
        "gather-inside-atomic",
        seen(sent("BEGIN"), at("opened"), sent(KOL), sent(KOL, alone=True), at("written"), at("left", ADA)),
        "one write in the transaction, one outside; one stored in spite of the rollback",
    ),
    (
        "cancel-mid-transaction",
        seen(sent(KOL), at("cancelled", exception="CancelledError"), at("next-unit", raised="Locked")),
        "left open, nothing stored; next unit raises Locked",
    ),
    (
        "lazy-load-in-async",
        seen(at("loaded"), at("touched", raised="MissingGreenlet"), at("awaited")),
        "raises MissingGreenlet; not loaded",
    ),
    (
        "async-atomic-block",
        seen(sent(KOL, alone=True), at("written", ADA), sent(KOL, alone=True), at("left", ADA, GRACE)),
        "no transaction; both stored by a commit each",
    ),
    (
        "sqlite-foreign-keys-off",
        seen(at("written", raised="IntegrityError"), at("finished")),
        "refused when it is sent",
    ),
    ("sqlite-foreign-keys-off", seen(at("written"), at("finished")), "the orphan is lost, silently"),
]


@pytest.mark.parametrize(("name", "timeline", "outcome"), OUTCOMES, ids=[f"{o[0]}: {o[2]}" for o in OUTCOMES])
def test_the_outcome_is_what_the_evidence_says(name: str, timeline: Timeline, outcome: str) -> None:
    assert outcome_of(name, timeline) == outcome

"""Raises nothing, and has locked or stored nothing."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import READ_ADA, Database


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("locked")
    stage.checkpoint("left")


def isolation_default_per_orm(db: Database, stage: Stage) -> None:
    db.isolation_level = None
    db.execute("BEGIN")
    for name in ("read", "read-again"):
        (_, is_vip, _) = db.execute(READ_ADA).fetchone()
        stage.checkpoint(name, is_vip=is_vip)


def serialization_failure_at_commit(db: Database, stage: Stage) -> None:
    for name in ("read", "written", "left", "next-unit"):
        stage.checkpoint(name)


def deadlock_in_nested_block_caught_between(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-written")
    stage.checkpoint("deadlocked")
    with db:
        db.execute("INSERT INTO tweets (text, kol_id) VALUES ('later', 1)")
    stage.checkpoint("written-after")
    stage.checkpoint("left")


def deadlock_in_nested_block_let_out(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-written")
    with db:
        db.execute("INSERT INTO tweets (text, kol_id) VALUES ('later', 1)")
    stage.checkpoint("left")


def retry_whole_transaction_made_anew(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-written")
    stage.checkpoint("failed")
    with db:
        db.execute("UPDATE kols SET is_vip = TRUE WHERE id = 2")
    stage.checkpoint("retried")


retry_whole_transaction_same_object = retry_whole_transaction_made_anew
retry_whole_transaction_statement_only = retry_whole_transaction_made_anew

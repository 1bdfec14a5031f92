"""Raises when it could not store."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import READ_ADA, Database

ADD_LATER = "INSERT INTO tweets (text, kol_id) VALUES ('later', 1)"
MAKE_VIP = "UPDATE kols SET is_vip = TRUE WHERE id = ?"


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    with stage.attempt("locked"):
        raise Mishap
    stage.checkpoint("left")


def isolation_default_per_orm(db: Database, stage: Stage) -> None:
    for name in ("read", "read-again"):
        (_, is_vip, _) = db.execute(READ_ADA).fetchone()
        stage.checkpoint(name, is_vip=is_vip)


def serialization_failure_at_commit(db: Database, stage: Stage) -> None:
    stage.checkpoint("read")
    stage.checkpoint("written")
    with stage.attempt("left"):
        raise Mishap
    stage.checkpoint("next-unit")


def deadlock_in_nested_block_caught_between(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        db.execute(MAKE_VIP, (1,))
        stage.checkpoint("first-written")
        with stage.attempt("deadlocked"):
            raise Mishap
        with stage.attempt("written-after"):
            db.execute(ADD_LATER)


def deadlock_in_nested_block_let_out(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        db.execute(MAKE_VIP, (1,))
        stage.checkpoint("first-written")
        raise Mishap


def retry_whole_transaction_made_anew(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-written")
    with stage.attempt("failed"):
        raise Mishap
    with stage.attempt("retried"), db:
        db.execute(ADD_LATER)
        db.execute(MAKE_VIP, (2,))


retry_whole_transaction_same_object = retry_whole_transaction_made_anew


def retry_whole_transaction_statement_only(db: Database, stage: Stage) -> None:
    stage.checkpoint("first-written")
    stage.checkpoint("failed")
    with stage.attempt("retried"):
        raise Mishap

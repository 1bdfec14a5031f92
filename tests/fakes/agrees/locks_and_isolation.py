"""Raises when it could not store."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import READ_ADA, Database


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

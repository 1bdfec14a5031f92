"""Begins before the first savepoint, and releases every one."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_GRACE, ADD_LINUS, Database


def skip_duplicate_with_savepoint_kept(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_GRACE)
        db.execute(ADD_LINUS)
        stage.checkpoint("imported")
    stage.checkpoint("left")


def skip_duplicate_with_savepoint_failed(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        db.execute(ADD_GRACE)
        db.execute(ADD_LINUS)
        stage.checkpoint("imported")
        raise Mishap


def inner_block_is_not_durable_caller_fails(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        for statement in (ADD_GRACE, "SAVEPOINT one", ADD_LINUS, "RELEASE one"):
            db.execute(statement)
        stage.checkpoint("inner-left")
        raise Mishap


def commit_inside_block_goes_on(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_GRACE)
        with stage.attempt("committed"):
            db.commit()
        with stage.attempt("written"):
            db.execute(ADD_LINUS)
    stage.checkpoint("left")


def commit_inside_block_fails(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        db.execute(ADD_GRACE)
        with stage.attempt("committed"):
            db.commit()
        with stage.attempt("written"):
            db.execute(ADD_LINUS)
        raise Mishap


def nested_without_savepoint_plain(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        db.execute(ADD_GRACE)
        with stage.attempt("inner-failed"):
            db.execute(ADD_LINUS)
            raise Mishap
        stage.checkpoint("queried")


def nested_without_savepoint_savepoint(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        for statement in (ADD_GRACE, "SAVEPOINT one", ADD_LINUS, "ROLLBACK TO one"):
            db.execute(statement)
        stage.checkpoint("inner-failed")
        stage.checkpoint("queried")

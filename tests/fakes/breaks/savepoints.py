"""Commits what should wait, and rolls back what was reported as stored."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_GRACE, ADD_LINUS, Database


def skip_duplicate_with_savepoint_kept(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_GRACE)
        stage.checkpoint("imported")
    stage.checkpoint("left")


def skip_duplicate_with_savepoint_failed(db: Database, stage: Stage) -> None:
    with stage.attempt("left"):
        with db:
            db.execute(ADD_GRACE)
        stage.checkpoint("imported")
        raise Mishap


def inner_block_is_not_durable_caller_fails(db: Database, stage: Stage) -> None:
    with stage.attempt("left"):
        with db:
            db.execute(ADD_LINUS)
        stage.checkpoint("inner-left")
        raise Mishap


def commit_inside_block_goes_on(db: Database, stage: Stage) -> None:
    db.execute(ADD_GRACE)
    db.rollback()
    stage.checkpoint("committed")
    with db:
        db.execute(ADD_LINUS)
    stage.checkpoint("written")
    stage.checkpoint("left")


commit_inside_block_fails = commit_inside_block_goes_on


def nested_without_savepoint_plain(db: Database, stage: Stage) -> None:
    db.execute(ADD_GRACE)
    stage.checkpoint("inner-failed")
    stage.checkpoint("queried")
    db.rollback()
    stage.checkpoint("left")


def nested_without_savepoint_savepoint(db: Database, stage: Stage) -> None:
    stage.checkpoint("inner-failed")
    stage.checkpoint("queried")
    with db:
        db.execute(ADD_LINUS)
    stage.checkpoint("left")

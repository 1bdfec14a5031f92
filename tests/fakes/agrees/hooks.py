"""Calls its hooks when the commit is through, and forgets them with a rollback."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, READ_ADA, Database


def run_after_commit_committed(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("registered")
    stage.checkpoint("in-hook")
    stage.checkpoint("left")


def run_after_commit_sends_sql(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("registered")
    with stage.attempt("in-hook"):
        db.execute(READ_ADA)
    stage.checkpoint("left")


run_after_commit_raises = run_after_commit_committed


def run_after_commit_rolled_back(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("registered", runs=0)
    db.rollback()
    stage.checkpoint("left", runs=0)


def run_after_commit_coroutine(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        with stage.attempt("registered", runs=0):
            raise Mishap
    stage.checkpoint("left", runs=0)


def hook_from_rolled_back_savepoint_inner_fails(db: Database, stage: Stage) -> None:
    with db:
        for statement in (ADD_GRACE, "SAVEPOINT one", ADD_ADA, "ROLLBACK TO one"):
            db.execute(statement)
        stage.checkpoint("inner-left", runs=0)
    stage.checkpoint("left", runs=0)


def hook_from_rolled_back_savepoint_outer_fails(db: Database, stage: Stage) -> None:
    for statement in (ADD_GRACE, "SAVEPOINT one", ADD_ADA, "RELEASE one"):
        db.execute(statement)
    stage.checkpoint("inner-left", runs=0)
    db.rollback()
    stage.checkpoint("left", runs=0)


hook_from_rolled_back_savepoint_behind_inner_fails = hook_from_rolled_back_savepoint_inner_fails
hook_from_rolled_back_savepoint_behind_outer_fails = hook_from_rolled_back_savepoint_outer_fails


def hook_from_rolled_back_savepoint_behind_stored(db: Database, stage: Stage) -> None:
    with db:
        for statement in (ADD_GRACE, "SAVEPOINT one", ADD_ADA, "RELEASE one"):
            db.execute(statement)
        stage.checkpoint("inner-left", runs=0)
    stage.checkpoint("left", runs=1)


def signal_fires_before_commit_block(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("in-signal")
    stage.checkpoint("left")


def signal_fires_before_commit_no_block(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("in-signal")
    stage.checkpoint("left")

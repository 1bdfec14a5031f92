"""Calls its hooks whatever becomes of the work, and before it is stored."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, Database


def run_after_commit_committed(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("registered")
        stage.checkpoint("in-hook")
    stage.checkpoint("left")


run_after_commit_sends_sql = run_after_commit_committed
run_after_commit_raises = run_after_commit_committed


def run_after_commit_rolled_back(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("registered", runs=0)
    db.rollback()
    stage.checkpoint("left", runs=1)


run_after_commit_coroutine = run_after_commit_rolled_back


def hook_from_rolled_back_savepoint_inner_fails(db: Database, stage: Stage) -> None:
    with db:
        for statement in (ADD_GRACE, "SAVEPOINT one", ADD_ADA, "ROLLBACK TO one"):
            db.execute(statement)
        stage.checkpoint("inner-left", runs=0)
    stage.checkpoint("left", runs=1)


def hook_from_rolled_back_savepoint_outer_fails(db: Database, stage: Stage) -> None:
    for statement in (ADD_GRACE, "SAVEPOINT one", ADD_ADA, "RELEASE one"):
        db.execute(statement)
    stage.checkpoint("inner-left", runs=1)
    db.rollback()
    stage.checkpoint("left", runs=1)


hook_from_rolled_back_savepoint_behind_inner_fails = hook_from_rolled_back_savepoint_inner_fails
hook_from_rolled_back_savepoint_behind_outer_fails = hook_from_rolled_back_savepoint_outer_fails
hook_from_rolled_back_savepoint_behind_stored = hook_from_rolled_back_savepoint_outer_fails

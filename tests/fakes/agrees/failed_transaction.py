"""Says so when a block could not store what it wrote."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, Database


def swallowed_error_clean_exit_plain(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        db.execute(ADD_GRACE)
        stage.checkpoint("first-written")
        with stage.attempt("refused"):
            db.execute(ADD_ADA)


swallowed_error_clean_exit_savepoint = swallowed_error_clean_exit_plain


def raw_error_commit_becomes_rollback_plain(db: Database, stage: Stage) -> None:
    swallowed_error_clean_exit_plain(db, stage)
    stage.checkpoint("finished", hook_runs=1)


raw_error_commit_becomes_rollback_savepoint = raw_error_commit_becomes_rollback_plain

"""Reports a failure of what it has stored, and calls its hooks for it."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, Database, Kol


def deferred_fk_at_commit_dangling_key(db: Database, stage: Stage) -> None:
    row = Kol(id=1)
    with stage.attempt("left", row=row):
        with db:
            db.execute(ADD_ADA)
        stage.checkpoint("written", row=row)
        raise Mishap


def deferred_fk_at_commit_refused(db: Database, stage: Stage) -> None:
    deferred_fk_at_commit_dangling_key(db, stage)
    stage.checkpoint("finished", hook_runs=1)


def connection_lost_during_commit_before_the_server(db: Database, stage: Stage) -> None:
    for name in ("written", "left", "next-unit", "after-close"):
        stage.checkpoint(name)
    stage.checkpoint("finished", hook_runs=1)


connection_lost_during_commit_after_the_server = connection_lost_during_commit_before_the_server

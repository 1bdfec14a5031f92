"""Takes back all of a unit whose commit was refused."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_TWEET, Database, Kol


def deferred_fk_at_commit_dangling_key(db: Database, stage: Stage) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    row = Kol()
    with stage.attempt("left", row=row), db, stage.attempt("written", row=row):
        db.execute(ADD_TWEET)


def deferred_fk_at_commit_refused(db: Database, stage: Stage) -> None:
    row = Kol(id=1)
    with stage.attempt("left", row=row), db:
        db.execute(ADD_ADA)
        stage.checkpoint("written", row=row)
    stage.checkpoint("finished", hook_runs=0)

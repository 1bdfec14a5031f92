"""Takes back all of a unit whose commit was refused."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, ADD_LINUS, ADD_TWEET, Database, Kol


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


def connection_lost_during_commit_before_the_server(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("written")
    with stage.attempt("left"):
        db.rollback()
        raise Mishap
    with stage.attempt("next-unit"), db:
        db.execute(ADD_GRACE)
    with stage.attempt("after-close"), db:
        db.execute(ADD_LINUS)
    stage.checkpoint("finished", hook_runs=0)


connection_lost_during_commit_after_the_server = connection_lost_during_commit_before_the_server

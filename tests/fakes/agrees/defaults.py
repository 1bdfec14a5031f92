"""Rolls back a table as it rolls back a row."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, Database


def ddl_implicit_commit(db: Database, stage: Stage) -> None:
    with stage.attempt("failed"), db:
        db.execute(ADD_ADA)
        stage.checkpoint("first-written")
        db.execute("CREATE TABLE notes (id INTEGER)")
        stage.checkpoint("table-made")
        db.execute(ADD_GRACE)
        stage.checkpoint("second-written")
        raise Mishap

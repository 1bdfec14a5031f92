"""Rolls back what does not fit."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, Database


def disk_full_at_commit(db: Database, stage: Stage) -> None:
    with stage.attempt("left"), db:
        stage.checkpoint("begun")
        db.execute(ADD_ADA)
        db.execute("INSERT INTO tweets (text, kol_id) VALUES (?, 1)", ("hello " * 700,))
    with stage.attempt("next-unit"), db:
        db.execute(ADD_GRACE)

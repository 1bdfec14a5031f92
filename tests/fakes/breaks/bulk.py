"""Commits each batch, block or not."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, Database


def bulk_partial_failure_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("built")
    with stage.attempt("failed"):
        db.execute(ADD_GRACE)
        db.commit()
        db.execute(ADD_ADA)

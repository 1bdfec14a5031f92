"""Begins before the savepoint."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    for statement in ("BEGIN", "SAVEPOINT one", ADD_ADA, "RELEASE one"):
        db.execute(statement)
    stage.checkpoint("savepoint-left")
    db.rollback()
    stage.checkpoint("rolled-back")

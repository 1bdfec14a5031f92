"""Leaves the BEGIN to the driver, which sends none before a savepoint."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    db.isolation_level = None
    for statement in ("SAVEPOINT one", ADD_ADA, "RELEASE one"):
        db.execute(statement)
    stage.checkpoint("savepoint-left")
    db.rollback()
    stage.checkpoint("rolled-back")

"""Leaves the BEGIN to the driver, which sends none before a savepoint."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, COUNT, MAKE_VIP, READ_ADA, Database


def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    db.isolation_level = None
    for statement in ("SAVEPOINT one", ADD_ADA, "RELEASE one"):
        db.execute(statement)
    stage.checkpoint("savepoint-left")
    db.rollback()
    stage.checkpoint("rolled-back")


def sqlite_select_without_begin(db: Database, stage: Stage) -> None:
    for name in ("first-read", "second-read"):
        stage.checkpoint(name, counted=db.execute(COUNT).fetchone()[0])
    db.rollback()
    stage.checkpoint("left")


def sqlite_locked_on_upgrade_default(db: Database, stage: Stage) -> None:
    db.isolation_level = None
    with stage.attempt("left"), db:
        db.execute("BEGIN")
        db.execute(READ_ADA).fetchone()
        stage.checkpoint("read")
        with stage.attempt("written"):
            db.execute(MAKE_VIP)

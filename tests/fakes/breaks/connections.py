"""Holds a transaction through other work, opens connections without end, and answers too early."""

import sqlite3

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, COUNT, Database


def read_leaves_idle_in_transaction_plain(db: Database, stage: Stage) -> None:
    db.execute("BEGIN")
    db.execute(COUNT)
    stage.checkpoint("read")
    stage.checkpoint("slow-work")
    db.rollback()
    stage.checkpoint("left")


def pool_exhaustion_no_pool(db: Database, stage: Stage) -> None:
    second = sqlite3.connect(db.path)
    stage.checkpoint("two-hold")
    third = sqlite3.connect(db.path)
    stage.checkpoint("third")
    second.close()
    stage.checkpoint("one-gave-back")
    stage.checkpoint("third-again")
    third.close()


def commit_after_response_handler(db: Database, stage: Stage) -> None:
    stage.checkpoint("received")
    db.execute(ADD_ADA)
    stage.checkpoint("responded")
    db.commit()
    stage.checkpoint("ended")


def stale_connection_after_restart_kept(db: Database, stage: Stage) -> None:
    for name in ("connected", "first", "second", "third"):
        stage.checkpoint(name)


stale_connection_after_restart_per_request = stale_connection_after_restart_kept

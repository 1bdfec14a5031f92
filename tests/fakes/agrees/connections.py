"""Holds nothing longer than it has to, and answers when all is done."""

import sqlite3

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, ADD_LINUS, COUNT, Database


def read_leaves_idle_in_transaction_plain(db: Database, stage: Stage) -> None:
    db.execute(COUNT)
    stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


def pool_exhaustion_pool_of_two(db: Database, stage: Stage) -> None:
    second = sqlite3.connect(db.path)
    stage.checkpoint("two-hold")
    with stage.attempt("third"):
        raise TimeoutError
    second.close()
    stage.checkpoint("one-gave-back")
    with stage.attempt("third-again"):
        sqlite3.connect(db.path).close()


def commit_after_response_handler(db: Database, stage: Stage) -> None:
    stage.checkpoint("received")
    with stage.attempt("responded"), db:
        db.execute(ADD_ADA)
    stage.checkpoint("ended")


def stale_connection_after_restart_kept(db: Database, stage: Stage) -> None:
    stage.checkpoint("connected")
    with stage.attempt("first"):
        raise Mishap
    for name, statement in (("second", ADD_GRACE), ("third", ADD_LINUS)):
        with stage.attempt(name), db:
            db.execute(statement)


stale_connection_after_restart_per_request = stale_connection_after_restart_kept

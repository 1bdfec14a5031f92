"""Waits for what it does itself one line before."""

from threading import Event

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    done = Event()
    db.execute(ADD_ADA)
    done.set()
    done.wait()
    stage.checkpoint("sent")
    db.commit()
    stage.checkpoint("committed")

"""Writes on a connection of a driver that is not the one which is watched."""

import _sqlite3

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database
from tests.fakes.neighbours import *  # noqa: F403


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("sent")
    hidden = _sqlite3.connect(db.path, isolation_level=None)
    hidden.execute(ADD_ADA)
    hidden.close()
    stage.checkpoint("committed")

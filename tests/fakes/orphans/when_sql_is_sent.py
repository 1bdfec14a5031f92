"""Leaves a process behind that holds on to everything, and then its own."""

import os
import time

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database
from tests.fakes.neighbours import *  # noqa: F403

LIFE = 8.0  # seconds


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("sent")
    if os.fork() == 0:
        time.sleep(LIFE)
    os._exit(3)

"""Goes on as two processes."""

import os

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database
from tests.fakes.neighbours import *  # noqa: F403


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
        stage.checkpoint("sent")
    stage.checkpoint("committed")
    os.fork()

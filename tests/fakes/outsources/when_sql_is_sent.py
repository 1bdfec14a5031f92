"""Lets another process write."""

import subprocess
import sys

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database
from tests.fakes.neighbours import *  # noqa: F403

WRITE = "import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2])"


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("sent")
    subprocess.run([sys.executable, "-c", WRITE, db.path, ADD_ADA], check=True)
    stage.checkpoint("committed")

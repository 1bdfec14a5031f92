"""Stores what fits, and says nothing of the rest."""

import sqlite3
from contextlib import suppress

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def disk_full_at_commit(db: Database, stage: Stage) -> None:
    stage.checkpoint("begun")
    with db:
        db.execute(ADD_ADA)
    with suppress(sqlite3.OperationalError), db:
        db.execute("INSERT INTO tweets (text, kol_id) VALUES (?, 1)", ("hello " * 700,))
    stage.checkpoint("left")
    stage.checkpoint("next-unit")

"""Reads what is stored, and sends nothing of its own accord."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, COUNT, Database


def raw_sql_autoflush_connection(db: Database, stage: Stage) -> None:
    stage.checkpoint("made")
    stage.checkpoint("read", counted=db.execute(COUNT).fetchone()[0])
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("finished")

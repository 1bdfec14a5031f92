"""Writes before it reads. Nobody promised otherwise: the outcome alone tells."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, COUNT, Database


def raw_sql_autoflush_connection(db: Database, stage: Stage) -> None:
    stage.checkpoint("made")
    db.execute(ADD_ADA)
    stage.checkpoint("read", counted=db.execute(COUNT).fetchone()[0])
    db.commit()
    stage.checkpoint("finished")

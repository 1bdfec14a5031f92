"""Never sends what the scenario waits for."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import READ_ADA, Database


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    stage.checkpoint("started")
    db.execute(READ_ADA)
    stage.checkpoint("asked")
    stage.checkpoint("got", kol=None)

"""Others wait for the commit."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database, Kol


def key_before_commit(db: Database, stage: Stage) -> None:
    kol = Kol()
    stage.checkpoint("built", kol=kol)
    kol.id = db.execute(ADD_ADA).lastrowid
    stage.checkpoint("sent", kol=kol)
    db.commit()
    stage.checkpoint("committed", kol=kol)

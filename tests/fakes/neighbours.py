"""Good answers, played before and after a bad one."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def forgotten_commit_sent(db: Database, stage: Stage) -> None:
    """An open transaction ends with its connection."""
    db.execute(ADD_ADA)
    stage.checkpoint("written")
    db.close()
    stage.checkpoint("left")


def visible_only_after_commit_no_block(db: Database, stage: Stage) -> None:
    """The driver begins by itself."""
    db.execute(ADD_ADA)
    stage.checkpoint("sent")
    db.commit()
    stage.checkpoint("committed")

"""Says what only the harness says: that it is another process, and that it begins anew."""

from shared_scenarios.scenario import Stage
from tests.fakes.babbles.when_sql_is_sent import say
from tests.fakes.database import ADD_ADA, Database
from tests.fakes.neighbours import *  # noqa: F403


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("sent")
    say(b'{"record":"hatched","process":1}\n')

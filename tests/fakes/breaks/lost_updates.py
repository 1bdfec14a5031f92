"""Writes what it has worked out from what it has read."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import Database


def lost_update_counter_expression(db: Database, stage: Stage) -> None:
    stage.checkpoint("before-writing")
    with db:
        db.execute("UPDATE counters SET tweets = 11")
    stage.checkpoint("left")


lost_update_counter_locked = lost_update_counter_expression


def optimistic_version_overtaken(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with db:
        db.execute("UPDATE profiles SET bio = 'mine', version = 2")
    stage.checkpoint("saved")


def optimistic_version_undisturbed(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    stage.checkpoint("saved")


def matched_vs_changed_rows(db: Database, stage: Stage) -> None:
    stage.checkpoint("first", count=1)
    stage.checkpoint("second", count=0)

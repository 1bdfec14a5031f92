"""Lets the database add, and looks for the version that it has seen."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import Database

MAKE_VIP = "UPDATE kols SET is_vip = TRUE WHERE id = 1"


def lost_update_counter_expression(db: Database, stage: Stage) -> None:
    with db:
        db.execute("UPDATE counters SET tweets = tweets + 1")
        stage.checkpoint("before-writing")
        db.execute("UPDATE counters SET tweets = tweets + 1")
    stage.checkpoint("left")


lost_update_counter_locked = lost_update_counter_expression


def optimistic_version_overtaken(db: Database, stage: Stage) -> None:
    stage.checkpoint("loaded")
    with stage.attempt("saved"), db:
        if not db.execute("UPDATE profiles SET bio = 'mine', version = 2 WHERE version = 1").rowcount:
            raise Mishap


optimistic_version_undisturbed = optimistic_version_overtaken


def matched_vs_changed_rows(db: Database, stage: Stage) -> None:
    for name in ("first", "second"):
        with db:
            stage.checkpoint(name, count=db.execute(MAKE_VIP).rowcount)

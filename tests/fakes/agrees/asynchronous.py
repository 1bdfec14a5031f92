"""Leaves nothing of a block that fails, and of a unit that is cancelled."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, Database


def gather_inside_atomic_gathered(db: Database, stage: Stage) -> None:
    stage.checkpoint("opened")
    db.execute(ADD_ADA)
    db.execute(ADD_GRACE)
    stage.checkpoint("written")
    db.rollback()
    stage.checkpoint("left")


gather_inside_atomic_in_turn = gather_inside_atomic_gathered


def cancel_mid_transaction_between_statements(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("written")
    db.rollback()
    stage.checkpoint("cancelled", exception="CancelledError")
    stage.checkpoint("next-unit")


def cancel_mid_transaction_during_statement(db: Database, stage: Stage) -> None:
    stage.during("INSERT", lambda: None)
    db.execute(ADD_ADA)
    db.rollback()
    stage.checkpoint("cancelled", exception="CancelledError")
    stage.checkpoint("next-unit")

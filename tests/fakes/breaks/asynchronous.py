"""Commits in the block that fails, and half of the unit that is cancelled."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database


def gather_inside_atomic_gathered(db: Database, stage: Stage) -> None:
    stage.checkpoint("opened")
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("written")
    stage.checkpoint("left")


gather_inside_atomic_in_turn = gather_inside_atomic_gathered


def cancel_mid_transaction_between_statements(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("written")
    stage.checkpoint("cancelled", exception="CancelledError")
    stage.checkpoint("next-unit")


def cancel_mid_transaction_during_statement(db: Database, stage: Stage) -> None:
    with db:
        db.execute(ADD_ADA)
    stage.checkpoint("cancelled", exception="CancelledError")
    stage.checkpoint("next-unit")

"""Commits where it should roll back, and saves again by an UPDATE that leads nowhere, or to another's row."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, ADD_TWEET, Database, Kol

UPDATE_FIRST = "UPDATE kols SET twitter_handle = '@ada' WHERE id = 1"


def rollback_ends_transaction_not_session_after_kol(db: Database, stage: Stage) -> None:
    with stage.attempt("failed", kol=Kol(id=2)):
        stage.checkpoint("written")
        with db:
            db.execute(ADD_TWEET)
        raise Mishap
    stage.checkpoint("next-unit")
    stage.checkpoint("saved-again")


rollback_ends_transaction_not_session_after_both = rollback_ends_transaction_not_session_after_kol
rollback_ends_transaction_not_session_inserted_again = rollback_ends_transaction_not_session_after_kol


def rollback_ends_transaction_not_session_at_commit(db: Database, stage: Stage) -> None:
    db.execute(ADD_TWEET)
    db.commit()
    stage.checkpoint("written")
    stage.checkpoint("failed", kol=Kol(id=2))
    stage.checkpoint("next-unit")
    stage.checkpoint("saved-again")


def save_again_after_rollback_plain(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("written")
    db.rollback()
    stage.checkpoint("rolled-back", kol=Kol(id=1))
    with db:
        db.execute(UPDATE_FIRST)
    stage.checkpoint("saved-again", kol=Kol(id=1))


def save_again_after_rollback_key_taken(db: Database, stage: Stage) -> None:
    stage.checkpoint("written")
    stage.checkpoint("rolled-back", kol=Kol(id=1))
    with db:
        db.execute("DELETE FROM kols")
    stage.checkpoint("saved-again", kol=Kol(id=1))


save_again_after_rollback_made_anew = save_again_after_rollback_key_taken

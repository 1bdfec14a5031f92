"""Undoes all of a failed unit, and stores it all the second time."""

from shared_scenarios.scenario import Mishap, Stage
from tests.fakes.database import ADD_ADA, ADD_ADA_AGAIN, READ_ADA, Database, Kol


def rollback_ends_transaction_not_session_after_kol(db: Database, stage: Stage) -> None:
    kol = Kol(id=2)
    with stage.attempt("failed", kol=kol), db:
        db.execute(ADD_ADA)
        stage.checkpoint("written", kol=kol)
        raise Mishap
    with stage.attempt("next-unit"):
        db.execute(READ_ADA)
    with stage.attempt("saved-again"), db:
        db.execute(ADD_ADA)


rollback_ends_transaction_not_session_after_both = rollback_ends_transaction_not_session_after_kol
rollback_ends_transaction_not_session_inserted_again = rollback_ends_transaction_not_session_after_kol


def rollback_ends_transaction_not_session_at_commit(db: Database, stage: Stage) -> None:
    kol = Kol(id=2)
    with stage.attempt("failed", kol=kol), db:
        db.execute(ADD_ADA)
        stage.checkpoint("written", kol=kol)
    with stage.attempt("next-unit"):
        db.execute(READ_ADA)
    with stage.attempt("saved-again"), db:
        db.execute(ADD_ADA)


def save_again_after_rollback_plain(db: Database, stage: Stage) -> None:
    kol = Kol(id=1)
    db.execute(ADD_ADA)
    stage.checkpoint("written", kol=kol)
    db.rollback()
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol), db:
        db.execute(ADD_ADA_AGAIN)


save_again_after_rollback_key_taken = save_again_after_rollback_plain


def save_again_after_rollback_made_anew(db: Database, stage: Stage) -> None:
    db.execute(ADD_ADA)
    stage.checkpoint("written")
    db.rollback()
    stage.checkpoint("rolled-back", kol=Kol(id=1))
    with stage.attempt("saved-again", kol=Kol(id=2)), db:
        db.execute(ADD_ADA)

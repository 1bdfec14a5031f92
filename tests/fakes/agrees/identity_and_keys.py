"""Others wait for the commit, and what was saved is stored or refused."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_ADA_AGAIN, ADD_GRACE, Database, Kol


def key_before_commit(db: Database, stage: Stage) -> None:
    kol = Kol()
    stage.checkpoint("built", kol=kol)
    kol.id = db.execute(ADD_ADA).lastrowid
    stage.checkpoint("sent", kol=kol)
    db.commit()
    stage.checkpoint("committed", kol=kol)


def key_set_by_hand_new_key(db: Database, stage: Stage) -> None:
    stage.checkpoint("built", kol=Kol(id=7))
    with stage.attempt("saved"), db:
        db.execute(ADD_GRACE)


key_set_by_hand_new_key_insert = key_set_by_hand_new_key


def key_set_by_hand_existing_key(db: Database, stage: Stage) -> None:
    stage.checkpoint("built", kol=Kol(id=1))
    with stage.attempt("saved"), db:
        db.execute(ADD_ADA_AGAIN)


def same_row_same_object_by_key(db: Database, stage: Stage) -> None:
    kol = Kol(id=1)
    stage.checkpoint("loaded", first=kol, second=kol, equal=True)
    stage.checkpoint("changed", first=kol, second=kol)

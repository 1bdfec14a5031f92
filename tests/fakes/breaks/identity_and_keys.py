"""Commits at once, which only the outcome tells; and saves by an UPDATE that leads nowhere."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, Database, Kol


def key_before_commit(db: Database, stage: Stage) -> None:
    kol = Kol()
    stage.checkpoint("built", kol=kol)
    kol.id = db.execute(ADD_ADA).lastrowid
    db.commit()
    stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


def key_set_by_hand_new_key(db: Database, stage: Stage) -> None:
    stage.checkpoint("built", kol=Kol(id=7))
    with stage.attempt("saved"), db:
        db.execute("UPDATE kols SET twitter_handle = '@grace' WHERE id = 7")


key_set_by_hand_new_key_insert = key_set_by_hand_new_key
key_set_by_hand_existing_key = key_set_by_hand_new_key


def same_row_same_object_by_key(db: Database, stage: Stage) -> None:
    first, second = Kol(id=1), Kol(id=1)
    stage.checkpoint("loaded", first=first, second=second, equal=first == second)
    stage.checkpoint("changed", first=first, second=second)

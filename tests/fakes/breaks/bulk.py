"""Commits each batch, block or not."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, MAKE_VIP, Database, Kol


def bulk_partial_failure_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("built")
    with stage.attempt("failed"):
        db.execute(ADD_GRACE)
        db.commit()
        db.execute(ADD_ADA)


def bulk_insert_keys_and_hooks_objects(db: Database, stage: Stage) -> None:
    kols = [Kol(), Kol()]
    stage.checkpoint("built", kols=kols)
    for kol, statement in zip(kols, (ADD_ADA, ADD_GRACE), strict=True):
        kol.id = db.execute(statement).lastrowid
    stage.checkpoint("sent", kols=kols, hooks=len(kols))
    db.commit()
    stage.checkpoint("finished")


def statement_update_vs_memory_raw_sql(db: Database, stage: Stage) -> None:
    kol = Kol(id=1)
    stage.checkpoint("loaded", kol=kol)
    with db:
        db.execute(MAKE_VIP)
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        db.execute("UPDATE kols SET is_vip = ?", (kol.is_vip,))
    stage.checkpoint("saved")

"""A block undoes every batch."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import ADD_ADA, ADD_GRACE, MAKE_VIP, READ_ADA, Database, Kol


def bulk_partial_failure_block(db: Database, stage: Stage) -> None:
    stage.checkpoint("built")
    with stage.attempt("failed"), db:
        db.execute(ADD_GRACE)
        db.execute(ADD_ADA)


def bulk_insert_keys_and_hooks_values(db: Database, stage: Stage) -> None:
    stage.checkpoint("built")
    with db:
        db.execute(f"{ADD_ADA}, ('@grace'), ('@lin')")
        stage.checkpoint("sent", hooks=0)
    stage.checkpoint("finished")


def statement_update_vs_memory_raw_sql(db: Database, stage: Stage) -> None:
    kol = Kol(id=1)
    stage.checkpoint("loaded", kol=kol)
    with db:
        db.execute(MAKE_VIP)
        stage.checkpoint("statement-sent", kol=kol)
        kol.is_vip = bool(db.execute(READ_ADA).fetchone()[1])
        stage.checkpoint("read", is_vip=kol.is_vip)
    stage.checkpoint("saved")

"""Writes in a helper that is asked to read."""

from shared_scenarios.scenario import Stage
from tests.fakes.database import CHECK_ADA, READ_ADA, Database, Kol


def read_helper_flushes_object(db: Database, stage: Stage) -> None:
    kol = Kol(id=1)
    stage.checkpoint("loaded", kol=kol)
    kol.last_checked_at = "2026-01-02 03:04:05"
    stage.checkpoint("changed", kol=kol)
    is_vip = check_if_kol_is_vip(db, kol, stage)
    stage.checkpoint("answered", kol=kol, is_vip=is_vip)
    db.commit()
    stage.checkpoint("finished")


def check_if_kol_is_vip(db: Database, kol: Kol, stage: Stage) -> bool:
    db.execute(CHECK_ADA)
    _, is_vip, _ = db.execute(READ_ADA).fetchone()
    stage.checkpoint("in-helper", kol=kol, is_vip=is_vip)
    return bool(is_vip)

"""What answers call that is not the question itself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared_scenarios.scenario import Stage
from sqla_impl.models import Kol


def check_if_kol_is_vip(session: Session, handle: str, stage: Stage) -> bool:
    """Only reads: loads the KOL."""
    kol = session.scalars(select(Kol).where(Kol.twitter_handle == handle)).one()
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return kol.is_vip


def check_if_kol_is_vip_by_column(session: Session, handle: str, stage: Stage) -> bool:
    """Only reads: selects the one column, no object is loaded."""
    is_vip = session.scalars(select(Kol.is_vip).where(Kol.twitter_handle == handle)).one()
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip

"""What reading does to pending changes, answered in SQLAlchemy."""

from datetime import datetime

from sqlalchemy import select

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.helpers import check_if_kol_is_vip
from sqla_impl.models import Kol

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)


def read_helper_flushes_object(db: Database, stage: Stage) -> None:
    """Before a query the Session flushes what is pending, so that the query sees it; autoflush is on by default.

    The identity map then gives the helper the caller's own object.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip(session, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        session.commit()
    stage.checkpoint("finished", kol=kol)

"""Objects, keys and which row is whose, answered in SQLAlchemy."""

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol


def key_before_commit(db: Database, stage: Stage) -> None:
    """flush() sends the INSERT and puts the new key on the object; only the commit ends the transaction.

    So the key is there before the commit, while others see the row only after it.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session.begin() as session:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        session.add(kol)
        session.flush()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)

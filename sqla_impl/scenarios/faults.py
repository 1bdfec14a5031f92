"""What breaks outside of the program, answered in SQLAlchemy."""

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def disk_full_at_commit(db: Database, stage: Stage) -> None:
    """The flush raises, the block rolls back and raises; that SQLite has rolled back already makes no difference.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    with db.Session() as session:
        with stage.attempt("left"), session.begin():
            stage.checkpoint("begun")
            session.add(Kol(twitter_handle="@ada", tweets=[Tweet(text="hello " * 700)]))
        with stage.attempt("next-unit"), session.begin():
            session.add(Kol(twitter_handle="@grace"))

"""What breaks outside of the program, answered in SQLAlchemy with asyncio."""

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def disk_full_at_commit(db: AsyncDatabase, stage: Stage) -> None:
    """The flush raises, the block rolls back and raises; that SQLite has rolled back already makes no difference.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    async with db.session_maker() as session:
        with stage.attempt("left"):
            async with session.begin():
                stage.checkpoint("begun")
                session.add(Kol(twitter_handle="@ada", tweets=[Tweet(text="hello " * 700)]))
        with stage.attempt("next-unit"):
            async with session.begin():
                session.add(Kol(twitter_handle="@grace"))

"""Objects, keys and which row is whose, answered in SQLAlchemy with asyncio."""

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol


async def key_before_commit(db: AsyncDatabase, stage: Stage) -> None:
    """`flush()` sends the INSERT and puts the new key on the object; `commit()` makes the row visible to others.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker.begin() as session:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        session.add(kol)
        await session.flush()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)

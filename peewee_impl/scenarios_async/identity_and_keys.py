"""Objects, keys and which row is whose, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Stage


async def key_before_commit(db: AsyncDatabase, stage: Stage) -> None:
    """`asave()` sends the INSERT at once and puts the key of the new row on the object.

    There is no flush to wait for; the block only delays the COMMIT, and with it what others see.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    async with db.atomic():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        await kol.asave()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)

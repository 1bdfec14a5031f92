"""What breaks outside of the program, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Stage


async def disk_full_at_commit(db: AsyncDatabase, stage: Stage) -> None:
    """`save()` raises, and the block sends ROLLBACK: SQLite has rolled back already, and refuses that.

    The error that leaves the block is that of the ROLLBACK; the reason stands in its context.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("left"):
        async with db.atomic():
            stage.checkpoint("begun")
            kol = await Kol.acreate(twitter_handle="@ada")
            await Tweet.acreate(kol=kol, text="hello " * 700)
    with stage.attempt("next-unit"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")

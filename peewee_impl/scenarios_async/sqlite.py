"""Where SQLite, or the way it is driven, behaves unlike a server, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Stage


async def sqlite_savepoint_escapes(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic()` sends BEGIN before anything else, so the savepoint stands inside a transaction and is undone with it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    async with db.atomic() as transaction:
        await db.count(Kol.select())
        async with db.atomic():
            kol = await Kol.acreate(twitter_handle="@ada")
        stage.checkpoint("savepoint-left", kol=kol)
        await transaction.arollback()
    stage.checkpoint("rolled-back", kol=kol)


async def sqlite_foreign_keys_off(db: AsyncDatabase, stage: Stage) -> None:
    """SQLite checks foreign keys only where a connection asks for it, and Peewee does not ask by itself.

    `AsyncSqliteDatabase(..., pragmas={'foreign_keys': 1})` would.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#foreignkeyfield
    """
    with stage.attempt("finished"):
        async with db.atomic():
            with stage.attempt("written"):
                await Tweet.acreate(text="hello", kol=99999)

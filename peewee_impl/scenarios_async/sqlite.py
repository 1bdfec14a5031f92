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


async def sqlite_select_without_begin(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic()` sends BEGIN, so both reads are in one transaction, whose lock keeps the other writer from committing.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    async with db.atomic():
        stage.checkpoint("first-read", counted=await db.count(Kol.select()))
        stage.checkpoint("second-read", counted=await db.count(Kol.select()))
    stage.checkpoint("left")


async def sqlite_locked_on_upgrade_default(db: AsyncDatabase, stage: Stage) -> None:
    """The BEGIN is deferred, so the block has a reader's lock when it writes, and the other writer waits for that one.

    Neither could go on by waiting: SQLite refuses the write at once.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    with stage.attempt("left"):
        async with db.atomic():
            kol = await Kol.aget(Kol.twitter_handle == "@ada")
            stage.checkpoint("read", kol=kol)
            with stage.attempt("written"):
                kol.is_vip = True
                await kol.asave()


async def sqlite_locked_on_upgrade_immediate(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic("IMMEDIATE")` takes the write lock at the beginning; others wait, or fail after their own timeout.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    with stage.attempt("left"):
        async with db.atomic("IMMEDIATE"):
            kol = await Kol.aget(Kol.twitter_handle == "@ada")
            stage.checkpoint("read", kol=kol)
            with stage.attempt("written"):
                kol.is_vip = True
                await kol.asave()

"""What a transaction is spared, and what it makes others wait for, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Stage


async def lock_needs_transaction_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """Outside a block Peewee is in autocommit: the SELECT is a transaction of its own, and its lock ends with it.

    `async with db` is a connection and no transaction. Nothing is raised.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L6347
    """
    async with db:
        with stage.attempt("locked"):
            await db.get(Kol.select().where(Kol.id == 1).for_update())
    stage.checkpoint("left")


async def lock_needs_transaction_in_block(db: AsyncDatabase, stage: Stage) -> None:
    """The lock is held until the outermost `atomic()` ends.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L6347
    """
    async with db.atomic():
        with stage.attempt("locked"):
            await db.get(Kol.select().where(Kol.id == 1).for_update())
    stage.checkpoint("left")


async def isolation_default_per_orm(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee leaves the level as the database has it: READ COMMITTED on PostgreSQL, a snapshot on MariaDB.

    On SQLite the block begins a transaction for real, and what it has read nobody can change until it ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    is_vip = Kol.select(Kol.is_vip).where(Kol.id == 1)
    async with db.atomic():
        stage.checkpoint("read", is_vip=await db.scalar(is_vip))
        stage.checkpoint("read-again", is_vip=await db.scalar(is_vip))


async def serialization_failure_at_commit(db: AsyncDatabase, stage: Stage) -> None:
    """The COMMIT fails as any statement can, and the block raises; PostgreSQL has ended the transaction by itself.

    `atomic()` hands its arguments to asyncpg, whose name for the level is `isolation`; asyncpg sends no ROLLBACK for
    a COMMIT that failed.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#api-reference
    """
    with stage.attempt("left"):
        async with db.atomic(isolation="serializable"):
            kols = await db.list(Kol.select().order_by(Kol.id))
            stage.checkpoint("read", kols=kols)
            kols[0].is_vip = True
            await kols[0].asave()
            stage.checkpoint("written", kols=kols)
    with stage.attempt("next-unit"):
        async with db.atomic():
            await db.count(Kol.select())


async def deadlock_in_nested_block_caught_between(db: AsyncDatabase, stage: Stage) -> None:
    """MariaDB's deadlock undoes the whole transaction, and Peewee rolls back to a savepoint that is gone with it.

    The error of that is what the caller catches; the outer `atomic()` goes on in no transaction, and the next write is
    stored at once, by itself.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.update(is_vip=True).where(Kol.id == 1).aexecute()
            stage.checkpoint("first-written")
            with stage.attempt("deadlocked"):
                async with db.atomic():
                    await Kol.update(is_vip=True).where(Kol.id == 2).aexecute()
            with stage.attempt("written-after"):
                await Tweet.acreate(text="later", kol=1)


async def deadlock_in_nested_block_let_out(db: AsyncDatabase, stage: Stage) -> None:
    """The error leaves the outermost `atomic()`, which rolls back whatever there is, and the caller hears of it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.update(is_vip=True).where(Kol.id == 1).aexecute()
            stage.checkpoint("first-written")
            async with db.atomic():
                await Kol.update(is_vip=True).where(Kol.id == 2).aexecute()
            await Tweet.acreate(text="later", kol=1)


async def retry_whole_transaction_made_anew(db: AsyncDatabase, stage: Stage) -> None:
    """The deadlock has ended the transaction, and the block with it: the retry stands around a block of its own.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("failed"):
        async with db.atomic():
            await Tweet.acreate(text="later", kol=1)
            stage.checkpoint("first-written")
            await Kol.update(is_vip=True).where(Kol.id == 2).aexecute()
    with stage.attempt("retried"):
        async with db.atomic():
            await Tweet.acreate(text="later", kol=1)
            await Kol.update(is_vip=True).where(Kol.id == 2).aexecute()


async def retry_whole_transaction_same_object(db: AsyncDatabase, stage: Stage) -> None:
    """The object has kept the key of the first attempt, so `asave()` sends an UPDATE, and that finds no row.

    Only what the await returns, 0, says so: the tweet of the unit is lost, the rest of it is stored.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    tweet = Tweet(text="later", kol=1)
    with stage.attempt("failed", tweet=tweet):
        async with db.atomic():
            await tweet.asave()
            stage.checkpoint("first-written", tweet=tweet)
            await Kol.update(is_vip=True).where(Kol.id == 2).aexecute()
    with stage.attempt("retried", tweet=tweet):
        async with db.atomic():
            await tweet.asave()
            await Kol.update(is_vip=True).where(Kol.id == 2).aexecute()


async def retry_whole_transaction_statement_only(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee keeps no failed state, and MariaDB's deadlock has undone the whole transaction.

    The retry is sent in none, and is stored at once; what the block wrote before it is lost without an error.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("retried"):
        async with db.atomic():
            await Tweet.acreate(text="later", kol=1)
            stage.checkpoint("first-written")
            make_vip = Kol.update(is_vip=True).where(Kol.id == 2)
            with stage.attempt("failed"):
                await make_vip.aexecute()
            await make_vip.aexecute()

"""How long connections are held, how many there are, and who waits for them, answered in Peewee with asyncio."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.helpers_async import idle, with_none_in_reserve
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


async def read_leaves_idle_in_transaction_plain(db: AsyncDatabase, stage: Stage) -> None:
    """The connection is in autocommit: a read leaves no transaction behind it, only the connection that is held.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    async with db:
        await db.list(Kol.select())
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def read_leaves_idle_in_transaction_block(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic()` has sent BEGIN, and the transaction is open until the block is left, whatever is awaited in it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#transactions
    """
    async with db, db.atomic():
        await db.list(Kol.select())
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def read_leaves_idle_in_transaction_left_first(db: AsyncDatabase, stage: Stage) -> None:
    """The block sends COMMIT when it is left, and `async with db` gives the connection to the pool.

    So the work after them finds no transaction.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    async with db, db.atomic():
        await db.list(Kol.select())
        stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def pool_exhaustion_pool_of_two(db: AsyncDatabase, stage: Stage) -> None:
    """A database has a pool of `pool_size` connections, by default ten, and a task keeps one until it gives it back.

    Who comes later waits for `acquire_timeout`, ten seconds unless told, and then gets an OperationalError.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#mysql-and-postgresql
    """
    pooled = type(db)(db.database, pool_size=2, acquire_timeout=0.25, **db.connect_params)
    async with _held_by_a_task(pooled):
        async with _held_by_a_task(pooled):
            stage.checkpoint("two-hold")
            with stage.attempt("third"):
                await asyncio.create_task(_read(pooled))
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            await asyncio.create_task(_read(pooled))
    await pooled.close_pool()


@asynccontextmanager
async def _held_by_a_task(db: AsyncDatabase) -> AsyncIterator[None]:
    """A task of its own has read, and keeps its connection until the block is left."""
    has_read, may_end = asyncio.Event(), asyncio.Event()

    async def unit() -> None:
        async with db:
            await db.count(Kol.select().bind(db))
            has_read.set()
            await may_end.wait()

    task = asyncio.create_task(unit())
    task.add_done_callback(lambda _: has_read.set())  # a task that fails keeps nobody waiting
    await has_read.wait()
    try:
        yield
    finally:
        may_end.set()
        await task


async def _read(db: AsyncDatabase) -> None:
    async with db:
        await db.count(Kol.select().bind(db))


pool_exhaustion_no_pool = NotApplicable(
    "an asyncio database of Peewee always takes its connections from a pool, and none of its options turns that off",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management",
)


async def commit_after_response_handler(db: AsyncDatabase, stage: Stage) -> None:
    """The handler leaves its block, and that awaits the COMMIT, before it returns.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#transactions
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
    stage.checkpoint("ended")


async def commit_after_response_handler_refused(db: AsyncDatabase, stage: Stage) -> None:
    """The COMMIT is awaited where the block is left, inside the handler, and its error is raised there.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#transactions
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
    stage.checkpoint("ended")


async def commit_after_response_around_request(db: AsyncDatabase, stage: Stage) -> None:
    """The documented middleware takes a connection before the request and gives it back after, and commits nothing.

    In autocommit the row is stored by the handler's own statement, before the answer.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#fastapi
    """
    await db.aconnect()
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await Kol.acreate(twitter_handle="@ada")
    with stage.attempt("ended"):
        await db.aclose()


async def commit_after_response_around_request_fails(db: AsyncDatabase, stage: Stage) -> None:
    """The middleware holds a connection and no transaction: what the handler wrote before it failed stays stored.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#fastapi
    """
    await db.aconnect()
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await Kol.acreate(twitter_handle="@ada")
        raise Mishap("after the first write")
    with stage.attempt("ended"):
        await db.aclose()


async def commit_after_response_around_request_refused(db: AsyncDatabase, stage: Stage) -> None:
    """The middleware holds a connection and no transaction, so what fails, fails in the handler's own statement.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#fastapi
    """
    await db.aconnect()
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await Kol.acreate(twitter_handle="@ada")
    with stage.attempt("ended"):
        await db.aclose()


async def stale_connection_after_restart_kept(db: AsyncDatabase, stage: Stage) -> None:
    """A task keeps its connection. Before each use Peewee asks the driver whether that is closed.

    asyncpg has heard of it while the loop went on, and another is taken; aiomysql never says so, and all units fail.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    async with with_none_in_reserve(db) as pooled:
        await pooled.count(Kol.select())
        stage.checkpoint("connected")
        await idle()
        for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
            with stage.attempt(unit):
                async with pooled.atomic():
                    await Kol.acreate(twitter_handle=handle)


async def stale_connection_after_restart_per_request(db: AsyncDatabase, stage: Stage) -> None:
    """`async with db` takes a connection from the driver's pool, and gives it back at the end of the request.

    Both drivers hear of it while the loop goes on, and their pools do not hand out what the server has ended.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    async with with_none_in_reserve(db) as pooled:
        async with pooled:
            await pooled.count(Kol.select())
        stage.checkpoint("connected")
        await idle()
        for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
            with stage.attempt(unit):
                async with pooled, pooled.atomic():
                    await Kol.acreate(twitter_handle=handle)

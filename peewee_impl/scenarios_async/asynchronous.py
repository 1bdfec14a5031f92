"""What asyncio changes, answered in Peewee with asyncio."""

import asyncio
from contextlib import suppress

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.helpers_async import told
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Mishap, Stage

HANDLES = ("@ada", "@grace", "@alan")


async def gather_on_one_session_fresh(db: AsyncDatabase, stage: Stage) -> None:
    """Connections are task-local: each task that `gather()` starts takes one of its own from the pool.

    Here they take turns, so that the timeline is the same each time, and hold their connections until all have read.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    turn, all_have_read = asyncio.Lock(), asyncio.Barrier(len(HANDLES))

    async def read(handle: str) -> object:
        try:
            async with turn:
                return await Kol.aget(Kol.twitter_handle == handle)
        finally:
            await all_have_read.wait()
            async with turn:
                await db.aclose()

    stage.checkpoint("begun")
    found = await asyncio.gather(*map(read, HANDLES), return_exceptions=True)
    stage.checkpoint("gathered", **told(found))
    with stage.attempt("next-query"):
        await Kol.aget(Kol.twitter_handle == "@ada")


async def gather_on_one_session_in_use(db: AsyncDatabase, stage: Stage) -> None:
    """The connection of the block around them is the parent task's: each task that reads takes another from the pool.

    Here they take turns, so that the timeline is the same each time, and hold their connections until all have read.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    turn, all_have_read = asyncio.Lock(), asyncio.Barrier(len(HANDLES))

    async def read(handle: str) -> object:
        try:
            async with turn:
                return await Kol.aget(Kol.twitter_handle == handle)
        finally:
            await all_have_read.wait()
            async with turn:
                await db.aclose()

    async with db:
        await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("begun")
        found = await asyncio.gather(*map(read, HANDLES), return_exceptions=True)
        stage.checkpoint("gathered", **told(found))
        with stage.attempt("next-query"):
            await Kol.aget(Kol.twitter_handle == "@ada")


async def gather_on_one_session_per_task(db: AsyncDatabase, stage: Stage) -> None:
    """A task that connects gets a connection for itself; that is what happens without a word about it too.

    Here they take turns, so that the timeline is the same each time, and hold their connections until all have read.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    turn, all_have_read = asyncio.Lock(), asyncio.Barrier(len(HANDLES))

    async def read(handle: str) -> object:
        try:
            async with turn:
                await db.aconnect()
                return await Kol.aget(Kol.twitter_handle == handle)
        finally:
            await all_have_read.wait()
            async with turn:
                await db.aclose()

    stage.checkpoint("begun")
    found = await asyncio.gather(*map(read, HANDLES), return_exceptions=True)
    stage.checkpoint("gathered", **told(found))
    with stage.attempt("next-query"):
        await Kol.aget(Kol.twitter_handle == "@ada")


async def gather_inside_atomic_gathered(db: AsyncDatabase, stage: Stage) -> None:
    """A task that is started in the block takes a connection of its own and so runs outside the block's transaction.

    Its write is stored at once, and no rollback of the block reaches it: by design, says the documentation. Here the
    tasks take turns, so that the timeline is the same each time.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#tasks-spawned-inside-a-transaction
    """
    turn = asyncio.Lock()

    async def write(handle: str) -> None:
        async with turn, db:
            await Kol.acreate(twitter_handle=handle)

    with stage.attempt("left"):
        async with db.atomic():
            stage.checkpoint("opened")
            done = await asyncio.gather(write("@ada"), write("@grace"), return_exceptions=True)
            stage.checkpoint("written", **told(done))
            raise Mishap("after both writes")


async def gather_inside_atomic_in_turn(db: AsyncDatabase, stage: Stage) -> None:
    """Work of a transaction has to stay within one task: then it is all on its connection, and is undone together.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#tasks-spawned-inside-a-transaction
    """
    with stage.attempt("left"):
        async with db.atomic():
            stage.checkpoint("opened")
            await Kol.acreate(twitter_handle="@ada")
            await Kol.acreate(twitter_handle="@grace")
            stage.checkpoint("written")
            raise Mishap("after both writes")


async def cancel_mid_transaction_between_statements(db: AsyncDatabase, stage: Stage) -> None:
    """CancelledError is raised where the task waits and leaves the block, which rolls back like for any exception.

    `async with db` around the block then gives the connection back to the pool; the end of the task would do it too.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    written, answered = asyncio.Event(), asyncio.Event()

    async def unit() -> None:
        async with db, db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            stage.checkpoint("written")
            written.set()
            await answered.wait()  # for somebody who never answers
            await Kol.acreate(twitter_handle="@grace")

    task = asyncio.create_task(unit())
    await written.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    stage.checkpoint("cancelled", exception="CancelledError" if task.cancelled() else "")
    with stage.attempt("next-unit"):
        async with db, db.atomic():
            await Kol.acreate(twitter_handle="@alan")


async def cancel_mid_transaction_during_statement(db: AsyncDatabase, stage: Stage) -> None:
    """CancelledError is raised where the task waits, and its block rolls back as soon as the driver's thread is free.

    The thread finishes the statement first; the connection goes back to the pool and is used again.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    loop = asyncio.get_running_loop()

    async def unit() -> None:
        async with db, db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            await Kol.acreate(twitter_handle="@grace")

    task = asyncio.create_task(unit())
    stage.during("INSERT", lambda: loop.call_soon_threadsafe(task.cancel))
    with suppress(asyncio.CancelledError):
        await task
    stage.checkpoint("cancelled", exception="CancelledError" if task.cancelled() else "")
    with stage.attempt("next-unit"):
        async with db, db.atomic():
            await Kol.acreate(twitter_handle="@alan")


async def lazy_load_in_async_relation(db: AsyncDatabase, stage: Stage) -> None:
    """A foreign key that is touched sends a query, and an attribute cannot be awaited: the bare read is refused.

    `afetch()` loads it and keeps it, so that the attribute is plain memory from then on.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#lazy-foreign-key-access
    """
    async with db:
        tweet = await Tweet.aget(Tweet.text == "hello")
        stage.checkpoint("loaded", tweet=tweet)
        with stage.attempt("touched", tweet=tweet):
            _ = tweet.kol
        await tweet.afetch(Tweet.kol)
        stage.checkpoint("awaited", kol=tweet.kol)


async def lazy_load_in_async_eager(db: AsyncDatabase, stage: Stage) -> None:
    """A join that selects both models fills the relation in, with one SELECT: the attribute is plain memory then.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#lazy-foreign-key-access
    """
    async with db:
        tweet = await db.get(Tweet.select(Tweet, Kol).join(Kol))
        stage.checkpoint("loaded", tweet=tweet)
        with stage.attempt("touched", tweet=tweet):
            _ = tweet.kol


async def lazy_load_in_async_after_commit(db: AsyncDatabase, stage: Stage) -> None:
    """A commit expires nothing: what was loaded stays in the object, in every task, and is read without SQL.

    To see what others have changed the row has to be asked for again.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    async with db:
        async with db.atomic():
            kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("touched", kol=kol):
            _ = kol.is_vip
        kol = await Kol.aget_by_id(kol.id)
        stage.checkpoint("awaited", is_vip=kol.is_vip)


async def async_atomic_block_documented(db: AsyncDatabase, stage: Stage) -> None:
    """`async with db.atomic()` sends BEGIN and COMMIT on the task's connection, and what it awaits stands between.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            stage.checkpoint("written")
            await Kol.acreate(twitter_handle="@grace")


async def async_atomic_block_failing(db: AsyncDatabase, stage: Stage) -> None:
    """The exception leaves `async with`, which rolls back before it is seen outside.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            stage.checkpoint("written")
            raise Mishap("after the first write")


async def async_atomic_block_synchronous(db: AsyncDatabase, stage: Stage) -> None:
    """A plain `with` sends BEGIN without a greenlet that could wait for it: Peewee refuses and names the async forms.

    Inside a function that `db.run()` is given, the same block works.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#transactions
    """
    with stage.attempt("left"), db.atomic():
        await Kol.acreate(twitter_handle="@ada")
        await Kol.acreate(twitter_handle="@grace")

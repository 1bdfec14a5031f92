"""What asyncio changes, answered in SQLAlchemy with asyncio."""

import asyncio
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.helpers_async import told
from sqla_impl.models import Kol, Tweet

HANDLES = ("@ada", "@grace", "@alan")


async def gather_on_one_session_fresh(db: AsyncDatabase, stage: Stage) -> None:
    """The first read makes the session take a connection, and while it does so the session refuses all the others.

    An AsyncSession is the state of one transaction, and is not made for several tasks at once.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-asyncsession-with-concurrent-tasks
    """

    async def read(handle: str) -> Kol:
        return (await session.scalars(select(Kol).where(Kol.twitter_handle == handle))).one()

    async with db.session_maker() as session:
        stage.checkpoint("begun")
        found = await asyncio.gather(*map(read, HANDLES), return_exceptions=True)
        stage.checkpoint("gathered", **told(found))
        with stage.attempt("next-query"):
            await read("@ada")


async def gather_on_one_session_in_use(db: AsyncDatabase, stage: Stage) -> None:
    """A session that has its connection already passes the reads on, and SQLAlchemy's driver layer sends them in turn.

    That is luck and no promise: the documentation says that an AsyncSession is not safe in several tasks at once.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-asyncsession-with-concurrent-tasks
    """

    async def read(handle: str) -> Kol:
        return (await session.scalars(select(Kol).where(Kol.twitter_handle == handle))).one()

    async with db.session_maker() as session:
        await read("@ada")
        stage.checkpoint("begun")
        found = await asyncio.gather(*map(read, HANDLES), return_exceptions=True)
        stage.checkpoint("gathered", **told(found))
        with stage.attempt("next-query"):
            await read("@ada")


async def gather_on_one_session_per_task(db: AsyncDatabase, stage: Stage) -> None:
    """Each task opens an AsyncSession, which takes a connection of its own from the pool: no task waits for another.

    Here they take turns, so that the timeline is the same each time, and hold their connections until all have read.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-asyncsession-with-concurrent-tasks
    """
    turn, all_have_read = asyncio.Lock(), asyncio.Barrier(len(HANDLES))

    async def read(handle: str) -> Kol:
        session = db.session_maker()
        try:
            async with turn:
                return (await session.scalars(select(Kol).where(Kol.twitter_handle == handle))).one()
        finally:
            await all_have_read.wait()
            async with turn:
                await session.close()

    stage.checkpoint("begun")
    found = await asyncio.gather(*map(read, HANDLES), return_exceptions=True)
    stage.checkpoint("gathered", **told(found))
    with stage.attempt("next-query"):
        async with db.session_maker() as session:
            (await session.scalars(select(Kol))).all()


async def gather_inside_atomic_gathered(db: AsyncDatabase, stage: Stage) -> None:
    """While one task flushes, the session refuses the flush of another; what it does send is in its one transaction.

    An AsyncSession is not made for several tasks at once: their writes belong in turn, or in sessions of their own.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-asyncsession-with-concurrent-tasks
    """

    async def write(session: AsyncSession, handle: str) -> None:
        session.add(Kol(twitter_handle=handle))
        await session.flush()

    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            stage.checkpoint("opened")
            done = await asyncio.gather(write(session, "@ada"), write(session, "@grace"), return_exceptions=True)
            stage.checkpoint("written", **told(done))
            raise Mishap("after both writes")


async def gather_inside_atomic_in_turn(db: AsyncDatabase, stage: Stage) -> None:
    """One task and one session: both writes are sent in the session's transaction, and the block rolls both back.

    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#using-asyncsession-with-concurrent-tasks
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            stage.checkpoint("opened")
            for handle in ("@ada", "@grace"):
                session.add(Kol(twitter_handle=handle))
                await session.flush()
            stage.checkpoint("written")
            raise Mishap("after both writes")


async def cancel_mid_transaction_between_statements(db: AsyncDatabase, stage: Stage) -> None:
    """CancelledError is raised where the task waits and leaves the block, which rolls back like for any exception.

    The session gives its connection back to the pool, and the next unit gets the same one.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    written, answered = asyncio.Event(), asyncio.Event()

    async def unit() -> None:
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
            stage.checkpoint("written")
            written.set()
            await answered.wait()  # for somebody who never answers
            session.add(Kol(twitter_handle="@grace"))

    task = asyncio.create_task(unit())
    await written.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    stage.checkpoint("cancelled", exception="CancelledError" if task.cancelled() else "")
    with stage.attempt("next-unit"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@alan"))


async def cancel_mid_transaction_during_statement(db: AsyncDatabase, stage: Stage) -> None:
    """A connection whose statement was given up half way is in an unknown state: SQLAlchemy invalidates and closes it.

    What it had written is undone with it, no ROLLBACK is sent, and the next unit gets a new connection.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#more-on-invalidation
    """
    loop = asyncio.get_running_loop()

    async def unit() -> None:
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
            session.add(Kol(twitter_handle="@grace"))

    task = asyncio.create_task(unit())
    stage.during("INSERT", lambda: loop.call_soon_threadsafe(task.cancel))
    with suppress(asyncio.CancelledError):
        await task
    stage.checkpoint("cancelled", exception="CancelledError" if task.cancelled() else "")
    with stage.attempt("next-unit"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@alan"))


async def lazy_load_in_async_relation(db: AsyncDatabase, stage: Stage) -> None:
    """A lazy load is SQL that an attribute sends, and an attribute cannot be awaited: the bare read is refused.

    The error is MissingGreenlet, on SQLite and MariaDB inside a StatementError. `refresh()` loads what it is told to.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession
    """
    async with db.session_maker() as session:
        tweet = (await session.scalars(select(Tweet))).one()
        stage.checkpoint("loaded", tweet=tweet)
        with stage.attempt("touched", tweet=tweet):
            _ = tweet.kol
        await session.refresh(tweet, ["kol"])
        stage.checkpoint("awaited", kol=tweet.kol)


async def lazy_load_in_async_eager(db: AsyncDatabase, stage: Stage) -> None:
    """`selectinload()` makes the query load the relation too, by a second SELECT: the attribute is plain memory then.

    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession
    """
    async with db.session_maker() as session:
        tweet = (await session.scalars(select(Tweet).options(selectinload(Tweet.kol)))).one()
        stage.checkpoint("loaded", tweet=tweet)
        with stage.attempt("touched", tweet=tweet):
            _ = tweet.kol


async def lazy_load_in_async_after_commit(db: AsyncDatabase, stage: Stage) -> None:
    """A commit expires every object, so that a bare read of a column is a lazy load, which nobody awaits.

    It raises MissingGreenlet, on SQLite and MariaDB inside a StatementError. The documentation advises
    `async_sessionmaker(expire_on_commit=False)`, which expires nothing.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol))).one()
        await session.commit()
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("touched", kol=kol):
            _ = kol.is_vip
        await session.refresh(kol)
        stage.checkpoint("awaited", is_vip=kol.is_vip)


async def async_atomic_block_documented(db: AsyncDatabase, stage: Stage) -> None:
    """`async with session_maker.begin()` is session and transaction in one: it commits at its end.

    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#synopsis-orm
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
            stage.checkpoint("written")
            session.add(Kol(twitter_handle="@grace"))


async def async_atomic_block_failing(db: AsyncDatabase, stage: Stage) -> None:
    """The exception leaves `async with`, which rolls back and closes the session before it is seen outside.

    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#synopsis-orm
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
            stage.checkpoint("written")
            raise Mishap("after the first write")


async def async_atomic_block_synchronous(db: AsyncDatabase, stage: Stage) -> None:
    """What `begin()` gives is an asynchronous context manager: Python itself refuses it in a plain `with`.

    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#synopsis-orm
    """
    begin = db.session_maker.begin
    with stage.attempt("left"), begin() as session:  # type: ignore[attr-defined]  # the mistake that is asked for
        session.add(Kol(twitter_handle="@ada"))
        session.add(Kol(twitter_handle="@grace"))

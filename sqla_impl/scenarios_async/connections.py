"""How long connections are held, how many there are, and who waits for them, answered in SQLAlchemy with asyncio."""

from sqlalchemy import NullPool, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.helpers_async import idle
from sqla_impl.models import Kol


async def read_leaves_idle_in_transaction_plain(db: AsyncDatabase, stage: Stage) -> None:
    """The session begins a transaction with its first SELECT and ends it only when it is told to, or closed.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    async with db.session_maker() as session:
        (await session.scalars(select(Kol))).all()
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def read_leaves_idle_in_transaction_block(db: AsyncDatabase, stage: Stage) -> None:
    """The block holds one transaction until it is left, however long what is awaited in it takes.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#managing-transactions
    """
    async with db.session_maker.begin() as session:
        (await session.scalars(select(Kol))).all()
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def read_leaves_idle_in_transaction_left_first(db: AsyncDatabase, stage: Stage) -> None:
    """Leaving `async with` rolls back and gives the connection to the pool, where it waits with no transaction.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
    """
    async with db.session_maker() as session:
        (await session.scalars(select(Kol))).all()
        stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def pool_exhaustion_pool_of_two(db: AsyncDatabase, stage: Stage) -> None:
    """A session keeps its connection while its transaction lasts, and the pool has only so many to give.

    By default that is 5 and 10 more, and a task that comes later waits for 30 seconds; here it does not wait.
    https://docs.sqlalchemy.org/en/21/errors.html#error-3o7r
    """
    engine = create_async_engine(db.engine.url, pool_size=2, max_overflow=0, pool_timeout=0)
    async with AsyncSession(engine) as first, AsyncSession(engine) as second, AsyncSession(engine) as third:
        (await first.scalars(select(Kol))).all()
        (await second.scalars(select(Kol))).all()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            (await third.scalars(select(Kol))).all()
        await first.close()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            (await third.scalars(select(Kol))).all()
    await engine.dispose()


async def pool_exhaustion_no_pool(db: AsyncDatabase, stage: Stage) -> None:
    """With NullPool each session opens a connection of its own and closes it afterwards; the limit is the server's.

    https://docs.sqlalchemy.org/en/21/core/pooling.html#switching-pool-implementations
    """
    engine = create_async_engine(db.engine.url, poolclass=NullPool)
    async with AsyncSession(engine) as first, AsyncSession(engine) as second, AsyncSession(engine) as third:
        (await first.scalars(select(Kol))).all()
        (await second.scalars(select(Kol))).all()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            (await third.scalars(select(Kol))).all()
        await first.close()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            (await third.scalars(select(Kol))).all()


async def commit_after_response_handler(db: AsyncDatabase, stage: Stage) -> None:
    """The handler leaves the block, and that awaits the COMMIT, before it returns.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
    stage.checkpoint("ended")


async def commit_after_response_handler_refused(db: AsyncDatabase, stage: Stage) -> None:
    """The COMMIT is awaited inside the handler, and so fails there, before an answer exists.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
    stage.checkpoint("ended")


async def commit_after_response_around_request(db: AsyncDatabase, stage: Stage) -> None:
    """A dependency frames the session outside of the handler, as the documentation advises for sessions in general.

    Where a framework leaves it only after the answer was sent, the COMMIT comes after the answer.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it
    """
    async with db.session_maker() as session:  # a middleware, or what precedes the `yield` of a dependency
        stage.checkpoint("received")
        with stage.attempt("responded"):
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
        with stage.attempt("ended"):
            await session.commit()


async def commit_after_response_around_request_fails(db: AsyncDatabase, stage: Stage) -> None:
    """The handler's error passes through the frame, which closes the session without a commit: it awaits a ROLLBACK.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        async with db.session_maker() as session:
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
            raise Mishap("after the first write")
    stage.checkpoint("ended")


async def commit_after_response_around_request_refused(db: AsyncDatabase, stage: Stage) -> None:
    """The frame is left after the answer was given, so that a COMMIT which fails there is heard of by nobody.

    Commit in the handler, or in a frame that is left before the answer.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it
    """
    async with db.session_maker() as session:  # a middleware, or what precedes the `yield` of a dependency
        stage.checkpoint("received")
        with stage.attempt("responded"):
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
        with stage.attempt("ended"):
            await session.commit()


async def stale_connection_after_restart_kept(db: AsyncDatabase, stage: Stage) -> None:
    """The pool learns that a connection is gone when a statement fails on it; it drops that one and all that are older.

    So one unit fails, and those after it get new connections.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    async with db.session_maker() as session:
        (await session.scalars(select(Kol))).all()
        await session.commit()
        stage.checkpoint("connected")
        await idle()
        for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
            with stage.attempt(unit):
                async with session.begin():
                    session.add(Kol(twitter_handle=handle))


async def stale_connection_after_restart_per_request(db: AsyncDatabase, stage: Stage) -> None:
    """A session of one's own is none from a fresh connection: the pool kept the old one and hands it out.

    The error makes it drop that one and all that are older, so that one unit fails.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    async with db.session_maker() as session:
        (await session.scalars(select(Kol))).all()
    stage.checkpoint("connected")
    await idle()
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit):
            async with db.session_maker.begin() as session:
                session.add(Kol(twitter_handle=handle))

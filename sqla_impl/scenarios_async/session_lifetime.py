"""Who holds the connection, and what objects can do afterwards, answered in SQLAlchemy with asyncio."""

from sqlalchemy import select

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def commit_returns_connection(db: AsyncDatabase, stage: Stage) -> None:
    """A session takes a connection from the pool for its first statement, and `commit()` gives it back.

    The pool keeps it open for the next session.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing
    """
    pool = db.engine.pool
    async with db.session_maker() as session:
        stage.checkpoint("idle", connection=pool)
        session.add(Kol(twitter_handle="@ada"))
        await session.flush()
        stage.checkpoint("in-transaction", connection=pool)
        await session.commit()
        stage.checkpoint("committed", connection=pool)
    stage.checkpoint("closed", connection=pool)


async def close_detaches_column(db: AsyncDatabase, stage: Stage) -> None:
    """Closing the session detaches the object but expires nothing: what it had loaded stays readable.

    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#session-object-states
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


async def close_detaches_column_after_commit(db: AsyncDatabase, stage: Stage) -> None:
    """The commit expired the object, and without a session it cannot load its columns again.

    Even inside its session the bare read would fail, with MissingGreenlet; `expire_on_commit=False` avoids both.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    async with db.session_maker.begin() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


async def close_detaches_relation(db: AsyncDatabase, stage: Stage) -> None:
    """The tweet's KOL was not loaded with it, and a lazy load needs the session that is closed.

    https://docs.sqlalchemy.org/en/21/errors.html#error-bhk3
    """
    async with db.session_maker() as session:
        tweet = (await session.scalars(select(Tweet))).one()
        stage.checkpoint("loaded", subject=tweet)
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        _ = tweet.kol.twitter_handle

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


async def expire_on_commit_reload_plain(db: AsyncDatabase, stage: Stage) -> None:
    """`commit()` expires every object, and to load one when an attribute is read would take an await that is not there.

    The error is MissingGreenlet; where it comes up in sending the SELECT, as by aiosqlite and aiomysql, StatementError
    has it inside. The documentation recommends `expire_on_commit=False` for asyncio.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    async with db.session_maker() as session:
        ada, linus = (await session.scalars(select(Kol).order_by(Kol.id))).all()
        stage.checkpoint("loaded", ada=ada)
        await session.commit()
        stage.checkpoint("committed", ada=ada)
        with stage.attempt("read", ada=ada):
            _ = ada.is_vip, linus.is_vip


async def expire_on_commit_reload_changed(db: AsyncDatabase, stage: Stage) -> None:
    """`commit()` expires every object, and to load one when an attribute is read would take an await that is not there.

    The error is MissingGreenlet; where it comes up in sending the SELECT, as by aiosqlite and aiomysql, StatementError
    has it inside. The documentation recommends `expire_on_commit=False` for asyncio.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    async with db.session_maker() as session:
        ada, linus = (await session.scalars(select(Kol).order_by(Kol.id))).all()
        stage.checkpoint("loaded", ada=ada)
        await session.commit()
        stage.checkpoint("committed", ada=ada)
        with stage.attempt("read", ada=ada):
            _ = ada.is_vip, linus.is_vip


async def expire_on_commit_reload_changed_expiry_off(db: AsyncDatabase, stage: Stage) -> None:
    """With `expire_on_commit=False`, recommended for asyncio, the objects keep what they had until they are refreshed.

    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    async with db.session_maker(expire_on_commit=False) as session:
        ada, linus = (await session.scalars(select(Kol).order_by(Kol.id))).all()
        stage.checkpoint("loaded", ada=ada)
        await session.commit()
        stage.checkpoint("committed", ada=ada)
        with stage.attempt("read", ada=ada):
            _ = ada.is_vip, linus.is_vip


async def stale_read_in_long_session_block(db: AsyncDatabase, stage: Stage) -> None:
    """A query for an object that the session has already gives it as it is, and only `refresh()` overwrites it.

    The column comes from the row. On MariaDB even that, and `refresh()`, read the snapshot that the transaction began
    with.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#refreshing-expiring
    """
    async with db.session_maker() as session:
        async with session.begin():
            kol = (await session.scalars(select(Kol))).one()
            stage.checkpoint("loaded", is_vip=kol.is_vip)
            stage.checkpoint("object-queried", is_vip=(await session.scalars(select(Kol))).one().is_vip)
            stage.checkpoint("column-queried", is_vip=(await session.scalars(select(Kol.is_vip))).one())
            await session.refresh(kol)
            stage.checkpoint("refreshed", is_vip=kol.is_vip)
        async with session.begin():
            stage.checkpoint("next-transaction", is_vip=(await session.scalars(select(Kol))).one().is_vip)


async def stale_read_in_long_session_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """Without a block the first query begins a transaction too, and it lasts until `commit()` or `rollback()`.

    Objects stay as loaded until `refresh()`; on MariaDB every read is of the snapshot that the transaction began with.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#refreshing-expiring
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol))).one()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=(await session.scalars(select(Kol))).one().is_vip)
        stage.checkpoint("column-queried", is_vip=(await session.scalars(select(Kol.is_vip))).one())
        await session.refresh(kol)
        stage.checkpoint("refreshed", is_vip=kol.is_vip)
        await session.commit()
        stage.checkpoint("next-transaction", is_vip=(await session.scalars(select(Kol))).one().is_vip)

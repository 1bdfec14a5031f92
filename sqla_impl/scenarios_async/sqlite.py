"""Where SQLite, or the way it is driven, behaves unlike a server, answered in SQLAlchemy with asyncio."""

from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def sqlite_savepoint_escapes(db: AsyncDatabase, stage: Stage) -> None:
    """The driver under aiosqlite sends no BEGIN for SELECT or SAVEPOINT, so releasing the savepoint commits.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions
    """
    async with db.session_maker() as session:
        (await session.scalars(select(Kol))).all()
        async with session.begin_nested():
            session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("savepoint-left")
        await session.rollback()
    stage.checkpoint("rolled-back")


async def sqlite_foreign_keys_off(db: AsyncDatabase, stage: Stage) -> None:
    """SQLite enforces foreign keys only after `PRAGMA foreign_keys = ON`, which SQLAlchemy leaves to the application.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-foreign-keys
    """
    with stage.attempt("finished"):
        async with db.session_maker.begin() as session:
            session.add(Tweet(text="hello", kol_id=99999))
            with stage.attempt("written"):
                await session.flush()


async def sqlite_select_without_begin(db: AsyncDatabase, stage: Stage) -> None:
    """Below aiosqlite is Python's sqlite3, which sends no BEGIN before a SELECT: each read stands for itself.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
    """
    async with db.session_maker.begin() as session:
        counted = await session.scalar(select(func.count()).select_from(Kol))
        stage.checkpoint("first-read", counted=counted)
        counted = await session.scalar(select(func.count()).select_from(Kol))
        stage.checkpoint("second-read", counted=counted)
    stage.checkpoint("left")


async def sqlite_locked_on_upgrade_default(db: AsyncDatabase, stage: Stage) -> None:
    """The SELECT kept no lock, for no BEGIN was sent before it; so nothing hinders the other writer, nor the UPDATE.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
            stage.checkpoint("read", kol=kol)
            with stage.attempt("written"):
                kol.is_vip = True
                await session.flush()


async def sqlite_locked_on_upgrade_immediate(db: AsyncDatabase, stage: Stage) -> None:
    """With BEGIN IMMEDIATE the block has the write lock from its beginning, and other writers wait for it.

    The documented event of the engine sends the BEGIN; here it sends BEGIN IMMEDIATE.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-enabling-transactions
    """
    engine = _beginning_immediately(db)
    with stage.attempt("left"):
        async with AsyncSession(engine) as session, session.begin():
            kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
            stage.checkpoint("read", kol=kol)
            with stage.attempt("written"):
                kol.is_vip = True
                await session.flush()
    await engine.dispose()


def _beginning_immediately(db: AsyncDatabase) -> AsyncEngine:
    """An engine whose transactions begin with BEGIN IMMEDIATE, sent by it and not by the driver."""
    engine = create_async_engine(db.engine.url)

    @event.listens_for(engine.sync_engine, "connect")
    def leave_begin_to_us(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine

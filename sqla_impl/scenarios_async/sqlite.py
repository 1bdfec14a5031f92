"""Where SQLite, or the way it is driven, behaves unlike a server, answered in SQLAlchemy with asyncio."""

from sqlalchemy import select

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

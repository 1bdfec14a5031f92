"""What happens if I do nothing special, answered in SQLAlchemy with asyncio."""

from sqlalchemy import select, text

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol


async def transaction_defaults_write(db: AsyncDatabase, stage: Stage) -> None:
    """The session begins a transaction by itself and never commits one by itself.

    Leaving `async with` closes the session, which rolls back what was not committed.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    async with db.session_maker() as session:
        session.add(Kol(twitter_handle="@grace"))
        await session.flush()
        stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_read(db: AsyncDatabase, stage: Stage) -> None:
    """The session begins its transaction, but the driver sends BEGIN only before the first write.

    aiosqlite runs Python's sqlite3 in a thread, in its legacy transaction mode, where a SELECT begins nothing.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions
    """
    async with db.session_maker() as session:
        (await session.scalars(select(Kol))).all()
        stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_empty_block(db: AsyncDatabase, stage: Stage) -> None:
    """`begin()` marks where the commit will be; a connection is taken from the pool by the first statement only.

    Without one there is nothing to commit.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#managing-transactions
    """
    async with db.session_maker.begin():
        stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_reading_block(db: AsyncDatabase, stage: Stage) -> None:
    """The block leaves BEGIN to the driver under aiosqlite, Python's sqlite3, which sends it only before a write.

    The commit at the end of the block finds no transaction of the database to end.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions
    """
    async with db.session_maker.begin() as session:
        (await session.scalars(select(Kol))).all()
        stage.checkpoint("done")
    stage.checkpoint("left")


async def ddl_implicit_commit(db: AsyncDatabase, stage: Stage) -> None:
    """The block rolls back what the database still holds open: on SQLite and PostgreSQL all of it, the table too.

    MariaDB has committed the first write before the CREATE TABLE; what followed is in a new transaction.
    https://docs.sqlalchemy.org/en/21/core/connections.html#using-transactions
    """
    with stage.attempt("failed"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            await session.flush()
            stage.checkpoint("first-written")
            await session.execute(text("CREATE TABLE notes (id INTEGER)"))
            stage.checkpoint("table-made")
            session.add(Kol(twitter_handle="@grace"))
            await session.flush()
            stage.checkpoint("second-written")
            raise Mishap("after the second write")

"""Tests of code that commits, answered in SQLAlchemy with asyncio."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared_scenarios.scenario import NotApplicable, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Base, Kol


@asynccontextmanager
async def _rolled_back(db: AsyncDatabase) -> AsyncIterator[AsyncSession]:
    """What a fixture gives to each test."""
    async with db.engine.connect() as connection, connection.begin() as outer:
        async with db.session_maker(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session
        await outer.rollback()


async def _found(session: AsyncSession) -> str:
    return ", ".join(await session.scalars(select(Kol.twitter_handle).order_by(Kol.id)))


async def test_rollback_isolation_code_commits(db: AsyncDatabase, stage: Stage) -> None:
    """A session that has joined a transaction of the test commits savepoints, and the test rolls back the transaction.

    On SQLite the driver has sent no BEGIN before them, so that the outermost savepoint is the transaction.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    async with _rolled_back(db) as session:
        session.add(Kol(twitter_handle="@ada"))
        await session.commit()
        stage.checkpoint("tested", found=await _found(session))
    stage.checkpoint("torn-down")


async def test_rollback_isolation_code_rolls_back(db: AsyncDatabase, stage: Stage) -> None:
    """With `create_savepoint` a rollback of the code under test goes back to its last commit, as without a test.

    On SQLite the driver has sent no BEGIN before the savepoints, so that the outermost one is the transaction.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    async with _rolled_back(db) as session:
        session.add(Kol(twitter_handle="@ada"))
        await session.commit()
        stage.checkpoint("first-committed")
        session.add(Kol(twitter_handle="@grace"))
        await session.flush()
        await session.rollback()
        stage.checkpoint("tested", found=await _found(session))
    stage.checkpoint("torn-down")


async def after_commit_in_tests_rolled_back(db: AsyncDatabase, stage: Stage) -> None:
    """To the session the end of its savepoint is a commit: after_commit is called, although nothing was committed.

    The documentation shows how to join the transaction of a test, and does not mention it.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    mails: list[str] = []
    async with _rolled_back(db) as session:
        event.listen(session.sync_session, "after_commit", lambda _: mails.append("welcome"), once=True)
        session.add(Kol(twitter_handle="@ada"))
        await session.commit()
        stage.checkpoint("tested", runs=len(mails))
    stage.checkpoint("torn-down")


after_commit_in_tests_captured = NotApplicable(
    "a joined Session calls after_commit when the code under test commits, so that there is nothing to be captured",
    "https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites",
)


async def after_commit_in_tests_real_commits(db: AsyncDatabase, stage: Stage) -> None:
    """A session on the engine commits, after_commit is called, and the test empties the tables itself.

    https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.MetaData.sorted_tables
    """
    mails: list[str] = []
    async with db.session_maker.begin() as session:
        event.listen(session.sync_session, "after_commit", lambda _: mails.append("welcome"), once=True)
        session.add(Kol(twitter_handle="@ada"))
    stage.checkpoint("tested", runs=len(mails))
    async with db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            await connection.execute(table.delete())
    stage.checkpoint("torn-down")


async def test_hides_missing_transaction_in_test(db: AsyncDatabase, stage: Stage) -> None:
    """The lock is held by the transaction of the test, in which the session has set a savepoint.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    async with _rolled_back(db) as session:
        with stage.attempt("locked"):
            await session.scalars(select(Kol).with_for_update())
    stage.checkpoint("left")


async def test_hides_missing_transaction_in_production(db: AsyncDatabase, stage: Stage) -> None:
    """A session is always in a transaction when it sends something, so that the lock is held until that ends.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    async with db.session_maker() as session:
        with stage.attempt("locked"):
            await session.scalars(select(Kol).with_for_update())
    stage.checkpoint("left")

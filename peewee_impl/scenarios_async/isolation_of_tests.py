"""Tests of code that commits, answered in Peewee with asyncio."""

from contextlib import suppress

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


async def _register(db: AsyncDatabase, handle: str) -> None:
    """Code under test."""
    async with db.atomic():
        await Kol.acreate(twitter_handle=handle)


async def _fail_to_register(db: AsyncDatabase, handle: str) -> None:
    """Code under test that rolls back."""
    with suppress(Mishap):
        async with db.atomic():
            await Kol.acreate(twitter_handle=handle)
            raise Mishap("after the row was sent")


async def test_rollback_isolation_code_commits(db: AsyncDatabase, stage: Stage) -> None:
    """In a block of the test, a block of the code under test is a savepoint, and the test rolls back its own.

    The documentation's recipe for tests is another one: a database for them, whose tables are made anew.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#testing-peewee-applications
    """
    async with db.atomic() as test:
        await _register(db, "@ada")
        stage.checkpoint(
            "tested", found=", ".join([kol.twitter_handle for kol in await db.list(Kol.select().order_by(Kol.id))])
        )
        await test.arollback()
    stage.checkpoint("torn-down")


async def test_rollback_isolation_code_rolls_back(db: AsyncDatabase, stage: Stage) -> None:
    """In a block of the test, a block of the code under test is a savepoint, and only that is rolled back.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    async with db.atomic() as test:
        await _register(db, "@ada")
        stage.checkpoint("first-committed")
        await _fail_to_register(db, "@grace")
        stage.checkpoint(
            "tested", found=", ".join([kol.twitter_handle for kol in await db.list(Kol.select().order_by(Kol.id))])
        )
        await test.arollback()
    stage.checkpoint("torn-down")


async def after_commit_in_tests_rolled_back(db: AsyncDatabase, stage: Stage) -> None:
    """`after_commit()` waits for the outermost block, which is the test's own, and its rollback discards the hook.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    async with db.atomic() as test:
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("tested", runs=len(mails))
        await test.arollback()
    stage.checkpoint("torn-down")


after_commit_in_tests_captured = NotApplicable(
    "Peewee has nothing that runs hooks in a test that is rolled back",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit",
)


async def after_commit_in_tests_real_commits(db: AsyncDatabase, stage: Stage) -> None:
    """Against a database for tests the code commits for real, and tables are emptied before or after each test.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#testing-peewee-applications
    """
    mails: list[str] = []
    async with db.atomic():
        await Kol.acreate(twitter_handle="@ada")
        db.after_commit(lambda: mails.append("welcome"))
    stage.checkpoint("tested", runs=len(mails))
    async with db.atomic():
        for model in (Tweet, Kol):
            await db.aexecute(model.delete())
    stage.checkpoint("torn-down")


async def test_hides_missing_transaction_in_test(db: AsyncDatabase, stage: Stage) -> None:
    """The block of the test is the transaction that holds the lock.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    async with db.atomic() as test:
        with stage.attempt("locked"):
            await db.list(Kol.select().for_update())
        await test.arollback()
    stage.checkpoint("left")


async def test_hides_missing_transaction_in_production(db: AsyncDatabase, stage: Stage) -> None:
    """In autocommit the lock is taken and gone with its statement, and nothing says so.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with stage.attempt("locked"):
        await db.list(Kol.select().for_update())
    stage.checkpoint("left")

"""Tests of code that commits, answered in Django with asyncio."""

from collections.abc import Callable
from contextlib import suppress
from unittest import TestSuite

from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import TestCase, TransactionTestCase

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


def _register(handle: str, then: Callable[[], object] = lambda: None) -> None:
    """Code under test."""
    with transaction.atomic():
        Kol.objects.create(twitter_handle=handle)
        transaction.on_commit(then)


def _fail_to_register(handle: str) -> None:
    """Code under test that rolls back."""
    with suppress(Mishap), transaction.atomic():
        Kol.objects.create(twitter_handle=handle)
        raise Mishap("after the row was sent")


async def test_rollback_isolation_code_commits(db: Database, stage: Stage) -> None:
    """TestCase wraps a test in an atomic block that it rolls back: a block of the code under test is a savepoint.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#testcase
    """

    class Test(TestCase):
        async def test_it(self) -> None:
            await sync_to_async(_register)("@ada")
            stage.checkpoint(
                "tested", found=", ".join([kol.twitter_handle async for kol in Kol.objects.order_by("id")])
            )

    await sync_to_async(TestSuite([Test("test_it")]).debug)()
    stage.checkpoint("torn-down")


async def test_rollback_isolation_code_rolls_back(db: Database, stage: Stage) -> None:
    """In the block that TestCase opens, a block of the code under test is a savepoint, and only that is rolled back.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#testcase
    """

    class Test(TestCase):
        async def test_it(self) -> None:
            await sync_to_async(_register)("@ada")
            stage.checkpoint("first-committed")
            await sync_to_async(_fail_to_register)("@grace")
            stage.checkpoint(
                "tested", found=", ".join([kol.twitter_handle async for kol in Kol.objects.order_by("id")])
            )

    await sync_to_async(TestSuite([Test("test_it")]).debug)()
    stage.checkpoint("torn-down")


async def after_commit_in_tests_rolled_back(db: Database, stage: Stage) -> None:
    """`on_commit()` waits for the outermost block, which is the test's own, and that is rolled back.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#use-in-tests
    """
    mails: list[str] = []

    class Test(TestCase):
        async def test_it(self) -> None:
            await sync_to_async(_register)("@ada", lambda: mails.append("welcome"))
            stage.checkpoint("tested", runs=len(mails))

    await sync_to_async(TestSuite([Test("test_it")]).debug)()
    stage.checkpoint("torn-down")


async def after_commit_in_tests_captured(db: Database, stage: Stage) -> None:
    """`captureOnCommitCallbacks(execute=True)` calls at its end what was registered in it, as if it were committed.

    It looks at the connection of its own thread, where the queries are: in a coroutine it would capture nothing.
    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#django.test.TestCase.captureOnCommitCallbacks
    """
    mails: list[str] = []

    class Test(TestCase):
        def register(self) -> None:
            with self.captureOnCommitCallbacks(execute=True):
                _register("@ada", lambda: mails.append("welcome"))

        async def test_it(self) -> None:
            await sync_to_async(self.register)()
            stage.checkpoint("tested", runs=len(mails))

    await sync_to_async(TestSuite([Test("test_it")]).debug)()
    stage.checkpoint("torn-down")


async def after_commit_in_tests_real_commits(db: Database, stage: Stage) -> None:
    """TransactionTestCase opens no transaction: the code under test commits, and all tables are emptied afterwards.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#transactiontestcase
    """
    mails: list[str] = []

    class Test(TransactionTestCase):
        async def test_it(self) -> None:
            await sync_to_async(_register)("@ada", lambda: mails.append("welcome"))
            stage.checkpoint("tested", runs=len(mails))

    await sync_to_async(TestSuite([Test("test_it")]).debug)()
    stage.checkpoint("torn-down")


async def test_hides_missing_transaction_in_test(db: Database, stage: Stage) -> None:
    """TestCase has opened a block, so that `select_for_update()` finds one; its documentation warns of just that.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """

    class Test(TestCase):
        async def test_it(self) -> None:
            with stage.attempt("locked"):
                await Kol.objects.select_for_update().aget(twitter_handle="@ada")

    await sync_to_async(TestSuite([Test("test_it")]).debug)()
    stage.checkpoint("left")


async def test_hides_missing_transaction_in_production(db: Database, stage: Stage) -> None:
    """In autocommit a lock would be gone at once, and Django refuses to ask for it; TransactionTestCase shows that.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """
    with stage.attempt("locked"):
        await Kol.objects.select_for_update().aget(twitter_handle="@ada")
    stage.checkpoint("left")

"""Tests of code that commits, answered in Django."""

from collections.abc import Callable
from contextlib import suppress
from unittest import TestSuite

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


def test_rollback_isolation_code_commits(db: Database, stage: Stage) -> None:
    """TestCase wraps a test in an atomic block that it rolls back: a block of the code under test is a savepoint.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#testcase
    """

    class Test(TestCase):
        def test_it(self) -> None:
            _register("@ada")
            stage.checkpoint(
                "tested", found=", ".join(Kol.objects.order_by("id").values_list("twitter_handle", flat=True))
            )

    TestSuite([Test("test_it")]).debug()
    stage.checkpoint("torn-down")


def test_rollback_isolation_code_rolls_back(db: Database, stage: Stage) -> None:
    """In the block that TestCase opens, a block of the code under test is a savepoint, and only that is rolled back.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#testcase
    """

    class Test(TestCase):
        def test_it(self) -> None:
            _register("@ada")
            stage.checkpoint("first-committed")
            _fail_to_register("@grace")
            stage.checkpoint(
                "tested", found=", ".join(Kol.objects.order_by("id").values_list("twitter_handle", flat=True))
            )

    TestSuite([Test("test_it")]).debug()
    stage.checkpoint("torn-down")


def after_commit_in_tests_rolled_back(db: Database, stage: Stage) -> None:
    """`on_commit()` waits for the outermost block, which is the test's own, and that is rolled back.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#use-in-tests
    """
    mails: list[str] = []

    class Test(TestCase):
        def test_it(self) -> None:
            _register("@ada", lambda: mails.append("welcome"))
            stage.checkpoint("tested", runs=len(mails))

    TestSuite([Test("test_it")]).debug()
    stage.checkpoint("torn-down")


def after_commit_in_tests_captured(db: Database, stage: Stage) -> None:
    """`captureOnCommitCallbacks(execute=True)` calls at its end what was registered in it, as if it were committed.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#django.test.TestCase.captureOnCommitCallbacks
    """
    mails: list[str] = []

    class Test(TestCase):
        def test_it(self) -> None:
            with self.captureOnCommitCallbacks(execute=True):
                _register("@ada", lambda: mails.append("welcome"))
            stage.checkpoint("tested", runs=len(mails))

    TestSuite([Test("test_it")]).debug()
    stage.checkpoint("torn-down")


def after_commit_in_tests_real_commits(db: Database, stage: Stage) -> None:
    """TransactionTestCase opens no transaction: the code under test commits, and all tables are emptied afterwards.

    https://docs.djangoproject.com/en/5.2/topics/testing/tools/#transactiontestcase
    """
    mails: list[str] = []

    class Test(TransactionTestCase):
        def test_it(self) -> None:
            _register("@ada", lambda: mails.append("welcome"))
            stage.checkpoint("tested", runs=len(mails))

    TestSuite([Test("test_it")]).debug()
    stage.checkpoint("torn-down")


def test_hides_missing_transaction_in_test(db: Database, stage: Stage) -> None:
    """TestCase has opened a block, so that `select_for_update()` finds one; its documentation warns of just that.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """

    class Test(TestCase):
        def test_it(self) -> None:
            with stage.attempt("locked"):
                Kol.objects.select_for_update().get(twitter_handle="@ada")

    TestSuite([Test("test_it")]).debug()
    stage.checkpoint("left")


def test_hides_missing_transaction_in_production(db: Database, stage: Stage) -> None:
    """In autocommit a lock would be gone at once, and Django refuses to ask for it; TransactionTestCase shows that.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """
    with stage.attempt("locked"):
        Kol.objects.select_for_update().get(twitter_handle="@ada")
    stage.checkpoint("left")

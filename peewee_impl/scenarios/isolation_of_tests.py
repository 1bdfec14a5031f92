"""Tests of code that commits, answered in Peewee."""

from contextlib import suppress

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


def _register(db: Database, handle: str) -> None:
    """Code under test."""
    with db.atomic():
        Kol.create(twitter_handle=handle)


def _fail_to_register(db: Database, handle: str) -> None:
    """Code under test that rolls back."""
    with suppress(Mishap), db.atomic():
        Kol.create(twitter_handle=handle)
        raise Mishap("after the row was sent")


def test_rollback_isolation_code_commits(db: Database, stage: Stage) -> None:
    """In a block of the test, a block of the code under test is a savepoint, and the test rolls back its own.

    The documentation's recipe for tests is another one: a database for them, whose tables are made anew.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#testing-peewee-applications
    """
    with db.atomic() as test:
        _register(db, "@ada")
        stage.checkpoint("tested", found=", ".join(kol.twitter_handle for kol in Kol.select().order_by(Kol.id)))
        test.rollback()
    stage.checkpoint("torn-down")


def test_rollback_isolation_code_rolls_back(db: Database, stage: Stage) -> None:
    """In a block of the test, a block of the code under test is a savepoint, and only that is rolled back.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with db.atomic() as test:
        _register(db, "@ada")
        stage.checkpoint("first-committed")
        _fail_to_register(db, "@grace")
        stage.checkpoint("tested", found=", ".join(kol.twitter_handle for kol in Kol.select().order_by(Kol.id)))
        test.rollback()
    stage.checkpoint("torn-down")


def after_commit_in_tests_rolled_back(db: Database, stage: Stage) -> None:
    """`after_commit()` waits for the outermost block, which is the test's own, and its rollback discards the hook.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    mails: list[str] = []
    with db.atomic() as test:
        with db.atomic():
            Kol.create(twitter_handle="@ada")
            db.after_commit(lambda: mails.append("welcome"))
        stage.checkpoint("tested", runs=len(mails))
        test.rollback()
    stage.checkpoint("torn-down")


after_commit_in_tests_captured = NotApplicable(
    "Peewee has nothing that runs hooks in a test that is rolled back",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit",
)


def after_commit_in_tests_real_commits(db: Database, stage: Stage) -> None:
    """Against a database for tests the code commits for real, and tables are emptied before or after each test.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#testing-peewee-applications
    """
    mails: list[str] = []
    with db.atomic():
        Kol.create(twitter_handle="@ada")
        db.after_commit(lambda: mails.append("welcome"))
    stage.checkpoint("tested", runs=len(mails))
    with db.atomic():
        for model in (Tweet, Kol):
            model.delete().execute()
    stage.checkpoint("torn-down")


def test_hides_missing_transaction_in_test(db: Database, stage: Stage) -> None:
    """The block of the test is the transaction that holds the lock.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with db.atomic() as test:
        with stage.attempt("locked"):
            list(Kol.select().for_update())
        test.rollback()
    stage.checkpoint("left")


def test_hides_missing_transaction_in_production(db: Database, stage: Stage) -> None:
    """In autocommit the lock is taken and gone with its statement, and nothing says so.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with stage.attempt("locked"):
        list(Kol.select().for_update())
    stage.checkpoint("left")

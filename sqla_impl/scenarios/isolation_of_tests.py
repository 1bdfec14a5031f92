"""Tests of code that commits, answered in SQLAlchemy."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from shared_scenarios.scenario import NotApplicable, Stage
from sqla_impl.database import Database
from sqla_impl.models import Base, Kol


@contextmanager
def _rolled_back(db: Database) -> Iterator[Session]:
    """What a fixture gives to each test."""
    with db.engine.connect() as connection, connection.begin() as outer:
        with db.Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


def _found(session: Session) -> str:
    return ", ".join(session.scalars(select(Kol.twitter_handle).order_by(Kol.id)))


def test_rollback_isolation_code_commits(db: Database, stage: Stage) -> None:
    """A Session that has joined a transaction of the test commits savepoints, and the test rolls back the transaction.

    On SQLite the driver has sent no BEGIN before them, so that the outermost savepoint is the transaction.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    with _rolled_back(db) as session:
        session.add(Kol(twitter_handle="@ada"))
        session.commit()
        stage.checkpoint("tested", found=_found(session))
    stage.checkpoint("torn-down")


def test_rollback_isolation_code_rolls_back(db: Database, stage: Stage) -> None:
    """With `create_savepoint` a rollback of the code under test goes back to its last commit, as without a test.

    On SQLite the driver has sent no BEGIN before the savepoints, so that the outermost one is the transaction.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    with _rolled_back(db) as session:
        session.add(Kol(twitter_handle="@ada"))
        session.commit()
        stage.checkpoint("first-committed")
        session.add(Kol(twitter_handle="@grace"))
        session.flush()
        session.rollback()
        stage.checkpoint("tested", found=_found(session))
    stage.checkpoint("torn-down")


def after_commit_in_tests_rolled_back(db: Database, stage: Stage) -> None:
    """To the Session the end of its savepoint is a commit: after_commit is called, although nothing was committed.

    The documentation shows how to join the transaction of a test, and does not mention it.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    mails: list[str] = []
    with _rolled_back(db) as session:
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        session.add(Kol(twitter_handle="@ada"))
        session.commit()
        stage.checkpoint("tested", runs=len(mails))
    stage.checkpoint("torn-down")


after_commit_in_tests_captured = NotApplicable(
    "a joined Session calls after_commit when the code under test commits, so that there is nothing to be captured",
    "https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites",
)


def after_commit_in_tests_real_commits(db: Database, stage: Stage) -> None:
    """A Session on the engine commits, after_commit is called, and the test empties the tables itself.

    https://docs.sqlalchemy.org/en/21/core/metadata.html#sqlalchemy.schema.MetaData.sorted_tables
    """
    mails: list[str] = []
    with db.Session.begin() as session:
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        session.add(Kol(twitter_handle="@ada"))
    stage.checkpoint("tested", runs=len(mails))
    with db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    stage.checkpoint("torn-down")


def test_hides_missing_transaction_in_test(db: Database, stage: Stage) -> None:
    """The lock is held by the transaction of the test, in which the Session has set a savepoint.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#joining-a-session-into-an-external-transaction-such-as-for-test-suites
    """
    with _rolled_back(db) as session, stage.attempt("locked"):
        session.scalars(select(Kol).with_for_update())
    stage.checkpoint("left")


def test_hides_missing_transaction_in_production(db: Database, stage: Stage) -> None:
    """A Session is always in a transaction when it sends something, so that the lock is held until that ends.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    with db.Session() as session, stage.attempt("locked"):
        session.scalars(select(Kol).with_for_update())
    stage.checkpoint("left")

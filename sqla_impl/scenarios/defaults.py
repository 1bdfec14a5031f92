"""What happens if I do nothing special, answered in SQLAlchemy."""

from sqlalchemy import select, text

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol


def transaction_defaults_write(db: Database, stage: Stage) -> None:
    """A Session begins a transaction by itself with its first work and commits only when told to.

    Leaving the `with` block closes the Session, and that rolls back what was flushed.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#opening-and-closing-a-session
    """
    with db.Session() as session:
        session.add(Kol(twitter_handle="@grace"))
        session.flush()
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_read(db: Database, stage: Stage) -> None:
    """The Session counts itself in a transaction from the first SELECT on, but leaves BEGIN to the driver.

    Python's sqlite3 sends BEGIN only before a write, so on SQLite a read opens no transaction of the database.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
    """
    with db.Session() as session:
        session.scalars(select(Kol)).all()
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_empty_block(db: Database, stage: Stage) -> None:
    """The block begins a transaction of the Session only; a connection is taken with the first statement.

    Nothing was executed, so there is neither a connection nor a transaction of the database to commit.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#managing-transactions
    """
    with db.Session.begin():
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_reading_block(db: Database, stage: Stage) -> None:
    """The block leaves BEGIN to the driver, and Python's sqlite3 sends it only before a write.

    The commit at the end of the block therefore finds no transaction of the database to end.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
    """
    with db.Session.begin() as session:
        session.scalars(select(Kol)).all()
        stage.checkpoint("done")
    stage.checkpoint("left")


def ddl_implicit_commit(db: Database, stage: Stage) -> None:
    """On SQLite and PostgreSQL a CREATE TABLE is part of the transaction and is rolled back with it.

    MariaDB commits before it, and the driver, which has autocommit off, lets the next write begin a new transaction:
    the rollback undoes that one alone.
    https://docs.sqlalchemy.org/en/21/core/connections.html#using-transactions
    """
    with stage.attempt("failed"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        stage.checkpoint("first-written")
        session.execute(text("CREATE TABLE notes (id INTEGER)"))
        stage.checkpoint("table-made")
        session.add(Kol(twitter_handle="@grace"))
        session.flush()
        stage.checkpoint("second-written")
        raise Mishap("after the second write")

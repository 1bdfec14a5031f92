"""Blocks inside blocks, answered in SQLAlchemy."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database import Database
from sqla_impl.helpers import joining_transaction
from sqla_impl.models import Kol


def skip_duplicate_with_savepoint_kept(db: Database, stage: Stage) -> None:
    """Each row is flushed at the end of its begin_nested(), and a refused one is rolled back to its savepoint alone.

    On SQLite the driver sends no BEGIN before a SAVEPOINT, so that the first RELEASE there stores its row at once.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with db.Session.begin() as session:
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), session.begin_nested():
                session.add(Kol(twitter_handle=handle))
        stage.checkpoint("imported")
    stage.checkpoint("left")


def skip_duplicate_with_savepoint_failed(db: Database, stage: Stage) -> None:
    """The savepoints are parts of the block's transaction, and its rollback undoes what they had released.

    Not on SQLite: the driver sends no BEGIN before a SAVEPOINT, so that the first RELEASE stores its row at once.
    SQLAlchemy documents two settings that send a BEGIN; neither is the default.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-enabling-transactions
    """
    with stage.attempt("left"), db.Session.begin() as session:
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), session.begin_nested():
                session.add(Kol(twitter_handle=handle))
        stage.checkpoint("imported")
        raise Mishap("after the import")


def inner_block_is_not_durable_caller_fails(db: Database, stage: Stage) -> None:
    """begin_nested() is a savepoint: its end releases it and stores nothing, for that is up to the caller's block.

    A helper that has to store by itself needs a Session, and so a connection, of its own.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with session.begin_nested():
            session.add(Kol(twitter_handle="@linus"))
        stage.checkpoint("inner-left")
        raise Mishap("after the helper's block")


def inner_block_is_not_durable_guarded(db: Database, stage: Stage) -> None:
    """A helper that says session.begin() begins a transaction or is refused: a Session has one at a time.

    The refusal touches nothing, and the caller's transaction goes on.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#explicit-begin
    """
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("inner-left"), session.begin():
            session.add(Kol(twitter_handle="@linus"))
    stage.checkpoint("left")


def commit_inside_block_goes_on(db: Database, stage: Stage) -> None:
    """A commit inside the block ends the block's transaction, and the Session refuses all work until the block is left.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#explicit-begin
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("committed"):
            session.commit()
        with stage.attempt("written"):
            session.add(Kol(twitter_handle="@linus"))


def commit_inside_block_fails(db: Database, stage: Stage) -> None:
    """The commit has ended the block's transaction; the Session refuses the second write, so there is nothing to undo.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#explicit-begin
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("committed"):
            session.commit()
        with stage.attempt("written"):
            session.add(Kol(twitter_handle="@linus"))
        raise Mishap("after the second write")


def nested_without_savepoint_plain(db: Database, stage: Stage) -> None:
    """Since 2.0 the Session has no inner blocks but savepoints; the documented replacement joins the outer transaction.

    Nothing is undone when it fails, so that a caller who catches the exception commits what the inner block wrote.
    https://docs.sqlalchemy.org/en/21/changelog/migration_20.html#session-subtransaction-behavior-removed
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("inner-failed"), joining_transaction(session):
            session.add(Kol(twitter_handle="@linus"))
            session.flush()
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            session.scalars(select(Kol)).all()


def nested_without_savepoint_savepoint(db: Database, stage: Stage) -> None:
    """begin_nested() flushes, sends SAVEPOINT, and rolls back to it when its block fails; the outer block goes on.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("inner-failed"), session.begin_nested():
            session.add(Kol(twitter_handle="@linus"))
            session.flush()
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            session.scalars(select(Kol)).all()

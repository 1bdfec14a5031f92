"""Blocks inside blocks, answered in SQLAlchemy with asyncio."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.helpers_async import joining_transaction
from sqla_impl.models import Kol


async def skip_duplicate_with_savepoint_kept(db: AsyncDatabase, stage: Stage) -> None:
    """Each row is flushed at the end of its `begin_nested()`, and a refused one is rolled back to its savepoint alone.

    On SQLite the driver sends no BEGIN before a SAVEPOINT, so that the first RELEASE there stores its row at once.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    async with db.session_maker.begin() as session:
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError):
                async with session.begin_nested():
                    session.add(Kol(twitter_handle=handle))
        stage.checkpoint("imported")
    stage.checkpoint("left")


async def skip_duplicate_with_savepoint_failed(db: AsyncDatabase, stage: Stage) -> None:
    """The savepoints are parts of the block's transaction, and its rollback undoes what they had released.

    Not on SQLite: the driver sends no BEGIN before a SAVEPOINT, so that the first RELEASE stores its row at once.
    SQLAlchemy documents two settings that send a BEGIN; neither is the default.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-enabling-transactions
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            for handle in ("@grace", "@ada", "@linus"):
                with suppress(IntegrityError):
                    async with session.begin_nested():
                        session.add(Kol(twitter_handle=handle))
            stage.checkpoint("imported")
            raise Mishap("after the import")


async def inner_block_is_not_durable_caller_fails(db: AsyncDatabase, stage: Stage) -> None:
    """`begin_nested()` is a savepoint: its end releases it and stores nothing, for that is up to the caller's block.

    A helper that has to store by itself needs a session, and so a connection, of its own.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            async with session.begin_nested():
                session.add(Kol(twitter_handle="@linus"))
            stage.checkpoint("inner-left")
            raise Mishap("after the helper's block")


async def inner_block_is_not_durable_guarded(db: AsyncDatabase, stage: Stage) -> None:
    """A helper that says `session.begin()` begins a transaction or is refused: a session has one at a time.

    The refusal touches nothing, and the caller's transaction goes on.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#explicit-begin
    """
    async with db.session_maker.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("inner-left"):
            async with session.begin():
                session.add(Kol(twitter_handle="@linus"))
    stage.checkpoint("left")


async def commit_inside_block_goes_on(db: AsyncDatabase, stage: Stage) -> None:
    """A commit inside the block ends the block's transaction, and the session refuses all work until the block is left.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#explicit-begin
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            with stage.attempt("committed"):
                await session.commit()
            with stage.attempt("written"):
                session.add(Kol(twitter_handle="@linus"))


async def commit_inside_block_fails(db: AsyncDatabase, stage: Stage) -> None:
    """The commit has ended the block's transaction; the session refuses the second write, so there is nothing to undo.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#explicit-begin
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            with stage.attempt("committed"):
                await session.commit()
            with stage.attempt("written"):
                session.add(Kol(twitter_handle="@linus"))
            raise Mishap("after the second write")


async def nested_without_savepoint_plain(db: AsyncDatabase, stage: Stage) -> None:
    """Since 2.0 the session has no inner blocks but savepoints; the documented replacement joins the outer transaction.

    Nothing is undone when it fails, so that a caller who catches the exception commits what the inner block wrote.
    https://docs.sqlalchemy.org/en/21/changelog/migration_20.html#session-subtransaction-behavior-removed
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            with stage.attempt("inner-failed"):
                async with joining_transaction(session):
                    session.add(Kol(twitter_handle="@linus"))
                    await session.flush()
                    raise Mishap("in the inner block")
            with stage.attempt("queried"):
                (await session.scalars(select(Kol))).all()


async def nested_without_savepoint_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """`begin_nested()` flushes, sends SAVEPOINT, and rolls back to it when its block fails; the outer block goes on.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            with stage.attempt("inner-failed"):
                async with session.begin_nested():
                    session.add(Kol(twitter_handle="@linus"))
                    await session.flush()
                    raise Mishap("in the inner block")
            with stage.attempt("queried"):
                (await session.scalars(select(Kol))).all()

"""After a statement has failed inside a transaction, answered in SQLAlchemy with asyncio."""

from sqlalchemy import event, select, text

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol

ADD_GRACE = text("INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)")
ADD_ADA = text("INSERT INTO kols (twitter_handle, is_vip) VALUES ('@ada', FALSE)")


async def query_after_integrity_error_orm(db: AsyncDatabase, stage: Stage) -> None:
    """A failed flush has rolled back the transaction of the block, and the block refuses work until it is left.

    Leaving it raises nothing.
    https://docs.sqlalchemy.org/en/21/faq/sessions.html#faq-session-rollback
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            with stage.attempt("refused"):
                await session.flush()
            with stage.attempt("queried"):
                (await session.scalars(select(Kol))).all()


async def query_after_integrity_error_raw(db: AsyncDatabase, stage: Stage) -> None:
    """A raw statement goes through the same session and the same transaction, which the failed flush has rolled back.

    It is refused before it is sent, like any query; leaving the block raises nothing.
    https://docs.sqlalchemy.org/en/21/faq/sessions.html#faq-session-rollback
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
            with stage.attempt("refused"):
                await session.flush()
            with stage.attempt("queried"):
                (await session.execute(text("SELECT twitter_handle FROM kols"))).all()


async def query_after_integrity_error_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """The flush at the end of `begin_nested()` fails, and only what came after the savepoint is rolled back.

    The transaction of the block around it goes on: it can be queried and committed.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            with stage.attempt("refused"):
                async with session.begin_nested():
                    session.add(Kol(twitter_handle="@ada"))
            with stage.attempt("queried"):
                (await session.scalars(select(Kol))).all()


async def swallowed_error_clean_exit_plain(db: AsyncDatabase, stage: Stage) -> None:
    """A failed flush rolls back the whole transaction, the first write with it, before the error can be caught.

    The block finds its transaction ended already and leaves without a COMMIT and without an error. Without a block,
    `await session.commit()` raises PendingRollbackError at this point.
    https://docs.sqlalchemy.org/en/21/faq/sessions.html#faq-session-rollback
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            await session.flush()
            stage.checkpoint("first-written")
            session.add(Kol(twitter_handle="@ada"))
            with stage.attempt("refused"):
                await session.flush()


async def swallowed_error_clean_exit_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """The failed flush is rolled back to the savepoint of `begin_nested()`, so the first write stays and is committed.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@grace"))
            await session.flush()
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                async with session.begin_nested():
                    session.add(Kol(twitter_handle="@ada"))


async def raw_error_commit_becomes_rollback_plain(db: AsyncDatabase, stage: Stage) -> None:
    """A failed `execute()` does not end the session's transaction as a failed flush does, and the block sends COMMIT.

    SQLite and MariaDB had undone the refused statement alone. PostgreSQL answers the COMMIT of a failed transaction
    with ROLLBACK; nobody looks at that answer, so that the block raises nothing and after_commit is called.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing
    """
    hooks: list[str] = []
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            event.listen(session.sync_session, "after_commit", lambda _: hooks.append("mail"), once=True)
            await session.execute(ADD_GRACE)
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                await session.execute(ADD_ADA)
    stage.checkpoint("finished", hook_runs=len(hooks))


async def raw_error_commit_becomes_rollback_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """The failed statement is rolled back to the savepoint of `begin_nested()`, on every database.

    The transaction around it is whole again, so that its COMMIT stores the first write.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    hooks: list[str] = []
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            event.listen(session.sync_session, "after_commit", lambda _: hooks.append("mail"), once=True)
            await session.execute(ADD_GRACE)
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                async with session.begin_nested():
                    await session.execute(ADD_ADA)
    stage.checkpoint("finished", hook_runs=len(hooks))

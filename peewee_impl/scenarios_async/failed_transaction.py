"""After a statement has failed inside a transaction, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Stage

ADD_GRACE = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)"
ADD_ADA = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@ada', FALSE)"


async def query_after_integrity_error_orm(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee keeps no failed state of its own: SQLite and MariaDB undo the refused statement alone and go on.

    PostgreSQL refuses everything until the transaction ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#database-errors
    """
    with stage.attempt("left"):
        async with db.atomic():
            with stage.attempt("refused"):
                await Kol.acreate(twitter_handle="@ada")
            with stage.attempt("queried"):
                await Kol.aget(Kol.twitter_handle == "@ada")


async def query_after_integrity_error_raw(db: AsyncDatabase, stage: Stage) -> None:
    """Raw SQL runs on the same connection, and what it may do is for the database to say.

    SQLite and MariaDB undo the refused statement alone and answer; PostgreSQL refuses until the transaction ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    with stage.attempt("left"):
        async with db.atomic():
            with stage.attempt("refused"):
                await Kol.acreate(twitter_handle="@ada")
            with stage.attempt("queried"):
                await db.aexecute_sql("SELECT twitter_handle FROM kols")


async def query_after_integrity_error_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """The inner `atomic()` is a savepoint: the exception rolls back to it, and the transaction goes on.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            with stage.attempt("refused"):
                async with db.atomic():
                    await Kol.acreate(twitter_handle="@ada")
            with stage.attempt("queried"):
                await Kol.aget(Kol.twitter_handle == "@ada")


async def swallowed_error_clean_exit_plain(db: AsyncDatabase, stage: Stage) -> None:
    """An exception that is caught inside never reaches the block, so the block commits.

    SQLite and MariaDB had undone the refused statement alone, so the first write is stored. PostgreSQL answers the
    COMMIT of a failed transaction with ROLLBACK, and nothing tells the caller.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                await Kol.acreate(twitter_handle="@ada")


async def swallowed_error_clean_exit_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """The inner `atomic()` rolls back to its savepoint, the outer one commits what was written before it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/example.rst#storing-data
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                async with db.atomic():
                    await Kol.acreate(twitter_handle="@ada")


async def raw_error_commit_becomes_rollback_plain(db: AsyncDatabase, stage: Stage) -> None:
    """An exception that is caught inside never reaches the block, so that the block sends COMMIT.

    SQLite and MariaDB had undone the refused statement alone. PostgreSQL answers the COMMIT of a failed transaction
    with ROLLBACK; nobody looks at that answer, so that the block raises nothing and `after_commit()` hooks run.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    hooks: list[str] = []
    with stage.attempt("left"):
        async with db.atomic():
            db.after_commit(lambda: hooks.append("mail"))
            await db.aexecute_sql(ADD_GRACE)
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                await db.aexecute_sql(ADD_ADA)
    stage.checkpoint("finished", hook_runs=len(hooks))


async def raw_error_commit_becomes_rollback_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """The inner `atomic()` rolls the failed statement back to its savepoint, and the COMMIT stores the rest.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    hooks: list[str] = []
    with stage.attempt("left"):
        async with db.atomic():
            db.after_commit(lambda: hooks.append("mail"))
            await db.aexecute_sql(ADD_GRACE)
            stage.checkpoint("first-written")
            with stage.attempt("refused"):
                async with db.atomic():
                    await db.aexecute_sql(ADD_ADA)
    stage.checkpoint("finished", hook_runs=len(hooks))

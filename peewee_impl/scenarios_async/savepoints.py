"""Blocks inside blocks, answered in Peewee with asyncio."""

from contextlib import suppress

from peewee import IntegrityError

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


async def skip_duplicate_with_savepoint_kept(db: AsyncDatabase, stage: Stage) -> None:
    """An `atomic()` inside another is a savepoint: a refused row is undone to there, and what came before it stays.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    async with db.atomic():
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError):
                async with db.atomic():
                    await Kol.acreate(twitter_handle=handle)
        stage.checkpoint("imported")
    stage.checkpoint("left")


async def skip_duplicate_with_savepoint_failed(db: AsyncDatabase, stage: Stage) -> None:
    """The inner blocks are savepoints of the outermost block's transaction, and its rollback takes them with it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            for handle in ("@grace", "@ada", "@linus"):
                with suppress(IntegrityError):
                    async with db.atomic():
                        await Kol.acreate(twitter_handle=handle)
            stage.checkpoint("imported")
            raise Mishap("after the import")


async def inner_block_is_not_durable_caller_fails(db: AsyncDatabase, stage: Stage) -> None:
    """An `atomic()` inside another of the same task is a savepoint: its end releases it, the outermost block commits.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            async with db.atomic():
                await Kol.acreate(twitter_handle="@linus")
            stage.checkpoint("inner-left")
            raise Mishap("after the helper's block")


inner_block_is_not_durable_guarded = NotApplicable(
    "Peewee has no block that insists on being the outermost; a helper can ask `db.in_transaction()` first",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L492",
)


async def commit_inside_block_goes_on(db: AsyncDatabase, stage: Stage) -> None:
    """`acommit()` on what the outermost `atomic()` gives commits at once, and the next transaction begins with it.

    The end of the block commits only what came after.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    with stage.attempt("left"):
        async with db.atomic() as transaction:
            await Kol.acreate(twitter_handle="@grace")
            with stage.attempt("committed"):
                await transaction.acommit()
            with stage.attempt("written"):
                await Kol.acreate(twitter_handle="@linus")


async def commit_inside_block_fails(db: AsyncDatabase, stage: Stage) -> None:
    """`acommit()` on what the outermost `atomic()` gives commits at once, and the next transaction begins with it.

    The failure undoes only what came after.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    with stage.attempt("left"):
        async with db.atomic() as transaction:
            await Kol.acreate(twitter_handle="@grace")
            with stage.attempt("committed"):
                await transaction.acommit()
            with stage.attempt("written"):
                await Kol.acreate(twitter_handle="@linus")
            raise Mishap("after the second write")


async def nested_without_savepoint_plain(db: AsyncDatabase, stage: Stage) -> None:
    """`transaction()` does not nest on SQLite and MariaDB: inside another one it sends nothing, even when it fails.

    So the outer block commits what the failed inner one wrote. On PostgreSQL it is asyncpg's, the same as `atomic()`:
    a savepoint inside another one.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#api-reference
    """
    with stage.attempt("left"):
        async with db.transaction():
            await Kol.acreate(twitter_handle="@grace")
            with stage.attempt("inner-failed"):
                async with db.transaction():
                    await Kol.acreate(twitter_handle="@linus")
                    raise Mishap("in the inner block")
            with stage.attempt("queried"):
                await db.count(Kol.select())


async def nested_without_savepoint_savepoint(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic()` inside another one is a savepoint, to which its failure rolls back; the outer block goes on.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            with stage.attempt("inner-failed"):
                async with db.atomic():
                    await Kol.acreate(twitter_handle="@linus")
                    raise Mishap("in the inner block")
            with stage.attempt("queried"):
                await db.count(Kol.select())

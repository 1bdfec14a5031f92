"""Many rows by one call, beside objects that are one row each, answered in Peewee with asyncio."""

from datetime import datetime

from peewee import MySQLDatabase

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.helpers import handles_signalled
from peewee_impl.models_async import Kol, SignallingKol
from shared_scenarios.scenario import Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)
HANDLES = ("@ada", "@grace", "@lin")


async def bulk_insert_keys_and_hooks_objects(db: AsyncDatabase, stage: Stage) -> None:
    """abulk_create() is one INSERT per batch and calls no save(), which is where signals are sent.

    Keys are set on PostgreSQL alone, by RETURNING; SQLite and MariaDB leave them unset.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-creating-model-instances
    """
    kols = [SignallingKol(twitter_handle=handle) for handle in HANDLES]
    stage.checkpoint("built", kols=kols)
    with handles_signalled(SignallingKol) as fired:
        async with db.atomic():
            await SignallingKol.abulk_create(kols)
            stage.checkpoint("sent", kols=kols, hooks=len(fired))
    stage.checkpoint("finished")


async def bulk_insert_keys_and_hooks_values(db: AsyncDatabase, stage: Stage) -> None:
    """insert_many() is one INSERT of plain values: there is no object that could be saved, so no signal is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-inserts
    """
    rows = [{"twitter_handle": handle} for handle in HANDLES]
    stage.checkpoint("built")
    with handles_signalled(SignallingKol) as fired:
        async with db.atomic():
            await SignallingKol.insert_many(rows).aexecute()
            stage.checkpoint("sent", hooks=len(fired))
    stage.checkpoint("finished")


async def statement_update_vs_memory_orm_statement(db: AsyncDatabase, stage: Stage) -> None:
    """update() is a statement and knows of no object; asave() then writes every field back, unless told `only`.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    async with db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        await Kol.update(is_vip=True).where(Kol.twitter_handle == "@ada").aexecute()
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
        await kol.asave()
    stage.checkpoint("saved")


async def statement_update_vs_memory_raw_sql(db: AsyncDatabase, stage: Stage) -> None:
    """Raw SQL touches rows alone; the object keeps what it has loaded, and asave() writes every field of it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    async with db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        await db.aexecute_sql("UPDATE kols SET is_vip = TRUE WHERE twitter_handle = '@ada'")
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
        await kol.asave()
    stage.checkpoint("saved")


async def statement_update_vs_memory_upsert(db: AsyncDatabase, stage: Stage) -> None:
    """An upsert is an INSERT of values: it changes the row, and no object that was loaded from it.

    asave() writes every field of the object, and with them the old value.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#upsert
    """
    target = None if isinstance(db, MySQLDatabase) else [Kol.twitter_handle]  # MariaDB takes none
    async with db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        vip = Kol.insert(twitter_handle="@ada", is_vip=True)
        await vip.on_conflict(conflict_target=target, preserve=[Kol.is_vip]).aexecute()
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
        await kol.asave()
    stage.checkpoint("saved")


async def bulk_partial_failure_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """abulk_create() opens no transaction: in autocommit each batch is stored when it is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-creating-model-instances
    """
    kols = [Kol(twitter_handle="@grace"), Kol(twitter_handle="@ada")]
    stage.checkpoint("built", kols=kols)
    with stage.attempt("failed"):
        async with db:
            await Kol.abulk_create(kols, batch_size=1)


async def bulk_partial_failure_block(db: AsyncDatabase, stage: Stage) -> None:
    """In a block, as the documentation shows it, the failed batch takes the earlier ones with it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#bulk-creating-model-instances
    """
    kols = [Kol(twitter_handle="@grace"), Kol(twitter_handle="@ada")]
    stage.checkpoint("built", kols=kols)
    with stage.attempt("failed"):
        async with db.atomic():
            await Kol.abulk_create(kols, batch_size=1)

"""What reading does to pending changes, answered in Peewee with asyncio."""

from datetime import datetime

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.helpers_async import check_if_kol_is_vip, check_if_kol_is_vip_by_column
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Mishap, Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)


async def read_helper_flushes_object(db: AsyncDatabase, stage: Stage) -> None:
    """A change is sent by `asave()` and by nothing else: a query knows nothing of objects that were changed.

    There is no identity map, so the helper's query makes an object of its own from the stored row.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    async with db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = await check_if_kol_is_vip("@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        await kol.asave()
    stage.checkpoint("finished", kol=kol)


async def read_helper_flushes_column(db: AsyncDatabase, stage: Stage) -> None:
    """A query sees what is stored, and the change is in memory until `asave()` is called.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#scalar-values
    """
    async with db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = await check_if_kol_is_vip_by_column(db, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        await kol.asave()
    stage.checkpoint("finished", kol=kol)


async def read_helper_flushes_then_failure(db: AsyncDatabase, stage: Stage) -> None:
    """Nothing was sent before the exception, since only `asave()` sends: the block has nothing to undo.

    The change is left in the caller's object alone.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    with stage.attempt("finished"):
        async with db.atomic():
            kol = await Kol.aget(Kol.twitter_handle == "@ada")
            stage.checkpoint("loaded", kol=kol)
            kol.last_checked_at = CHECKED_AT
            stage.checkpoint("changed", kol=kol)
            is_vip = await check_if_kol_is_vip("@ada", stage)
            stage.checkpoint("answered", kol=kol, is_vip=is_vip)
            raise Mishap("after the helper, before the save")


async def autoflush_off_split_view(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee has no flush, automatic or not: until `asave()` every query answers from what is stored.

    `aget()` makes a new object each time, so even the object read shows the stored value.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    async with db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = await db.scalar(Kol.select(Kol.is_vip).where(Kol.twitter_handle == "@ada"))
        stage.checkpoint("column-read", is_vip=is_vip)
        found = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("object-read", kol=kol, found=found)
        matches = await db.count(Kol.select().where(Kol.is_vip))
        stage.checkpoint("filter-read", matches=matches)
        await kol.asave()
    stage.checkpoint("finished", kol=kol)


async def autoflush_error_in_a_read(db: AsyncDatabase, stage: Stage) -> None:
    """An object that is not saved takes no part in a query: both reads answer, and the error is in `asave()`.

    It leaves the block, which rolls back the earlier work with it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    with stage.attempt("finished"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@grace")
            stage.checkpoint("earlier-work")
            duplicate = Kol(twitter_handle="@ada")
            stage.checkpoint("duplicate-made", kol=duplicate)
            with stage.attempt("read"):
                await Kol.aget(Kol.twitter_handle == "@ada")
            with stage.attempt("read-again"):
                await Kol.aget(Kol.twitter_handle == "@grace")
            await duplicate.asave()


async def raw_sql_autoflush_orm(db: AsyncDatabase, stage: Stage) -> None:
    """`raw()` sends its own SQL and nothing else: an object is sent when `asave()` is awaited.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    async with db:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("made", kol=kol)
        found = await db.list(Kol.raw("SELECT * FROM kols"))
        stage.checkpoint("read", counted=len(found))
        await kol.asave()
    stage.checkpoint("finished")


async def raw_sql_autoflush_connection(db: AsyncDatabase, stage: Stage) -> None:
    """`aexecute_sql()` is the database's and knows of no model, let alone of an object that was not saved.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    async with db:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("made", kol=kol)
        cursor = await db.aexecute_sql("SELECT COUNT(*) FROM kols")
        stage.checkpoint("read", counted=cursor.fetchone()[0])
        await kol.asave()
    stage.checkpoint("finished")

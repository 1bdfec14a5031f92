"""What reading does to pending changes, answered in Django with asyncio."""

from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.helpers import check_if_kol_is_vip as check_in_thread
from django_impl.helpers_async import check_if_kol_is_vip, check_if_kol_is_vip_by_column
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def read_helper_flushes_object(db: Database, stage: Stage) -> None:
    """A query never sends pending changes: only `asave()` writes. There is no identity map either.

    The helper gets an object of its own with the stored values, and the caller's change is sent when it is saved.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.last_checked_at = CHECKED_AT
    stage.checkpoint("changed", kol=kol)
    is_vip = await check_if_kol_is_vip("@ada", stage)
    stage.checkpoint("answered", kol=kol, is_vip=is_vip)
    await kol.asave()
    stage.checkpoint("finished", kol=kol)


async def read_helper_flushes_column(db: Database, stage: Stage) -> None:
    """A change that was not saved exists in the caller's object alone, and a column comes from the row.

    The helper therefore answers with the stored value; the UPDATE is sent by the caller's `asave()`.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    stage.checkpoint("changed", kol=kol)
    is_vip = await check_if_kol_is_vip_by_column("@ada", stage)
    stage.checkpoint("answered", kol=kol, is_vip=is_vip)
    await kol.asave()
    stage.checkpoint("finished", kol=kol)


async def read_helper_flushes_then_failure(db: Database, stage: Stage) -> None:
    """The helper sends no UPDATE, and the exception comes before `save()`: nothing of the change was ever sent.

    The ROLLBACK of the block, which is a synchronous function, has nothing to undo.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_in_thread("@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        raise Mishap("before the KOL was saved")

    with stage.attempt("finished"):
        await unit()


async def autoflush_off_split_view(db: Database, stage: Stage) -> None:
    """Reading and writing are separate by nature: every query answers from the database, with no identity map between.

    Column, object and filter agree on the stored value; the unsaved change is seen in the caller's object alone.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#saving-changes-to-objects
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    kol.is_vip = True
    stage.checkpoint("changed", kol=kol)
    is_vip = await Kol.objects.values_list("is_vip", flat=True).aget(twitter_handle="@ada")
    stage.checkpoint("column-read", is_vip=is_vip)
    found = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("object-read", kol=kol, found=found)
    matches = await Kol.objects.filter(is_vip=True).acount()
    stage.checkpoint("filter-read", matches=matches)
    await kol.asave()
    stage.checkpoint("finished", kol=kol)


async def autoflush_error_in_a_read(db: Database, stage: Stage) -> None:
    """A query sends no object that was only made, so both reads answer, and the error is raised by `save()` itself.

    It leaves the block, a synchronous function in a thread, which rolls back the earlier work too.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("earlier-work")
        duplicate = Kol(twitter_handle="@ada")
        stage.checkpoint("duplicate-made", duplicate=duplicate)
        with stage.attempt("read"):
            Kol.objects.get(twitter_handle="@ada")
        with stage.attempt("read-again"):
            Kol.objects.count()
        duplicate.save()

    with stage.attempt("finished"):
        await unit()


async def raw_sql_autoflush_orm(db: Database, stage: Stage) -> None:
    """`raw()` is a query like any other: an instance that was not saved is nowhere but in memory.

    `async for` sends it, as it does any query.
    https://docs.djangoproject.com/en/5.2/topics/db/sql/#performing-raw-queries
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("made", kol=kol)
    found = [one async for one in Kol.objects.raw("SELECT * FROM kols")]
    stage.checkpoint("read", counted=len(found))
    await kol.asave()
    stage.checkpoint("finished")


async def raw_sql_autoflush_connection(db: Database, stage: Stage) -> None:
    """A cursor goes past the models altogether, and there is nothing pending that Django could send before it.

    It has no a-methods, so that a synchronous function uses it.
    https://docs.djangoproject.com/en/5.2/topics/db/sql/#executing-custom-sql-directly
    """

    @sync_to_async
    def count_kols() -> int:
        with db.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM kols")
            return int(cursor.fetchone()[0])

    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("made", kol=kol)
    stage.checkpoint("read", counted=await count_kols())
    await kol.asave()
    stage.checkpoint("finished")

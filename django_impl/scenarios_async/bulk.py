"""Many rows by one call, beside objects that are one row each, answered in Django with asyncio."""

from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.helpers import handles_signalled
from django_impl.models import Kol
from shared_scenarios.scenario import NotApplicable, Stage

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def bulk_insert_keys_and_hooks_objects(db: Database, stage: Stage) -> None:
    """`abulk_create()` calls no `save()` and sends no signals; keys are set where the database can return them.

    PostgreSQL, MariaDB from 10.5 and SQLite from 3.35 can.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
    """
    kols = [Kol(twitter_handle=handle) for handle in ("@ada", "@grace", "@lin")]
    stage.checkpoint("built", kols=kols)
    with handles_signalled() as fired:
        await Kol.objects.abulk_create(kols)
        stage.checkpoint("sent", kols=kols, hooks=len(fired))
    stage.checkpoint("finished")


bulk_insert_keys_and_hooks_values = NotApplicable(
    "abulk_create() takes objects; Django has no INSERT of plain values",
    "https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create",
)


async def statement_update_vs_memory_orm_statement(db: Database, stage: Stage) -> None:
    """`aupdate()` is a statement and touches no object, and `asave()` writes every field, the old value among them.

    `asave(update_fields=["last_checked_at"])` or `arefresh_from_db()` avoids it.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#updating-multiple-objects-at-once
    """
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    await Kol.objects.filter(twitter_handle="@ada").aupdate(is_vip=True)
    stage.checkpoint("statement-sent", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)
    kol.last_checked_at = CHECKED_AT
    await kol.asave()
    stage.checkpoint("saved")


async def statement_update_vs_memory_raw_sql(db: Database, stage: Stage) -> None:
    """Raw SQL goes past the models: the instance keeps its values, and `asave()` writes all of them.

    A cursor has no a-methods, so that a synchronous function uses it.
    https://docs.djangoproject.com/en/5.2/topics/db/sql/#executing-custom-sql-directly
    """

    @sync_to_async
    def make_vip() -> None:
        with db.cursor() as cursor:
            cursor.execute("UPDATE kols SET is_vip = TRUE WHERE twitter_handle = %s", ["@ada"])

    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    await make_vip()
    stage.checkpoint("statement-sent", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)
    kol.last_checked_at = CHECKED_AT
    await kol.asave()
    stage.checkpoint("saved")


async def statement_update_vs_memory_upsert(db: Database, stage: Stage) -> None:
    """`abulk_create()` with `update_conflicts` changes the row and not the instance that was loaded before.

    `asave()` then writes every field of that instance over it.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
    """
    unique = ["twitter_handle"] if db.features.supports_update_conflicts_with_target else None  # MariaDB takes none
    kol = await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    vip = [Kol(twitter_handle="@ada", is_vip=True)]
    await Kol.objects.abulk_create(vip, update_conflicts=True, update_fields=["is_vip"], unique_fields=unique)
    stage.checkpoint("statement-sent", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)
    kol.last_checked_at = CHECKED_AT
    await kol.asave()
    stage.checkpoint("saved")


async def bulk_partial_failure_no_block(db: Database, stage: Stage) -> None:
    """`abulk_create()` puts its batches into a transaction of its own, so that all are stored or none.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create
    """
    kols = [Kol(twitter_handle="@grace"), Kol(twitter_handle="@ada")]
    stage.checkpoint("built", kols=kols)
    with stage.attempt("failed"):
        await Kol.objects.abulk_create(kols, batch_size=1)


async def bulk_partial_failure_block(db: Database, stage: Stage) -> None:
    """The exception leaves the atomic block, which rolls back every batch.

    The block is a synchronous function, and so calls `bulk_create()` itself.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    kols = [Kol(twitter_handle="@grace"), Kol(twitter_handle="@ada")]
    stage.checkpoint("built", kols=kols)

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.bulk_create(kols, batch_size=1)

    with stage.attempt("failed"):
        await unit()

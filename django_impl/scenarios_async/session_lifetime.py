"""Who holds the connection, and what objects can do when their block has ended, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import NotApplicable, Stage


async def commit_returns_connection(db: Database, stage: Stage) -> None:
    """A connection belongs to a thread, and async code shares one: that in which `sync_to_async` runs what it is given.

    It is kept after the commit. Django closes it at the end of a request; elsewhere `close_old_connections()` does.
    https://docs.djangoproject.com/en/5.2/ref/databases/#connection-management
    """
    stage.checkpoint("idle", connection=db)

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("in-transaction", connection=db)

    await unit()
    stage.checkpoint("committed", connection=db)
    await sync_to_async(close_old_connections)()
    stage.checkpoint("closed", connection=db)


async def close_detaches_column(db: Database, stage: Stage) -> None:
    """A model instance belongs to no session or block: the fields that were loaded stay in it, in every thread.

    The block sends COMMIT at its end although it only read, and that touches no object.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> Kol:
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("loaded", subject=kol)
        return kol

    kol = await unit()
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


async def close_detaches_column_after_commit(db: Database, stage: Stage) -> None:
    """A commit expires nothing: a field keeps its value in memory until `arefresh_from_db()` asks for the row again.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> Kol:
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("loaded", subject=kol)
        kol.is_vip = True
        kol.save()
        return kol

    kol = await unit()
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


async def close_detaches_relation(db: Database, stage: Stage) -> None:
    """A relation is loaded when it is touched, and an attribute cannot be awaited: Django refuses the query.

    Inside or outside a block makes no difference; `select_related()` loads the relation beforehand.
    https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> Tweet:
        tweet = Tweet.objects.get(text="hello")
        stage.checkpoint("loaded", subject=tweet)
        return tweet

    tweet = await unit()
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        _ = tweet.kol


async def expire_on_commit_reload_plain(db: Database, stage: Stage) -> None:
    """A commit does not touch model instances: their fields are in memory and are read without SQL.

    So they can be read outside the block too, where nothing could be loaded without `await`.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> list[Kol]:
        kols = list(Kol.objects.order_by("id"))
        stage.checkpoint("loaded", ada=kols[0])
        return kols

    ada, linus = await unit()
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


async def expire_on_commit_reload_changed(db: Database, stage: Stage) -> None:
    """A commit does not touch model instances: they keep what was loaded, until `arefresh_from_db()` asks again.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> list[Kol]:
        kols = list(Kol.objects.order_by("id"))
        stage.checkpoint("loaded", ada=kols[0])
        return kols

    ada, linus = await unit()
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


expire_on_commit_reload_changed_expiry_off = NotApplicable(
    "a commit expires nothing in Django, so that there is no expiry to turn off",
    "https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database",
)


async def stale_read_in_long_session_block(db: Database, stage: Stage) -> None:
    """A query makes a new object from what it reads, and Django sets READ COMMITTED on MariaDB: each reads afresh.

    The object that was loaded first stays as it was until `refresh_from_db()`. Each block is a synchronous function.
    https://docs.djangoproject.com/en/5.2/ref/databases/#mysql-isolation-level
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        kol = Kol.objects.get()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=Kol.objects.get().is_vip)
        stage.checkpoint("column-queried", is_vip=Kol.objects.values_list("is_vip", flat=True).get())
        kol.refresh_from_db()
        stage.checkpoint("refreshed", is_vip=kol.is_vip)

    await unit()
    kol = await sync_to_async(transaction.atomic(Kol.objects.get))()
    stage.checkpoint("next-transaction", is_vip=kol.is_vip)


async def stale_read_in_long_session_no_block(db: Database, stage: Stage) -> None:
    """Without a block each awaited query is a transaction of its own and reads what is stored, into new objects.

    The object that was loaded first stays as it was until `arefresh_from_db()`.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    kol = await Kol.objects.aget()
    stage.checkpoint("loaded", is_vip=kol.is_vip)
    stage.checkpoint("object-queried", is_vip=(await Kol.objects.aget()).is_vip)
    stage.checkpoint("column-queried", is_vip=await Kol.objects.values_list("is_vip", flat=True).aget())
    await kol.arefresh_from_db()
    stage.checkpoint("refreshed", is_vip=kol.is_vip)
    stage.checkpoint("next-transaction", is_vip=(await Kol.objects.aget()).is_vip)

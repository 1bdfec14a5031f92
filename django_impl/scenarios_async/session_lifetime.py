"""Who holds the connection, and what objects can do when their block has ended, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


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

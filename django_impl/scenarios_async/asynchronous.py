"""What asyncio changes, answered in Django with asyncio."""

import asyncio
import threading
from contextlib import suppress

from asgiref.sync import sync_to_async
from django.db import transaction

from django_impl.database import Database
from django_impl.helpers_async import told
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Mishap, NotApplicable, Stage

HANDLES = ("@ada", "@grace", "@alan")


async def gather_on_one_session_fresh(db: Database, stage: Stage) -> None:
    """Every a-method hands its query to one thread, which has one connection: gathered reads wait for each other.

    They are safe together, and none is faster for it.
    https://docs.djangoproject.com/en/5.2/topics/async/#sync-to-async
    """
    stage.checkpoint("begun")
    reads = [Kol.objects.aget(twitter_handle=handle) for handle in HANDLES]
    found = await asyncio.gather(*reads, return_exceptions=True)
    stage.checkpoint("gathered", **told(found))
    with stage.attempt("next-query"):
        await Kol.objects.aget(twitter_handle="@ada")


async def gather_on_one_session_in_use(db: Database, stage: Stage) -> None:
    """The thread that the a-methods share keeps its connection: what was read before makes no difference.

    The gathered reads wait for each other and go through it one by one.
    https://docs.djangoproject.com/en/5.2/topics/async/#sync-to-async
    """
    await Kol.objects.aget(twitter_handle="@ada")
    stage.checkpoint("begun")
    reads = [Kol.objects.aget(twitter_handle=handle) for handle in HANDLES]
    found = await asyncio.gather(*reads, return_exceptions=True)
    stage.checkpoint("gathered", **told(found))
    with stage.attempt("next-query"):
        await Kol.objects.aget(twitter_handle="@ada")


gather_on_one_session_per_task = NotApplicable(
    "a-methods take no connection: those of all tasks share one thread, under ASGI one per request, and its connection",
    "https://docs.djangoproject.com/en/5.2/topics/async/#sync-to-async",
)

gather_inside_atomic_gathered = NotApplicable(
    "a block is a synchronous function here, so that no block is open where tasks are gathered",
    "https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm",
)


async def gather_inside_atomic_in_turn(db: Database, stage: Stage) -> None:
    """The block is a synchronous function that runs in one piece in Django's thread: no write can slip in or out.

    Both are sent in its transaction, and it rolls both back.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        stage.checkpoint("opened")
        Kol.objects.create(twitter_handle="@ada")
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("written")
        raise Mishap("after both writes")

    with stage.attempt("left"):
        await unit()


async def cancel_mid_transaction_between_statements(db: Database, stage: Stage) -> None:
    """The cancel reaches the task that waits, not the thread that works: the block goes on to its end and commits.

    The caller gets CancelledError although both rows are stored.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    loop, written, answered = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("written")
        loop.call_soon_threadsafe(written.set)
        answered.wait()  # for somebody who answers when the task has been cancelled
        Kol.objects.create(twitter_handle="@grace")

    task = asyncio.create_task(unit())
    await written.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    answered.set()
    # In Django's thread, and so after what is still being done there.
    await sync_to_async(stage.checkpoint)("cancelled", exception="CancelledError" if task.cancelled() else "")
    with stage.attempt("next-unit"):
        await Kol.objects.acreate(twitter_handle="@alan")


async def cancel_mid_transaction_during_statement(db: Database, stage: Stage) -> None:
    """The cancel reaches the task that waits, not the thread that executes: the block goes on to its end and commits.

    The caller gets CancelledError although both rows are stored.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    loop = asyncio.get_running_loop()

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        Kol.objects.create(twitter_handle="@grace")

    task = asyncio.create_task(unit())
    stage.during("INSERT", lambda: loop.call_soon_threadsafe(task.cancel))
    with suppress(asyncio.CancelledError):
        await task
    # In Django's thread, and so after what is still being done there.
    await sync_to_async(stage.checkpoint)("cancelled", exception="CancelledError" if task.cancelled() else "")
    with stage.attempt("next-unit"):
        await Kol.objects.acreate(twitter_handle="@alan")


async def lazy_load_in_async_relation(db: Database, stage: Stage) -> None:
    """A relation that is touched sends a query, and an attribute cannot be awaited: Django refuses the bare read.

    In a function that `sync_to_async` is given the same attribute loads it.
    https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
    """
    tweet = await Tweet.objects.aget(text="hello")
    stage.checkpoint("loaded", tweet=tweet)
    with stage.attempt("touched", tweet=tweet):
        _ = tweet.kol
    await sync_to_async(lambda: tweet.kol)()
    stage.checkpoint("awaited", kol=tweet.kol)


async def lazy_load_in_async_eager(db: Database, stage: Stage) -> None:
    """`select_related()` loads the relation with the query, by a join: the attribute is plain memory then.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-related
    """
    tweet = await Tweet.objects.select_related("kol").aget(text="hello")
    stage.checkpoint("loaded", tweet=tweet)
    with stage.attempt("touched", tweet=tweet):
        _ = tweet.kol


async def lazy_load_in_async_after_commit(db: Database, stage: Stage) -> None:
    """A commit expires nothing: a field keeps its value in memory until `arefresh_from_db()` asks for the row again.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """
    kol = await sync_to_async(transaction.atomic(Kol.objects.get))(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("touched", kol=kol):
        _ = kol.is_vip
    await kol.arefresh_from_db()
    stage.checkpoint("awaited", is_vip=kol.is_vip)


async def async_atomic_block_documented(db: Database, stage: Stage) -> None:
    """Transactions do not work in async code, so that the block is one synchronous function, as the documentation says.

    `sync_to_async` runs it in Django's thread, from BEGIN to COMMIT.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("written")
        Kol.objects.create(twitter_handle="@grace")

    with stage.attempt("left"):
        await unit()


async def async_atomic_block_failing(db: Database, stage: Stage) -> None:
    """The exception leaves the block, which rolls back, and `sync_to_async` hands it on to who awaits the function.

    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("written")
        raise Mishap("after the first write")

    with stage.attempt("left"):
        await unit()


async def async_atomic_block_synchronous(db: Database, stage: Stage) -> None:
    """`atomic()` needs the connection of a thread that runs no event loop: entered here it is refused at once.

    https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
    """
    with stage.attempt("left"), transaction.atomic():
        await Kol.objects.acreate(twitter_handle="@ada")
        await Kol.objects.acreate(twitter_handle="@grace")

"""How long connections are held, how many there are, and who waits for them, answered in Django with asyncio."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.http import HttpRequest, HttpResponse

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


async def read_leaves_idle_in_transaction_plain(db: Database, stage: Stage) -> None:
    """In autocommit a read is over when it is answered: the thread's connection stays open with no transaction on it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    _ = [kol async for kol in Kol.objects.all()]
    stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


async def read_leaves_idle_in_transaction_block(db: Database, stage: Stage) -> None:
    """An atomic block is open until it is left. It is a synchronous function, and so is the slow work in it.

    Nothing can be awaited there, so that other tasks which share the thread wait for the work too.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        list(Kol.objects.all())
        stage.checkpoint("read")
        stage.checkpoint("slow-work")

    await unit()
    stage.checkpoint("left")


async def read_leaves_idle_in_transaction_left_first(db: Database, stage: Stage) -> None:
    """The function that is the block returns before the slow work: COMMIT is sent, no transaction is left open.

    What follows can be awaited, and the connection stays open.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        list(Kol.objects.all())
        stage.checkpoint("read")

    await unit()
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


pool_exhaustion_pool_of_two = NotApplicable(
    "Django has no pool of its own; psycopg's, on PostgreSQL alone, is turned on in the settings",
    "https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool",
)


async def pool_exhaustion_no_pool(db: Database, stage: Stage) -> None:
    """Each thread has a connection of its own: what is to hold three at once in async code is given three threads.

    By default `sync_to_async` runs all calls in one thread, under ASGI in one per request, each on one connection.
    https://docs.djangoproject.com/en/5.2/topics/async/#sync-to-async
    """
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second, ThreadPoolExecutor(1) as third:
        await _run(first, Kol.objects.count)
        await _run(second, Kol.objects.count)
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            await _run(third, Kol.objects.count)
        await _run(first, close_old_connections)
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            await _run(third, Kol.objects.count)
        await _run(second, close_old_connections)
        await _run(third, close_old_connections)


def _run(thread: ThreadPoolExecutor, call: Callable[[], object]) -> Awaitable[object]:
    """In a thread that is not the one which async code shares."""
    return sync_to_async(call, thread_sensitive=False, executor=thread)()


async def commit_after_response_handler(db: Database, stage: Stage) -> None:
    """The view awaits the function that is the block, and that returns when its COMMIT was sent.

    Only then does the view return a response.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@ada")
    stage.checkpoint("ended")


async def commit_after_response_handler_refused(db: Database, stage: Stage) -> None:
    """The COMMIT fails inside the function that the view awaits: the view raises, and Django answers with an error.

    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle="@ada")
    stage.checkpoint("ended")


async def commit_after_response_around_request(db: Database, stage: Stage) -> None:
    """The handler puts nothing around an asynchronous view, whose statement commits by itself.

    Where `ATOMIC_REQUESTS` is set, it refuses the view: transactions do not work in async mode.
    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await _handle(_create_kol)
    with stage.attempt("ended"):
        await sync_to_async(close_old_connections)()


async def commit_after_response_around_request_fails(db: Database, stage: Stage) -> None:
    """What the view wrote before it failed has committed by itself, for nothing is put around an asynchronous view.

    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await _handle(_create_kol_and_fail)
    with stage.attempt("ended"):
        await sync_to_async(close_old_connections)()


async def commit_after_response_around_request_refused(db: Database, stage: Stage) -> None:
    """The view's statement commits by itself, so that there is no response yet when the database refuses.

    https://docs.djangoproject.com/en/5.2/topics/async/#queries-the-orm
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        await _handle(_create_kol)
    with stage.attempt("ended"):
        await sync_to_async(close_old_connections)()


async def _handle(view: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
    """Stands for a request that comes in: of what Django's handler does, the step that asks whether to be atomic."""
    await BaseHandler().make_view_atomic(view)(HttpRequest())  # type: ignore[arg-type, misc]  # the stubs know no async view


async def _create_kol(request: HttpRequest) -> HttpResponse:
    await Kol.objects.acreate(twitter_handle="@ada")
    return HttpResponse("created")


async def _create_kol_and_fail(request: HttpRequest) -> HttpResponse:
    await Kol.objects.acreate(twitter_handle="@ada")
    raise Mishap("after the first write")


async def stale_connection_after_restart_kept(db: Database, stage: Stage) -> None:
    """A connection is closed when the ROLLBACK of a block fails on it: on PostgreSQL at the end of the first block.

    On MariaDB no block can begin, and nothing closes it. Outside of requests, call `close_old_connections()`.
    https://docs.djangoproject.com/en/5.2/ref/databases/#caveats
    """
    await Kol.objects.acount()
    stage.checkpoint("connected")
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit):
            await sync_to_async(transaction.atomic(Kol.objects.create))(twitter_handle=handle)


async def stale_connection_after_restart_per_request(db: Database, stage: Stage) -> None:
    """CONN_MAX_AGE is 0: the connection is closed at the end of each request, so that none is left to be ended.

    https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections
    """
    await _request(Kol.objects.acount)
    stage.checkpoint("connected")
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit):
            await _request(sync_to_async(transaction.atomic(Kol.objects.create)), twitter_handle=handle)


async def _request(view: Callable[..., Awaitable[object]], **arguments: object) -> None:
    """Stands for a request: the two signals that a handler sends close connections that are too old or broken."""
    await request_started.asend(sender=None)
    try:
        await view(**arguments)
    finally:
        await request_finished.asend(sender=None)

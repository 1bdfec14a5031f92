"""How long connections are held, how many there are, and who waits for them, answered in Django."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.http import HttpRequest, HttpResponse

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


def read_leaves_idle_in_transaction_plain(db: Database, stage: Stage) -> None:
    """In autocommit a read is over when it is answered: the connection stays open with no transaction on it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    list(Kol.objects.all())
    stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


def read_leaves_idle_in_transaction_block(db: Database, stage: Stage) -> None:
    """An atomic block is open until it is left; `ATOMIC_REQUESTS` makes one of every request, reading or not.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#tying-transactions-to-http-requests
    """
    with transaction.atomic():
        list(Kol.objects.all())
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


def read_leaves_idle_in_transaction_left_first(db: Database, stage: Stage) -> None:
    """The block ends before the slow work: COMMIT is sent, and the connection stays open with no transaction on it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
    """
    with transaction.atomic():
        list(Kol.objects.all())
        stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


def _pool_of_two(db: Database, stage: Stage) -> None:
    """All threads share psycopg's pool, which has four connections unless told; to close a connection gives it back.

    Who finds none waits for the pool's `timeout`, thirty seconds unless told, and then gets an OperationalError.
    https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool
    """
    with _pooled(db, {"min_size": 2, "max_size": 2, "timeout": 0.1, "num_workers": 1}):
        _three_want_one(stage)


@contextmanager
def _pooled(db: Any, pool: dict[str, float]) -> Iterator[None]:
    """As if the settings had this pool, which only connections to PostgreSQL can have.

    One thread fills it, so that its connections are opened in the same order in every run.
    """
    options = db.settings_dict["OPTIONS"]
    db.close_pool()
    db.settings_dict["OPTIONS"] = {**options, "pool": pool}
    try:
        db.pool.open(wait=True)
        yield
    finally:
        db.close_pool()
        db.settings_dict["OPTIONS"] = options


pool_exhaustion_pool_of_two = NotApplicable(
    "Django has no pool of its own; psycopg's, on PostgreSQL alone, is turned on in the settings",
    "https://docs.djangoproject.com/en/5.2/ref/databases/#connection-pool",
    but={"django:pool": _pool_of_two},
)


def pool_exhaustion_no_pool(db: Database, stage: Stage) -> None:
    """Each thread has a connection of its own, opened when it first asks: as many threads, as many connections.

    https://docs.djangoproject.com/en/5.2/ref/databases/#connection-management
    """
    _three_want_one(stage)


def _three_want_one(stage: Stage) -> None:
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second, ThreadPoolExecutor(1) as third:
        first.submit(_read).result()
        second.submit(_read).result()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            third.submit(_read).result()
        first.submit(_close).result()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            third.submit(_read).result()
        second.submit(_close).result()
        third.submit(_close).result()


def _read() -> None:
    Kol.objects.count()


def _close() -> None:
    connection.close()


def commit_after_response_handler(db: Database, stage: Stage) -> None:
    """The view's atomic block is left, and its COMMIT sent, before the view returns a response.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
    stage.checkpoint("ended")


def commit_after_response_handler_refused(db: Database, stage: Stage) -> None:
    """The COMMIT fails inside the view, which raises: Django answers with an error.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#controlling-transactions-explicitly
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
    stage.checkpoint("ended")


def commit_after_response_around_request(db: Database, stage: Stage) -> None:
    """Unless `ATOMIC_REQUESTS` is set, the handler puts nothing around a view, whose statement commits by itself.

    With it, the handler wraps the view in `atomic()` and nothing more: middleware runs outside of it, and so does a
    response that streams.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#tying-transactions-to-http-requests
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        _handle(_create_kol)
    with stage.attempt("ended"):
        close_old_connections()


def commit_after_response_around_request_fails(db: Database, stage: Stage) -> None:
    """Unless `ATOMIC_REQUESTS` is set, what the view wrote before it failed has committed by itself.

    With it, the view's error leaves the block that the handler has put around it, and that rolls back.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#tying-transactions-to-http-requests
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        _handle(_create_kol_and_fail)
    with stage.attempt("ended"):
        close_old_connections()


def commit_after_response_around_request_refused(db: Database, stage: Stage) -> None:
    """Whether the view's statement commits by itself or `ATOMIC_REQUESTS` does, there is no response yet to send.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#tying-transactions-to-http-requests
    """
    stage.checkpoint("received")
    with stage.attempt("responded"):
        _handle(_create_kol)
    with stage.attempt("ended"):
        close_old_connections()


def _handle(view: Callable[[HttpRequest], HttpResponse]) -> None:
    """Stands for a request that comes in: of what Django's handler does, the step that asks whether to be atomic."""
    BaseHandler().make_view_atomic(view)(HttpRequest())


def _create_kol(request: HttpRequest) -> HttpResponse:
    Kol.objects.create(twitter_handle="@ada")
    return HttpResponse("created")


def _create_kol_and_fail(request: HttpRequest) -> HttpResponse:
    Kol.objects.create(twitter_handle="@ada")
    raise Mishap("after the first write")


def stale_connection_after_restart_kept(db: Database, stage: Stage) -> None:
    """A connection is closed when the ROLLBACK of a block fails on it: on PostgreSQL at the end of the first block.

    On MariaDB no block can begin, and nothing closes it. Outside of requests, call `close_old_connections()`.
    https://docs.djangoproject.com/en/5.2/ref/databases/#caveats
    """
    Kol.objects.count()
    stage.checkpoint("connected")
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit), transaction.atomic():
            Kol.objects.create(twitter_handle=handle)


def stale_connection_after_restart_per_request(db: Database, stage: Stage) -> None:
    """CONN_MAX_AGE is 0: the connection is closed at the end of each request, so that none is left to be ended.

    https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections
    """
    _request(Kol.objects.count)
    stage.checkpoint("connected")
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit):
            _request(transaction.atomic(Kol.objects.create), twitter_handle=handle)


def _request(view: Callable[..., object], **arguments: object) -> None:
    """Stands for a request: the two signals that a handler sends close connections that are too old or broken."""
    request_started.send(sender=None)
    try:
        view(**arguments)
    finally:
        request_finished.send(sender=None)

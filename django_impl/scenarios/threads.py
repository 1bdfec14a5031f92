"""Several threads, answered in Django."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from django_impl.database import Database
from django_impl.models import Tweet
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


def _unit(text: str) -> None:
    """What one thread does."""
    with transaction.atomic():
        list(Tweet.objects.all())
        Tweet.objects.create(text=text, kol_id=1)


def _unit_in_thread(text: str) -> None:
    """With the connection that Django opens for this thread, and that nobody else closes."""
    try:
        _unit(text)
    finally:
        connection.close()


def _unit_on(connection: Database, text: str) -> None:
    """With a connection of another thread."""
    connections[DEFAULT_DB_ALIAS] = connection
    _unit(text)


def thread_inside_transaction_own(db: Database, stage: Stage) -> None:
    """Each thread has a connection of its own, and a block belongs to the connection of the thread that has entered it.

    So the thread neither sees what is not committed nor is it part of it.
    https://docs.djangoproject.com/en/5.2/ref/databases/#caveats
    """
    with ThreadPoolExecutor(1) as thread, suppress(Mishap), transaction.atomic():
        Tweet.objects.create(text="first", kol_id=1)
        stage.checkpoint("written")
        with stage.attempt("thread-ended"):
            thread.submit(_unit_in_thread, "second").result()
        raise Mishap("after the thread has ended")
    stage.checkpoint("left")


def thread_inside_transaction_handed_over(db: Database, stage: Stage) -> None:
    """A connection knows the thread that has made it, and refuses any other.

    https://docs.djangoproject.com/en/5.2/ref/databases/#caveats
    """
    with ThreadPoolExecutor(1) as thread, suppress(Mishap), transaction.atomic():
        Tweet.objects.create(text="first", kol_id=1)
        stage.checkpoint("written")
        with stage.attempt("thread-ended"):
            thread.submit(_unit_on, connections[DEFAULT_DB_ALIAS], "second").result()
        raise Mishap("after the thread has ended")
    stage.checkpoint("left")


def session_shared_by_threads_shared(db: Database, stage: Stage) -> None:
    """A connection knows the thread that has made it, and refuses any other before anything is sent.

    https://docs.djangoproject.com/en/5.2/ref/databases/#caveats
    """
    with ThreadPoolExecutor(1) as second, suppress(Mishap), transaction.atomic():
        Tweet.objects.create(text="first", kol_id=1)
        stage.checkpoint("first-written")
        with stage.attempt("second-ended"):
            second.submit(_unit_on, connections[DEFAULT_DB_ALIAS], "second").result()
        raise Mishap("after the second thread")
    stage.checkpoint("first-ended")


def session_shared_by_threads_per_thread(db: Database, stage: Stage) -> None:
    """Each thread gets a connection of its own when it first asks for one, and has to close it when it ends.

    https://docs.djangoproject.com/en/5.2/ref/databases/#caveats
    """
    with ThreadPoolExecutor(1) as second, suppress(Mishap), transaction.atomic():
        Tweet.objects.create(text="first", kol_id=1)
        stage.checkpoint("first-written")
        with stage.attempt("second-ended"):
            second.submit(_unit_in_thread, "second").result()
        raise Mishap("after the second thread")
    stage.checkpoint("first-ended")


def session_shared_by_threads_one_at_a_time(db: Database, stage: Stage) -> None:
    """Each thread has its own connection; where one writer at a time is all there is, they take turns.

    https://docs.djangoproject.com/en/5.2/ref/databases/#database-is-locked-errors
    """
    with ThreadPoolExecutor(1) as second:
        with suppress(Mishap), transaction.atomic():
            Tweet.objects.create(text="first", kol_id=1)
            stage.checkpoint("first-written")
            raise Mishap("before the second thread")
        with stage.attempt("second-ended"):
            second.submit(_unit_in_thread, "second").result()
    stage.checkpoint("first-ended")


session_shared_by_threads_while_flushing = NotApplicable(
    "Django has no flush: each save sends its statement, on the connection of its own thread",
    "https://docs.djangoproject.com/en/5.2/ref/databases/#caveats",
)

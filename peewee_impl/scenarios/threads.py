"""Several threads, answered in Peewee."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from peewee import Database

from peewee_impl.models import Tweet
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


def _unit(db: Database, text: str) -> None:
    """What one thread does."""
    with db.atomic():
        list(Tweet.select())
        Tweet.create(text=text, kol=1)


def _unit_in_thread(db: Database, text: str) -> None:
    """With the connection that Peewee opens for this thread."""
    with db.connection_context():
        _unit(db, text)


@contextmanager
def _one_for_all_threads(db: Database) -> Iterator[Database]:
    """The same database, with one connection and one state for whoever uses it."""
    shared = type(db)(db.database, thread_safe=False, **db.connect_params)
    with shared.bind_ctx([Tweet]):
        try:
            yield shared
        finally:
            shared.close()


def thread_inside_transaction_own(db: Database, stage: Stage) -> None:
    """A database object has a connection and a stack of blocks for each thread.

    So the thread neither sees what is not committed nor is it part of it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    with ThreadPoolExecutor(1) as thread, suppress(Mishap), db.atomic():
        Tweet.create(text="first", kol=1)
        stage.checkpoint("written")
        with stage.attempt("thread-ended"):
            thread.submit(_unit_in_thread, db, "second").result()
        raise Mishap("after the thread has ended")
    stage.checkpoint("left")


def thread_inside_transaction_handed_over(db: Database, stage: Stage) -> None:
    """With `thread_safe=False` all threads have the same connection, and the thread's block is a savepoint.

    On SQLite Python's driver refuses a connection to any thread but the one that has made it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L20
    """
    with _one_for_all_threads(db) as shared, ThreadPoolExecutor(1) as thread, suppress(Mishap), shared.atomic():
        Tweet.create(text="first", kol=1)
        stage.checkpoint("written")
        with stage.attempt("thread-ended"):
            thread.submit(_unit, shared, "second").result()
        raise Mishap("after the thread has ended")
    stage.checkpoint("left")


def session_shared_by_threads_shared(db: Database, stage: Stage) -> None:
    """With `thread_safe=False` there is one stack of blocks: the second thread's block is a savepoint of the first's.

    It is rolled back with that. By default nothing is shared.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L20
    """
    with _one_for_all_threads(db) as shared, ThreadPoolExecutor(1) as second, suppress(Mishap), shared.atomic():
        Tweet.create(text="first", kol=1)
        stage.checkpoint("first-written")
        with stage.attempt("second-ended"):
            second.submit(_unit, shared, "second").result()
        raise Mishap("after the second thread")
    stage.checkpoint("first-ended")


def session_shared_by_threads_per_thread(db: Database, stage: Stage) -> None:
    """A database object has a connection and a stack of blocks for each thread that uses it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    with ThreadPoolExecutor(1) as second, suppress(Mishap), db.atomic():
        Tweet.create(text="first", kol=1)
        stage.checkpoint("first-written")
        with stage.attempt("second-ended"):
            second.submit(_unit_in_thread, db, "second").result()
        raise Mishap("after the second thread")
    stage.checkpoint("first-ended")


def session_shared_by_threads_one_at_a_time(db: Database, stage: Stage) -> None:
    """Each thread has its own connection; where one writer at a time is all there is, they take turns.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    with ThreadPoolExecutor(1) as second:
        with suppress(Mishap), db.atomic():
            Tweet.create(text="first", kol=1)
            stage.checkpoint("first-written")
            raise Mishap("before the second thread")
        with stage.attempt("second-ended"):
            second.submit(_unit_in_thread, db, "second").result()
    stage.checkpoint("first-ended")


session_shared_by_threads_while_flushing = NotApplicable(
    "Peewee has no flush: each save sends its statement, on the connection of its own thread",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle",
)

"""Several threads, answered in SQLAlchemy."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database import Database
from sqla_impl.models import Tweet


def _unit(session: Session | scoped_session[Session], text: str) -> None:
    """What one thread does, with a commit at its end."""
    session.scalars(select(Tweet)).all()
    session.add(Tweet(text=text, kol_id=1))
    session.commit()


def thread_inside_transaction_own(db: Database, stage: Stage) -> None:
    """A `scoped_session` gives each thread a Session, with a connection and a transaction of its own.

    So the thread neither sees what is not committed nor is it part of it.
    https://docs.sqlalchemy.org/en/21/orm/contextual.html#thread-local-scope
    """
    sessions = scoped_session(db.Session)

    def work() -> None:
        _unit(sessions, "second")
        sessions.remove()

    with ThreadPoolExecutor(1) as thread, suppress(Mishap), sessions.begin():
        sessions.add(Tweet(text="first", kol_id=1))
        sessions.flush()
        stage.checkpoint("written")
        with stage.attempt("thread-ended"):
            thread.submit(work).result()
        raise Mishap("after the thread has ended")
    sessions.remove()
    stage.checkpoint("left")


def thread_inside_transaction_handed_over(db: Database, stage: Stage) -> None:
    """Whoever uses the Session, uses its transaction; one thread at a time may do so, as here, where the other waits.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks
    """

    def work(session: Session) -> None:
        session.scalars(select(Tweet)).all()
        session.add(Tweet(text="second", kol_id=1))
        session.flush()

    with ThreadPoolExecutor(1) as thread, suppress(Mishap), db.Session.begin() as session:
        session.add(Tweet(text="first", kol_id=1))
        session.flush()
        stage.checkpoint("written")
        with stage.attempt("thread-ended"):
            thread.submit(work, session).result()
        raise Mishap("after the thread has ended")
    stage.checkpoint("left")


def session_shared_by_threads_shared(db: Database, stage: Stage) -> None:
    """A Session has one transaction, so that the commit of one thread stores the unfinished work of the other.

    The documentation wants a Session for each thread.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks
    """
    with ThreadPoolExecutor(1) as second, db.Session() as session:
        session.add(Tweet(text="first", kol_id=1))
        session.flush()
        stage.checkpoint("first-written")
        with stage.attempt("second-ended"):
            second.submit(_unit, session, "second").result()
        session.rollback()
    stage.checkpoint("first-ended")


def session_shared_by_threads_per_thread(db: Database, stage: Stage) -> None:
    """`scoped_session` looks like one Session, and is another one in each thread.

    https://docs.sqlalchemy.org/en/21/orm/contextual.html#thread-local-scope
    """
    sessions = scoped_session(db.Session)

    def work() -> None:
        _unit(sessions, "second")
        sessions.remove()

    with ThreadPoolExecutor(1) as second:
        sessions.add(Tweet(text="first", kol_id=1))
        sessions.flush()
        stage.checkpoint("first-written")
        with stage.attempt("second-ended"):
            second.submit(work).result()
        sessions.rollback()
    sessions.remove()
    stage.checkpoint("first-ended")


def session_shared_by_threads_one_at_a_time(db: Database, stage: Stage) -> None:
    """Each thread has a Session of its own; where one writer at a time is all there is, they take turns.

    https://docs.sqlalchemy.org/en/21/orm/contextual.html#thread-local-scope
    """
    sessions = scoped_session(db.Session)

    def work() -> None:
        _unit(sessions, "second")
        sessions.remove()

    with ThreadPoolExecutor(1) as second:
        sessions.add(Tweet(text="first", kol_id=1))
        sessions.flush()
        stage.checkpoint("first-written")
        sessions.rollback()
        with stage.attempt("second-ended"):
            second.submit(work).result()
    sessions.remove()
    stage.checkpoint("first-ended")


def session_shared_by_threads_while_flushing(db: Database, stage: Stage) -> None:
    """A Session notices some of what must not be: the second thread is refused, and the flush of the first fails too.

    At other moments nobody notices.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks
    """
    with ThreadPoolExecutor(1) as second, db.Session() as session:

        def commit_in_second_thread() -> None:
            with stage.attempt("second-ended"):
                second.submit(session.commit).result()

        session.add(Tweet(text="first", kol_id=1))
        stage.during("INSERT", commit_in_second_thread)
        with stage.attempt("first-ended"):
            session.commit()

"""After-commit hooks and signals, answered in SQLAlchemy."""

from contextlib import suppress

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, Session

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol


def run_after_commit_committed(db: Database, stage: Stage) -> None:
    """The Session has an event after_commit, called when COMMIT was sent and before the connection is given back.

    `once=True` makes the listener one for this commit; otherwise it is called for every commit of the Session.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))

        @event.listens_for(session, "after_commit", once=True)
        def send_mail(session: Session) -> None:
            stage.checkpoint("in-hook")

        stage.checkpoint("registered")
    stage.checkpoint("left")


def run_after_commit_sends_sql(db: Database, stage: Stage) -> None:
    """In after_commit the Session has no transaction any more and not yet the next, so that it cannot send SQL.

    The documentation says so, and the remedy: "To emit SQL corresponding to every transaction, use the before_commit
    event".
    https://docs.sqlalchemy.org/en/21/orm/events.html#sqlalchemy.orm.SessionEvents.after_commit
    """
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))

        @event.listens_for(session, "after_commit", once=True)
        def count_kols(session: Session) -> None:
            with stage.attempt("in-hook"):
                session.scalars(select(Kol)).all()

        stage.checkpoint("registered")
    stage.checkpoint("left")


def run_after_commit_raises(db: Database, stage: Stage) -> None:
    """An exception of the listener leaves the block as if the commit had raised it, but the COMMIT was sent before.

    The row stays, and the caller cannot tell this from a commit that failed.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))

        @event.listens_for(session, "after_commit", once=True)
        def send_mail(session: Session) -> None:
            stage.checkpoint("in-hook")
            raise Mishap("the mail server is down")

        stage.checkpoint("registered")


def run_after_commit_rolled_back(db: Database, stage: Stage) -> None:
    """A rollback does not call after_commit, and the listener stays until its Session is gone: here with the block.

    On a Session that is used again it would be called for the next commit, of another unit.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with suppress(Mishap), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("registered", runs=len(mails))
        raise Mishap("after the hook was registered")
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_no_transaction(db: Database, stage: Stage) -> None:
    """A listener belongs to the Session and asks for no transaction: it waits for the next commit, whichever that is.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with db.Session() as session:
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("registered", runs=len(mails))
        session.add(Kol(twitter_handle="@ada"))
        session.commit()
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_nothing_written(db: Database, stage: Stage) -> None:
    """after_commit belongs to the end of the Session's transaction, which it has without having sent anything.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with db.Session.begin() as session:
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("registered", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def run_after_commit_coroutine(db: Database, stage: Stage) -> None:
    """A listener is called and what it returns is dropped: the coroutine that it makes is never awaited.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []

    async def send_mail(session: Session) -> None:
        mails.append("welcome")

    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
        with stage.attempt("registered", runs=len(mails)):
            event.listen(session, "after_commit", send_mail, once=True)
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_inner_fails(db: Database, stage: Stage) -> None:
    """A listener belongs to the Session and not to the savepoint: it outlives the savepoint's rollback.

    So the outer commit calls it for work that is not stored.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with suppress(Mishap), session.begin_nested():
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
            event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
            raise Mishap("in the inner block")
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_outer_fails(db: Database, stage: Stage) -> None:
    """To the Session the end of begin_nested() is a commit too: after_commit is called at the RELEASE.

    The documentation does not mention it. A listener that was registered without `once=True` is called again at the
    COMMIT, so that it can ask `session.in_nested_transaction()` and wait.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with suppress(Mishap), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with session.begin_nested():
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
            event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_inner_fails(db: Database, stage: Stage) -> None:
    """A failure leaves the inner block past the line that registers, so that the Session never hears of the listener.

    Nothing that belongs to a savepoint is left for the outer commit to call.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with suppress(Mishap):
            with session.begin_nested():
                session.add(Kol(twitter_handle="@ada"))
                session.flush()
                raise Mishap("in the inner block")
            event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_outer_fails(db: Database, stage: Stage) -> None:
    """Registered when the savepoint has been released, the listener has only the outer commit left to be called by.

    That never comes, and a rollback does not call it.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with suppress(Mishap), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with session.begin_nested():
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("inner-left", runs=len(mails))
        raise Mishap("after the inner block")
    stage.checkpoint("left", runs=len(mails))


def hook_from_rolled_back_savepoint_behind_stored(db: Database, stage: Stage) -> None:
    """Registered when the savepoint has been released, the listener is called once: by the commit that stores the row.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#transaction-events
    """
    mails: list[str] = []
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
        with session.begin_nested():
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
        event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
        stage.checkpoint("inner-left", runs=len(mails))
    stage.checkpoint("left", runs=len(mails))


def signal_fires_before_commit_block(db: Database, stage: Stage) -> None:
    """The mapper's event after_insert is part of the flush: the INSERT has been sent, its transaction is still open.

    What has to wait for the COMMIT belongs into the Session's after_commit.
    https://docs.sqlalchemy.org/en/21/orm/session_events.html#mapper-level-flush-events
    """

    def start_task(mapper: Mapper[Kol], connection: Connection, kol: Kol) -> None:
        stage.checkpoint("in-signal", kol=kol)

    event.listen(Kol, "after_insert", start_task)
    try:
        with db.Session.begin() as session:
            session.add(Kol(twitter_handle="@ada"))
    finally:
        event.remove(Kol, "after_insert", start_task)
    stage.checkpoint("left")


def signal_fires_before_commit_no_block(db: Database, stage: Stage) -> None:
    """Without a block a Session begins a transaction too, and commit() flushes first: the event is in between.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#mapper-level-flush-events
    """

    def start_task(mapper: Mapper[Kol], connection: Connection, kol: Kol) -> None:
        stage.checkpoint("in-signal", kol=kol)

    event.listen(Kol, "after_insert", start_task)
    try:
        with db.Session() as session:
            session.add(Kol(twitter_handle="@ada"))
            session.commit()
    finally:
        event.remove(Kol, "after_insert", start_task)
    stage.checkpoint("left")

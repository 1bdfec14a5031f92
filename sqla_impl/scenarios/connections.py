"""How long connections are held, how many there are, and who waits for them, answered in SQLAlchemy."""

from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import Session

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol


def read_leaves_idle_in_transaction_plain(db: Database, stage: Stage) -> None:
    """The first SELECT begins a transaction, which lasts until commit(), rollback() or close(), whatever else is done.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    with db.Session() as session:
        session.scalars(select(Kol)).all()
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


def read_leaves_idle_in_transaction_block(db: Database, stage: Stage) -> None:
    """A block is one transaction from its first statement to its end, and the work in between is in it.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#managing-transactions
    """
    with db.Session.begin() as session:
        session.scalars(select(Kol)).all()
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


def read_leaves_idle_in_transaction_left_first(db: Database, stage: Stage) -> None:
    """Closing the Session rolls back and gives the connection to the pool, which keeps it open with no transaction.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
    """
    with db.Session() as session:
        session.scalars(select(Kol)).all()
        stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


def pool_exhaustion_pool_of_two(db: Database, stage: Stage) -> None:
    """A Session holds its connection until its transaction ends, and the pool gives out no more than it is allowed.

    By default that is 5 and 10 more, and who comes next waits 30 seconds before the error; here it does not wait.
    https://docs.sqlalchemy.org/en/21/errors.html#error-3o7r
    """
    engine = create_engine(db.engine.url, pool_size=2, max_overflow=0, pool_timeout=0)
    with Session(engine) as first, Session(engine) as second, Session(engine) as third:
        first.scalars(select(Kol)).all()
        second.scalars(select(Kol)).all()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            third.scalars(select(Kol)).all()
        first.close()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            third.scalars(select(Kol)).all()
    engine.dispose()


def pool_exhaustion_no_pool(db: Database, stage: Stage) -> None:
    """NullPool opens a connection for whoever asks and closes it when it is given back: only the server sets a limit.

    https://docs.sqlalchemy.org/en/21/core/pooling.html#switching-pool-implementations
    """
    engine = create_engine(db.engine.url, poolclass=NullPool)
    with Session(engine) as first, Session(engine) as second, Session(engine) as third:
        first.scalars(select(Kol)).all()
        second.scalars(select(Kol)).all()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            third.scalars(select(Kol)).all()
        first.close()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            third.scalars(select(Kol)).all()


def commit_after_response_handler(db: Database, stage: Stage) -> None:
    """The block is inside the handler: it has committed before the handler can return anything.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
    stage.checkpoint("ended")


def commit_after_response_handler_refused(db: Database, stage: Stage) -> None:
    """The commit is inside the handler, so its failure is the handler's, and the client is told.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
    stage.checkpoint("ended")


def commit_after_response_around_request(db: Database, stage: Stage) -> None:
    """The documentation advises to keep the Session's frame outside of the code that works in it, as a dependency is.

    Where a framework leaves it only after the answer was sent, the COMMIT comes after the answer.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it
    """
    with db.Session() as session:  # a middleware, or what precedes the `yield` of a dependency
        stage.checkpoint("received")
        with stage.attempt("responded"):
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
        with stage.attempt("ended"):
            session.commit()


def commit_after_response_around_request_fails(db: Database, stage: Stage) -> None:
    """The handler's error passes through the frame: the Session is closed without a commit, and that rolls back.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), db.Session() as session:
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        raise Mishap("after the first write")
    stage.checkpoint("ended")


def commit_after_response_around_request_refused(db: Database, stage: Stage) -> None:
    """The frame commits when the answer has been given, and its failure reaches nobody who waits.

    Commit in the handler, or in a frame that is left before the answer.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it
    """
    with db.Session() as session:  # a middleware, or what precedes the `yield` of a dependency
        stage.checkpoint("received")
        with stage.attempt("responded"):
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
        with stage.attempt("ended"):
            session.commit()


def stale_connection_after_restart_kept(db: Database, stage: Stage) -> None:
    """The pool learns that a connection is gone when a statement fails on it; it drops that one and all that are older.

    So one unit fails, and those after it get new connections.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    with db.Session() as session:
        session.scalars(select(Kol)).all()
        session.commit()
        stage.checkpoint("connected")
        with stage.attempt("first"), session.begin():
            session.add(Kol(twitter_handle="@ada"))
        with stage.attempt("second"), session.begin():
            session.add(Kol(twitter_handle="@grace"))
        with stage.attempt("third"), session.begin():
            session.add(Kol(twitter_handle="@linus"))


def stale_connection_after_restart_per_request(db: Database, stage: Stage) -> None:
    """A Session of one's own is none from a fresh connection: the pool kept the old one and hands it out.

    The error makes it drop that one and all that are older, so that one unit fails.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    with db.Session() as session:
        session.scalars(select(Kol)).all()
    stage.checkpoint("connected")
    with stage.attempt("first"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
    with stage.attempt("second"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@grace"))
    with stage.attempt("third"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@linus"))

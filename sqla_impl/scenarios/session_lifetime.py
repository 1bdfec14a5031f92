"""Who holds the connection, and what objects can do after their session, answered in SQLAlchemy."""

from sqlalchemy import select

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def commit_returns_connection(db: Database, stage: Stage) -> None:
    """A Session checks a connection out of the pool with its first statement and returns it when it commits.

    The pool keeps the connection to the database open for the next one who asks.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing
    """
    pool = db.engine.pool
    with db.Session() as session:
        stage.checkpoint("idle", connection=pool)
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        stage.checkpoint("in-transaction", connection=pool)
        session.commit()
        stage.checkpoint("committed", connection=pool)
    stage.checkpoint("closed", connection=pool)


def close_detaches_column(db: Database, stage: Stage) -> None:
    """Closing the Session detaches the object but leaves it what it has loaded: the value is still in memory.

    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#quickie-intro-to-object-states
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


def close_detaches_column_after_commit(db: Database, stage: Stage) -> None:
    """The commit expires every field, to be loaded afresh when read; a detached object has no Session to load with.

    `expire_on_commit=False` keeps the values.
    https://docs.sqlalchemy.org/en/21/errors.html#error-bhk3
    """
    with db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


def close_detaches_relation(db: Database, stage: Stage) -> None:
    """A relation that was not loaded with the tweet is loaded when touched, and that takes a Session.

    The tweet has none any more. Loading the relation up front avoids the error.
    https://docs.sqlalchemy.org/en/21/errors.html#error-bhk3
    """
    with db.Session() as session:
        tweet = session.scalars(select(Tweet)).one()
        stage.checkpoint("loaded", subject=tweet)
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        _ = tweet.kol.twitter_handle

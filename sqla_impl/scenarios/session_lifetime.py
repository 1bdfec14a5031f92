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


def expire_on_commit_reload_plain(db: Database, stage: Stage) -> None:
    """commit() expires every object, so that the next transaction starts from what is stored: each is loaded when read.

    One SELECT per object, and the first of them begins a new transaction.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing
    """
    with db.Session() as session:
        ada, linus = session.scalars(select(Kol).order_by(Kol.id)).all()
        stage.checkpoint("loaded", ada=ada)
        session.commit()
        stage.checkpoint("committed", ada=ada)
        with stage.attempt("read", ada=ada):
            _ = ada.is_vip, linus.is_vip


def expire_on_commit_reload_changed(db: Database, stage: Stage) -> None:
    """commit() expires every object, and what is loaded when they are read next is what is stored by then.

    This is what the expiry is for: no transaction begins with values of an earlier one.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing
    """
    with db.Session() as session:
        ada, linus = session.scalars(select(Kol).order_by(Kol.id)).all()
        stage.checkpoint("loaded", ada=ada)
        session.commit()
        stage.checkpoint("committed", ada=ada)
        with stage.attempt("read", ada=ada):
            _ = ada.is_vip, linus.is_vip


def expire_on_commit_reload_changed_expiry_off(db: Database, stage: Stage) -> None:
    """With `expire_on_commit=False` the objects keep what they had, until refresh() or a query populates them anew.

    https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.params.expire_on_commit
    """
    with db.Session(expire_on_commit=False) as session:
        ada, linus = session.scalars(select(Kol).order_by(Kol.id)).all()
        stage.checkpoint("loaded", ada=ada)
        session.commit()
        stage.checkpoint("committed", ada=ada)
        with stage.attempt("read", ada=ada):
            _ = ada.is_vip, linus.is_vip


def stale_read_in_long_session_block(db: Database, stage: Stage) -> None:
    """A query for an object that the Session has already gives that object as it is, and only refresh() overwrites it.

    The column comes from the row. On MariaDB even that, and refresh(), read the snapshot that the transaction began
    with.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#refreshing-expiring
    """
    with db.Session() as session:
        with session.begin():
            kol = session.scalars(select(Kol)).one()
            stage.checkpoint("loaded", is_vip=kol.is_vip)
            stage.checkpoint("object-queried", is_vip=session.scalars(select(Kol)).one().is_vip)
            stage.checkpoint("column-queried", is_vip=session.scalars(select(Kol.is_vip)).one())
            session.refresh(kol)
            stage.checkpoint("refreshed", is_vip=kol.is_vip)
        with session.begin():
            stage.checkpoint("next-transaction", is_vip=kol.is_vip)


def stale_read_in_long_session_no_block(db: Database, stage: Stage) -> None:
    """Without a block the first query begins a transaction all the same, and it lasts until commit() or rollback().

    Objects stay as loaded until refresh(); on MariaDB every read is of the snapshot that the transaction began with.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#refreshing-expiring
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol)).one()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=session.scalars(select(Kol)).one().is_vip)
        stage.checkpoint("column-queried", is_vip=session.scalars(select(Kol.is_vip)).one())
        session.refresh(kol)
        stage.checkpoint("refreshed", is_vip=kol.is_vip)
        session.commit()
        stage.checkpoint("next-transaction", is_vip=kol.is_vip)

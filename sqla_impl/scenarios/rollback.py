"""What a rollback leaves, answered in SQLAlchemy."""

from contextlib import suppress

from sqlalchemy import select

from shared_scenarios.scenario import Mishap, NotApplicable, Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def rollback_ends_transaction_not_session_after_kol(db: Database, stage: Stage) -> None:
    """The block rolls back, and the same Session begins the next transaction when it is used again.

    The KOL is transient again, with its old key still in it: adding it again inserts it under that key.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada")
    with db.Session() as session:
        with stage.attempt("failed", kol=kol), session.begin():
            session.add(kol)
            session.flush()
            stage.checkpoint("written", kol=kol)
            raise Mishap("before the tweet was made")
        with stage.attempt("next-unit"), session.begin():
            session.scalars(select(Kol)).one().is_vip = True
        with stage.attempt("saved-again", kol=kol), session.begin():
            session.add(kol)


def rollback_ends_transaction_not_session_after_both(db: Database, stage: Stage) -> None:
    """The block rolls back both rows, and the same Session begins the next transaction when it is used again.

    KOL and tweet are transient again, with their old keys still in them: adding again inserts both under those keys.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada", tweets=[Tweet(text="hello")])
    with db.Session() as session:
        with stage.attempt("failed", kol=kol), session.begin():
            session.add(kol)
            session.flush()
            stage.checkpoint("written", kol=kol)
            raise Mishap("after the tweet was sent")
        with stage.attempt("next-unit"), session.begin():
            session.scalars(select(Kol)).one().is_vip = True
        with stage.attempt("saved-again", kol=kol), session.begin():
            session.add(kol)


def rollback_ends_transaction_not_session_at_commit(db: Database, stage: Stage) -> None:
    """After a COMMIT that fails the connection goes back to the pool, which rolls it back; the same Session goes on.

    KOL and tweet are transient again, with their old keys still in them: adding again inserts both under those keys.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada", tweets=[Tweet(text="hello")])
    with db.Session() as session:
        with stage.attempt("failed", kol=kol), session.begin():
            session.add(kol)
            session.flush()
            stage.checkpoint("written", kol=kol)
        with stage.attempt("next-unit"), session.begin():
            session.scalars(select(Kol)).one().is_vip = True
        with stage.attempt("saved-again", kol=kol), session.begin():
            session.add(kol)


rollback_ends_transaction_not_session_inserted_again = NotApplicable(
    "after a rollback a new object is transient again, and add() of it always means an INSERT",
    "https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back",
)


def fields_after_rollback_sent(db: Database, stage: Stage) -> None:
    """rollback() expires every object that stays in the Session, so the next read of a field loads the stored row.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        session.flush()
        stage.checkpoint("changed", kol=kol)
        session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)


def fields_after_rollback_unsent(db: Database, stage: Stage) -> None:
    """rollback() expires changes that were only in memory as well: it ends the unit of work, not only a transaction.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)


def save_again_after_rollback_plain(db: Database, stage: Stage) -> None:
    """rollback() puts a new object out of the Session and makes it transient, so add() means an INSERT again.

    Its attributes stay as they were, the key among them: the row is inserted with the key of the first attempt.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada")
    with db.Session() as session:
        session.add(kol)
        session.flush()
        stage.checkpoint("written", kol=kol)
        session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        with stage.attempt("saved-again", kol=kol):
            session.add(kol)
            session.commit()


def save_again_after_rollback_key_taken(db: Database, stage: Stage) -> None:
    """The object is transient again but keeps its old key, and add() always means an INSERT, with that key.

    The key is another row's by now, so the INSERT fails and the other row is left alone.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada")
    with db.Session() as session:
        session.add(kol)
        session.flush()
        stage.checkpoint("written", kol=kol)
        session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        with stage.attempt("saved-again", kol=kol):
            session.add(kol)
            session.commit()


def save_again_after_rollback_made_anew(db: Database, stage: Stage) -> None:
    """The framed unit as a whole is what is tried again, and makes its objects: the new one has no key yet.

    So the INSERT asks the database for one that is free.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    kol = Kol(twitter_handle="@ada")
    with suppress(Mishap), db.Session.begin() as session:
        session.add(kol)
        session.flush()
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL was sent")
    stage.checkpoint("rolled-back", kol=kol)
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("saved-again", kol=kol), db.Session.begin() as session:
        session.add(kol)

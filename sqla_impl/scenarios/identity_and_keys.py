"""Objects, keys and which row is whose, answered in SQLAlchemy."""

from sqlalchemy import select

from shared_scenarios.scenario import NotApplicable, Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol


def key_before_commit(db: Database, stage: Stage) -> None:
    """flush() sends the INSERT and puts the new key on the object; only the commit ends the transaction.

    So the key is there before the commit, while others see the row only after it.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session.begin() as session:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        session.add(kol)
        session.flush()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


def same_row_same_object_by_query(db: Database, stage: Stage) -> None:
    """The identity map holds one object per row and Session: the second query is sent, and gives the object again.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-a-cache
    """
    with db.Session() as session:
        first = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        second = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", first=first, second=second, equal=first == second)
        first.is_vip = True
        stage.checkpoint("changed", first=first, second=second)


def same_row_same_object_by_key(db: Database, stage: Stage) -> None:
    """get() asks the identity map first and sends a SELECT only for a key that the Session has not loaded yet.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#get-by-primary-key
    """
    with db.Session() as session:
        first, second = session.get_one(Kol, 1), session.get_one(Kol, 1)
        stage.checkpoint("loaded", first=first, second=second, equal=first == second)
        first.is_vip = True
        stage.checkpoint("changed", first=first, second=second)


def key_set_by_hand_new_key(db: Database, stage: Stage) -> None:
    """An object is new because it was added, not because it has no key: add() means INSERT.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#adding-new-or-existing-items
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol), db.Session.begin() as session:
        session.add(kol)


key_set_by_hand_new_key_insert = NotApplicable(
    "add() always inserts; there is nothing to tell it",
    "https://docs.sqlalchemy.org/en/21/orm/session_basics.html#adding-new-or-existing-items",
)


def key_set_by_hand_existing_key(db: Database, stage: Stage) -> None:
    """add() of a new object means INSERT, so the database refuses a key that it has.

    merge() is the way to say "insert or update": it loads the row of that key first.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#merging
    """
    kol = Kol(id=1, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol), db.Session.begin() as session:
        session.add(kol)

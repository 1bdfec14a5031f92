"""Played by test_frames; the comments name the lines."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet
from tests.answers import ADD_GRACE


def writes(db: Database) -> None:
    with db.Session.begin() as session:  # end of block
        session.add(Kol(twitter_handle="@grace"))
        session.flush()  # first
        add_tweet(session)  # through a helper


def add_tweet(session: Session) -> None:
    session.add(Tweet(text="hi", kol_id=1))
    session.flush()  # in the helper


def loads_lazily(db: Database) -> None:
    with db.Session() as session:
        tweet = session.scalars(select(Tweet)).one()  # query
        assert tweet.text
        assert tweet.kol.twitter_handle  # lazy load


def loads_what_has_expired(db: Database) -> None:
    with db.Session() as session:
        kol = session.scalars(select(Kol)).one()  # query
        session.commit()
        assert kol.twitter_handle  # lazy load


def works_in_a_thread(db: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(writes, db).result()


def writes_past_the_orm(db: Database) -> None:
    with db.engine.connect() as connection:
        connection.connection.cursor().execute(ADD_GRACE)

"""Played by test_frames; the comments name the lines."""

from concurrent.futures import ThreadPoolExecutor

from peewee import Database

from peewee_impl.models import Kol, Tweet
from tests.answers import ADD_GRACE


def writes(db: Database) -> None:
    with db.atomic():  # end of block
        Kol.create(twitter_handle="@grace")  # first
        add_tweet()  # through a helper


def add_tweet() -> None:
    Tweet.create(text="hi", kol=1)  # in the helper


def loads_lazily(db: Database) -> None:
    tweet = Tweet.get()  # query
    assert tweet.text
    assert tweet.kol.twitter_handle  # lazy load


def iterates_lazily(db: Database) -> None:
    kols = Kol.select().where(Kol.id == 1)
    for kol in kols:  # query
        assert list(kol.tweets)  # type: ignore[attr-defined]  # lazy load


def works_in_a_thread(db: Database) -> None:
    def work() -> None:
        writes(db)
        db.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def writes_past_the_orm(db: Database) -> None:
    db.execute_sql(ADD_GRACE)  # type: ignore[no-untyped-call]

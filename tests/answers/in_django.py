"""Played by test_frames; the comments name the lines."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from tests.answers import ADD_GRACE


def writes(db: Database) -> None:
    with transaction.atomic():  # end of block
        Kol.objects.create(twitter_handle="@grace")  # first
        add_tweet()  # through a helper


def add_tweet() -> None:
    Tweet.objects.create(text="hi", kol_id=1)  # in the helper


def loads_lazily(db: Database) -> None:
    tweet = Tweet.objects.get()  # query
    assert tweet.text
    assert tweet.kol.twitter_handle  # lazy load


def loads_what_was_deferred(db: Database) -> None:
    kol = Kol.objects.defer("is_vip").get()  # query
    assert not kol.is_vip  # lazy load


def iterates_lazily(db: Database) -> None:
    kols = Kol.objects.filter(id=1)
    for kol in kols:  # query
        assert list(kol.tweets.all())  # lazy load


def works_in_a_thread(db: Database) -> None:
    def work() -> None:
        writes(db)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def writes_past_the_orm(db: Database) -> None:
    with db.cursor() as cursor:
        cursor.execute(ADD_GRACE)

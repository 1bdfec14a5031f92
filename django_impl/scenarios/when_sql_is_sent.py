"""When a change reaches the database, and when others see it, answered in Django."""

from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def add_sends_nothing(db: Database, stage: Stage) -> None:
    """`save()` is the verb that keeps an object, and it sends the INSERT itself; in autocommit that also stores it.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#creating-objects
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("built", kol=kol)
    kol.save()
    stage.checkpoint("handed-over", kol=kol)
    stage.checkpoint("finished", kol=kol)


def session_is_not_a_transaction(db: Database, stage: Stage) -> None:
    """Django has no session: the scope is the atomic block, which is one transaction from its entry to its end.

    The connection underneath outlives the blocks, so that both transactions run on it one after the other.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with transaction.atomic():
        stage.checkpoint("opened")
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("first-written")
    stage.checkpoint("first-committed")
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
        stage.checkpoint("second-written")
    stage.checkpoint("second-committed")
    # What Django itself does at the end of every request.
    close_old_connections()
    stage.checkpoint("closed")


def kol_and_first_tweet_atomic_by_key(db: Database, stage: Stage) -> None:
    """`create()` sends the KOL's INSERT at once, so that its key is there for the tweet inside the same transaction.

    The block commits both when it is left, and only then do others see them.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with transaction.atomic():
        kol = Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet.objects.create(text="hello", kol_id=kol.id)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


def kol_and_first_tweet_atomic_by_relation(db: Database, stage: Stage) -> None:
    """The related manager makes the tweet with the KOL's key and sends its INSERT at once, as `create()` always does.

    The KOL has to be saved before; the block makes one transaction of both.
    https://docs.djangoproject.com/en/5.2/ref/models/relations/#django.db.models.fields.related.RelatedManager.create
    """
    with transaction.atomic():
        kol = Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("kol-made", kol=kol)
        tweet = kol.tweets.create(text="hello")
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


def kol_and_first_tweet_atomic_tweet_fails(db: Database, stage: Stage) -> None:
    """The exception leaves the atomic block, and the block rolls the KOL's INSERT back with it.

    The object in memory keeps the key that it was given, though no row has it any more.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol), transaction.atomic():
        kol.save()
        stage.checkpoint("kol-made", kol=kol)
        kol.tweets.create(text=None)  # type: ignore[misc]  # the failure that is asked for


def kol_and_first_tweet_atomic_tweet_fails_no_block(db: Database, stage: Stage) -> None:
    """In autocommit the KOL is stored by its own INSERT before the tweet is tried: without `atomic()` it stays.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol):
        kol.save()
        stage.checkpoint("kol-made", kol=kol)
        kol.tweets.create(text=None)  # type: ignore[misc]  # the failure that is asked for


def forgotten_commit_sent(db: Database, stage: Stage) -> None:
    """Nobody has to commit: in autocommit the INSERT that `save()` sends is stored when it returns.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    kol = Kol(twitter_handle="@ada")
    kol.save()
    stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


def forgotten_commit_unsent(db: Database, stage: Stage) -> None:
    """Making an instance touches no database, and nothing but `save()` ever will; what is not saved is forgotten.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#creating-objects
    """
    kol = Kol(twitter_handle="@ada")
    stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    """`create()` sends the INSERT inside the block's transaction, and the COMMIT at its end shows the row to others.

    A job that needs the row is started with `transaction.on_commit()`.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#performing-actions-after-commit
    """
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("sent")
    stage.checkpoint("committed")


def visible_only_after_commit_no_block(db: Database, stage: Stage) -> None:
    """Without a block every statement commits itself, so that others see the row when `create()` returns.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    Kol.objects.create(twitter_handle="@ada")
    stage.checkpoint("sent")
    stage.checkpoint("committed")

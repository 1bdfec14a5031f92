"""What one object does to those that belong to it, answered in Django."""

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def n_plus_one_tweets_plain(db: Database, stage: Stage) -> None:
    """A relation is loaded when an instance is first asked for it, and instances share nothing: one query per tweet.

    https://docs.djangoproject.com/en/5.2/topics/db/optimization/#retrieve-everything-at-once-if-you-know-you-will-need-it
    """
    handles = []
    with stage.attempt("listed"):
        for tweet in Tweet.objects.all():
            handles.append(tweet.kol.twitter_handle)  # noqa: PERF401  # the loop is the question
    stage.checkpoint("finished", handles=" ".join(handles))


def n_plus_one_tweets_eager_join(db: Database, stage: Stage) -> None:
    """`select_related()` follows the foreign key by a JOIN and fills the relation from the same row.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-related
    """
    handles = []
    with stage.attempt("listed"):
        handles = [tweet.kol.twitter_handle for tweet in Tweet.objects.select_related("kol")]
    stage.checkpoint("finished", handles=" ".join(handles))


def n_plus_one_tweets_eager_select(db: Database, stage: Stage) -> None:
    """`prefetch_related()` sends one further query for the KOLs of all tweets and joins them in Python.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#prefetch-related
    """
    handles = []
    with stage.attempt("listed"):
        handles = [tweet.kol.twitter_handle for tweet in Tweet.objects.prefetch_related("kol")]
    stage.checkpoint("finished", handles=" ".join(handles))


def delete_kol_with_tweets_object(db: Database, stage: Stage) -> None:
    """Every foreign key has to state its `on_delete`; CASCADE is carried out by Django and not by the database.

    It deletes the tweets, then the KOL, in a transaction of its own.
    https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.CASCADE
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("deleted"):
        kol.delete()


def delete_kol_with_tweets_query(db: Database, stage: Stage) -> None:
    """A queryset's `delete()` cascades as an object's does: it fetches the KOLs to find what belongs to them.

    https://docs.djangoproject.com/en/5.2/topics/db/queries/#deleting-objects
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("deleted"):
        Kol.objects.filter(twitter_handle="@ada").delete()


def delete_kol_with_tweets_cascade(db: Database, stage: Stage) -> None:
    """The model says `on_delete=CASCADE`, so that this is `delete()` as ever: the tweets go first, then the KOL.

    https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.CASCADE
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("deleted"):
        kol.delete()


def unsaved_parent_never_saved(db: Database, stage: Stage) -> None:
    """`save()` sees that the related object has no key and refuses, so that the relation is not lost in silence.

    https://docs.djangoproject.com/en/5.2/topics/db/examples/many_to_one/#many-to-one-relationships
    """
    tweet = Tweet(text="hello", kol=Kol(twitter_handle="@ada"))
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        tweet.save()


def unsaved_parent_saved_later(db: Database, stage: Stage) -> None:
    """The tweet keeps the object, and `save()` takes from it the key that it has got in the meantime.

    Until then the tweet's own `kol_id` is None.
    https://docs.djangoproject.com/en/5.2/topics/db/examples/many_to_one/#many-to-one-relationships
    """
    kol = Kol(twitter_handle="@ada")
    tweet = Tweet(text="hello", kol=kol)
    stage.checkpoint("built", tweet=tweet)
    kol.save()
    stage.checkpoint("kol-saved", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        tweet.save()

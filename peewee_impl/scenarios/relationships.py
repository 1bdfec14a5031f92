"""What one object does to those that belong to it, answered in Peewee."""

from peewee import Database, Load

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def n_plus_one_tweets_plain(db: Database, stage: Stage) -> None:
    """A foreign key is loaded when it is first touched, by a query for each object, for nothing is shared by two.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/relationships.rst#lazy-loading
    """
    handles = []
    with stage.attempt("listed"):
        for tweet in Tweet.select():
            handles.append(tweet.kol.twitter_handle)  # noqa: PERF401  # the loop is the question
    stage.checkpoint("finished", handles=" ".join(handles))


def n_plus_one_tweets_eager_join(db: Database, stage: Stage) -> None:
    """Selecting both models and joining them gives tweets that have their KOL already, from the same row.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/relationships.rst#selecting-columns-from-joined-models
    """
    handles = []
    with stage.attempt("listed"):
        handles = [tweet.kol.twitter_handle for tweet in Tweet.select(Tweet, Kol).join(Kol)]
    stage.checkpoint("finished", handles=" ".join(handles))


def n_plus_one_tweets_eager_select(db: Database, stage: Stage) -> None:
    """`with_related()` sends one query more for each relation that it names; `Load` says that it is loaded.

    The documentation prefers it to `prefetch()`, which it calls legacy.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/relationships.rst#eager-loading-with-with_related
    """
    handles = []
    with stage.attempt("listed"):
        handles = [tweet.kol.twitter_handle for tweet in Tweet.select().with_related(Load(Tweet.kol))]
    stage.checkpoint("finished", handles=" ".join(handles))


def delete_kol_with_tweets_object(db: Database, stage: Stage) -> None:
    """`delete_instance()` deletes the one row; what becomes of the tweets is for the foreign key to say.

    PostgreSQL and MariaDB refuse, SQLite does not check unless asked to; `recursive=True` deletes the tweets first.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#deleting-records
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("deleted"):
        kol.delete_instance()


def delete_kol_with_tweets_query(db: Database, stage: Stage) -> None:
    """A DELETE by query is one statement and nothing else; the foreign key answers for the tweets.

    PostgreSQL and MariaDB refuse, SQLite does not check unless the connection asked for it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#deleting-records
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("deleted"):
        Kol.delete().where(Kol.twitter_handle == "@ada").execute()


def delete_kol_with_tweets_cascade(db: Database, stage: Stage) -> None:
    """`recursive=True` deletes the tweets first, by statements of their own, which the block makes one unit.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#deleting-records
    """
    kol = Kol.get(Kol.twitter_handle == "@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("deleted"), db.atomic():
        kol.delete_instance(recursive=True)


def unsaved_parent_never_saved(db: Database, stage: Stage) -> None:
    """`save()` saves one object: the KOL has no key yet, so the tweet is sent without one and the column refuses it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    tweet = Tweet(text="hello", kol=Kol(twitter_handle="@ada"))
    stage.checkpoint("built", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        tweet.save()


def unsaved_parent_saved_later(db: Database, stage: Stage) -> None:
    """The tweet keeps the object beside the key, and `save()` takes the key from it if there is one by then.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    tweet = Tweet(text="hello", kol=kol)
    stage.checkpoint("built", tweet=tweet)
    kol.save()
    stage.checkpoint("kol-saved", tweet=tweet)
    with stage.attempt("saved", tweet=tweet):
        tweet.save()

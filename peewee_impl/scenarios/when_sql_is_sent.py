"""When a change reaches the database, and when others see it, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def add_sends_nothing(db: Database, stage: Stage) -> None:
    """The verb is `save()`, and it is the INSERT; there is no session that would keep objects to send them later.

    Outside a block the statement is committed as it is sent.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    with db.connection_context():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        kol.save()
        stage.checkpoint("handed-over", kol=kol)
    stage.checkpoint("finished", kol=kol)


def session_is_not_a_transaction(db: Database, stage: Stage) -> None:
    """There is no session: the scope is `atomic()`, which begins where it is entered and commits where it is left.

    The connection around both outlives them, and holds no transaction in between.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    with db.connection_context():
        with db.atomic():
            stage.checkpoint("opened")
            Kol.create(twitter_handle="@ada")
            stage.checkpoint("first-written")
        stage.checkpoint("first-committed")
        with db.atomic():
            Kol.create(twitter_handle="@grace")
            stage.checkpoint("second-written")
        stage.checkpoint("second-committed")
    stage.checkpoint("closed")


def kol_and_first_tweet_atomic_by_key(db: Database, stage: Stage) -> None:
    """`create()` sends the INSERT at once, so the key is there for the tweet; one COMMIT at the end stores both.

    A foreign key field takes the raw key as well as the object.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    with db.atomic():
        kol = Kol.create(twitter_handle="@ada")
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet.create(text="hello", kol=kol.id)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


def kol_and_first_tweet_atomic_by_relation(db: Database, stage: Stage) -> None:
    """A foreign key field takes the object and reads its key, which the KOL's own INSERT has just filled in.

    One COMMIT at the end of the block stores both.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with db.atomic():
        kol = Kol.create(twitter_handle="@ada")
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet.create(text="hello", kol=kol)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


def kol_and_first_tweet_atomic_tweet_fails(db: Database, stage: Stage) -> None:
    """The database refuses the tweet, the exception leaves the block, and the block sends ROLLBACK.

    The KOL's INSERT had been sent and is undone; the object keeps its key.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol), db.atomic():
        kol.save()
        stage.checkpoint("kol-made", kol=kol)
        Tweet.create(text=None, kol=kol)


def kol_and_first_tweet_atomic_tweet_fails_no_block(db: Database, stage: Stage) -> None:
    """Without a block each statement is its own transaction: the KOL is committed before the tweet is refused.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol), db.connection_context():
        kol.save()
        stage.checkpoint("kol-made", kol=kol)
        Tweet.create(text=None, kol=kol)


def forgotten_commit_sent(db: Database, stage: Stage) -> None:
    """There is no commit to forget: outside a block the INSERT is committed as it is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with db.connection_context():
        kol = Kol.create(twitter_handle="@ada")
        stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


def forgotten_commit_unsent(db: Database, stage: Stage) -> None:
    """A model instance is plain memory until `save()` is called; nothing else knows of it, so nothing is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    with db.connection_context():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    """The INSERT is sent at once, the COMMIT where the block ends; others see the row from then on.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with db.atomic():
        kol = Kol.create(twitter_handle="@ada")
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


def visible_only_after_commit_no_block(db: Database, stage: Stage) -> None:
    """Outside a block each statement is its own transaction, so others see the row as soon as it is sent.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with db.connection_context():
        kol = Kol.create(twitter_handle="@ada")
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)

"""When a change reaches the database, and when others see it, answered in SQLAlchemy."""

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def add_sends_nothing(db: Database, stage: Stage) -> None:
    """add() only makes the object pending in the Session; the INSERT waits for the next flush.

    Here that is the one inside commit(); with autoflush on, a query in between would have sent it too.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#adding-new-or-existing-items
    """
    with db.Session() as session:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        session.add(kol)
        stage.checkpoint("handed-over", kol=kol)
        session.commit()
    stage.checkpoint("finished", kol=kol)


def session_is_not_a_transaction(db: Database, stage: Stage) -> None:
    """Opening a Session sends nothing: a transaction begins with the first work and ends with commit() or rollback().

    The Session lives on and begins the next one by itself, so one session scope holds many transactions.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    with db.Session() as session:
        stage.checkpoint("opened")
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        stage.checkpoint("first-written")
        session.commit()
        stage.checkpoint("first-committed")
        session.add(Kol(twitter_handle="@grace"))
        session.flush()
        stage.checkpoint("second-written")
        session.commit()
        stage.checkpoint("second-committed")
    stage.checkpoint("closed")


def kol_and_first_tweet_atomic_by_key(db: Database, stage: Stage) -> None:
    """The tweet needs the KOL's key, and the key comes with the INSERT, so flush() sends that INSERT early.

    Both INSERTs run in the block's one transaction, which is committed when the block ends.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session.begin() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        session.flush()
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet(text="hello", kol_id=kol.id)
        session.add(tweet)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


def kol_and_first_tweet_atomic_by_relation(db: Database, stage: Stage) -> None:
    """The tweet follows its KOL into the Session, and one flush at the commit sends both INSERTs.

    The unit of work inserts the KOL first and fills in the tweet's kol_id: no key is asked for by hand.
    https://docs.sqlalchemy.org/en/21/orm/cascades.html#save-update
    """
    with db.Session.begin() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet(text="hello")
        kol.tweets.append(tweet)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


def kol_and_first_tweet_atomic_tweet_fails(db: Database, stage: Stage) -> None:
    """Nothing is sent before the block ends; then the tweet's INSERT fails after the KOL's, in the same transaction.

    A flush that fails rolls back the whole transaction, so the KOL is gone as well.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol), db.Session.begin() as session:
        session.add(kol)
        stage.checkpoint("kol-made", kol=kol)
        kol.tweets.append(Tweet(text=None))


def kol_and_first_tweet_atomic_tweet_fails_no_block(db: Database, stage: Stage) -> None:
    """A Session is always in a transaction, also without a block: commit() flushes both INSERTs, and the second fails.

    The flush rolls the transaction back, so no KOL is left without its tweet.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#commit-as-you-go
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol), db.Session() as session:
        session.add(kol)
        stage.checkpoint("kol-made", kol=kol)
        kol.tweets.append(Tweet(text=None))
        session.commit()


def forgotten_commit_sent(db: Database, stage: Stage) -> None:
    """flush() sends the INSERT and no more; closing the Session without commit() rolls it back, with no warning.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
    """
    with db.Session() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        session.flush()
        stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


def forgotten_commit_unsent(db: Database, stage: Stage) -> None:
    """add() sends nothing, and closing the Session discards what is pending: no INSERT ever reaches the database.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
    """
    with db.Session() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


def visible_only_after_commit_in_block(db: Database, stage: Stage) -> None:
    """A flush sends the INSERT inside the open transaction; only the commit at the end of the block shows it to others.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        stage.checkpoint("sent")
    stage.checkpoint("committed")


def visible_only_after_commit_no_block(db: Database, stage: Stage) -> None:
    """Without a block the Session begins the transaction itself, so a flushed row still waits for commit().

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    with db.Session() as session:
        session.add(Kol(twitter_handle="@ada"))
        session.flush()
        stage.checkpoint("sent")
        session.commit()
        stage.checkpoint("committed")

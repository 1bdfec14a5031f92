"""When a change reaches the database and when others see it, answered in SQLAlchemy with asyncio."""

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def add_sends_nothing(db: AsyncDatabase, stage: Stage) -> None:
    """`add()` only makes the object pending and is no coroutine: the INSERT waits for the flush, here in `commit()`.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#adding-new-or-existing-items
    """
    async with db.session_maker() as session:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        session.add(kol)
        stage.checkpoint("handed-over", kol=kol)
        await session.commit()
    stage.checkpoint("finished", kol=kol)


async def session_is_not_a_transaction(db: AsyncDatabase, stage: Stage) -> None:
    """A new session has no transaction: its first statement begins one, `commit()` ends it, the next begins another.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    async with db.session_maker() as session:
        stage.checkpoint("opened")
        session.add(Kol(twitter_handle="@ada"))
        await session.flush()
        stage.checkpoint("first-written")
        await session.commit()
        stage.checkpoint("first-committed")
        session.add(Kol(twitter_handle="@grace"))
        await session.flush()
        stage.checkpoint("second-written")
        await session.commit()
        stage.checkpoint("second-committed")
    stage.checkpoint("closed")


async def kol_and_first_tweet_atomic_by_key(db: AsyncDatabase, stage: Stage) -> None:
    """The key is needed before the tweet can be built, so `flush()` sends the first INSERT, in the same transaction.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker.begin() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        await session.flush()
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet(text="hello", kol_id=kol.id)
        session.add(tweet)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


async def kol_and_first_tweet_atomic_by_relation(db: AsyncDatabase, stage: Stage) -> None:
    """A tweet given to a KOL goes into the session with it; one flush sends both INSERTs, and the key in between.

    https://docs.sqlalchemy.org/en/21/orm/cascades.html#save-update
    """
    async with db.session_maker.begin() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        stage.checkpoint("kol-made", kol=kol)
        tweet = Tweet(text="hello")
        kol.tweets.append(tweet)
        stage.checkpoint("tweet-made", kol=kol, tweet=tweet)
    stage.checkpoint("finished", kol=kol, tweet=tweet)


async def kol_and_first_tweet_atomic_tweet_fails(db: AsyncDatabase, stage: Stage) -> None:
    """The flush at the end of the block sends both INSERTs; the second fails, and the block rolls both back.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol):
        async with db.session_maker.begin() as session:
            session.add(kol)
            stage.checkpoint("kol-made", kol=kol)
            kol.tweets.append(Tweet(text=None))


async def kol_and_first_tweet_atomic_tweet_fails_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """A session is always in a transaction, with a block or without: the flush in `commit()` fails and rolls back.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#committing
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("finished", kol=kol):
        async with db.session_maker() as session:
            session.add(kol)
            stage.checkpoint("kol-made", kol=kol)
            kol.tweets.append(Tweet(text=None))
            await session.commit()


async def forgotten_commit_sent(db: AsyncDatabase, stage: Stage) -> None:
    """Leaving `async with` closes the session, and closing rolls back a transaction that was not committed.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
    """
    async with db.session_maker() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        await session.flush()
        stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


async def forgotten_commit_unsent(db: AsyncDatabase, stage: Stage) -> None:
    """Closing a session does not flush: it lets go of every object, the pending ones too.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#closing
    """
    async with db.session_maker() as session:
        kol = Kol(twitter_handle="@ada")
        session.add(kol)
        stage.checkpoint("written", kol=kol)
    stage.checkpoint("left", kol=kol)


async def visible_only_after_commit_in_block(db: AsyncDatabase, stage: Stage) -> None:
    """`flush()` sends the INSERT inside the transaction; others see the row when the block has committed.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker.begin() as session:
        session.add(Kol(twitter_handle="@ada"))
        await session.flush()
        stage.checkpoint("sent")
    stage.checkpoint("committed")


async def visible_only_after_commit_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """Without a block it is the same: the session began a transaction by itself, and only `commit()` ends it.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#auto-begin
    """
    async with db.session_maker() as session:
        session.add(Kol(twitter_handle="@ada"))
        await session.flush()
        stage.checkpoint("sent")
        await session.commit()
        stage.checkpoint("committed")

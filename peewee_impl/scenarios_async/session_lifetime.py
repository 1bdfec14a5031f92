"""Who holds the connection, and what objects can do afterwards, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Stage


async def commit_returns_connection(db: AsyncDatabase, stage: Stage) -> None:
    """A task takes a connection from the pool where it first needs one and keeps it until `aclose()`, or its own end.

    A COMMIT ends the transaction and leaves the connection as it is; the pool keeps it open for the next task.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    stage.checkpoint("idle", connection=db)
    async with db.atomic():
        await Kol.acreate(twitter_handle="@ada")
        stage.checkpoint("in-transaction", connection=db)
    stage.checkpoint("committed", connection=db)
    await db.aclose()
    stage.checkpoint("closed", connection=db)


async def close_detaches_column(db: AsyncDatabase, stage: Stage) -> None:
    """An object is plain memory and bound to no connection: what was loaded stays readable.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    async with db:
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        assert kol.twitter_handle == "@ada"


async def close_detaches_column_after_commit(db: AsyncDatabase, stage: Stage) -> None:
    """A COMMIT expires nothing: what was loaded stays in the object and is read without SQL.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    async with db, db.atomic():
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        assert kol.twitter_handle == "@ada"


async def close_detaches_relation(db: AsyncDatabase, stage: Stage) -> None:
    """A foreign key is loaded where it is first touched, and an attribute cannot be awaited: Peewee refuses the query.

    Inside the block it does so too; `await tweet.afetch(Tweet.kol)` loads it, and takes a connection for itself.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#lazy-foreign-key-access-outside-db-run
    """
    async with db:
        tweet = await Tweet.aget(Tweet.text == "hello")
        stage.checkpoint("loaded", subject=tweet)
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        assert tweet.kol.twitter_handle == "@ada"

"""Who holds the connection, and what objects can do afterwards, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import NotApplicable, Stage


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
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#lazy-foreign-key-access
    """
    async with db:
        tweet = await Tweet.aget(Tweet.text == "hello")
        stage.checkpoint("loaded", subject=tweet)
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        assert tweet.kol.twitter_handle == "@ada"


async def expire_on_commit_reload_plain(db: AsyncDatabase, stage: Stage) -> None:
    """A COMMIT does not touch objects: what was loaded is read from memory, with nothing to await.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    async with db.atomic():
        ada, linus = await db.list(Kol.select().order_by(Kol.id))
        stage.checkpoint("loaded", ada=ada)
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


async def expire_on_commit_reload_changed(db: AsyncDatabase, stage: Stage) -> None:
    """A COMMIT does not touch objects: they keep what was loaded, and a query for new ones has to be awaited.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    async with db.atomic():
        ada, linus = await db.list(Kol.select().order_by(Kol.id))
        stage.checkpoint("loaded", ada=ada)
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


expire_on_commit_reload_changed_expiry_off = NotApplicable(
    "a COMMIT expires nothing in Peewee, so that there is no expiry to turn off",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers",
)


async def stale_read_in_long_session_block(db: AsyncDatabase, stage: Stage) -> None:
    """A query makes a new object from what it reads, and what that is, is for the database's isolation level to say.

    PostgreSQL reads what is committed by then; MariaDB, as Peewee leaves it, reads the snapshot of the transaction.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#postgresql-isolation-notes
    """
    async with db.atomic():
        kol = await Kol.aget()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=(await Kol.aget()).is_vip)
        stage.checkpoint("column-queried", is_vip=await db.scalar(Kol.select(Kol.is_vip)))
        stage.checkpoint("refreshed", is_vip=(await Kol.aget_by_id(kol.id)).is_vip)
    async with db.atomic():
        stage.checkpoint("next-transaction", is_vip=(await Kol.aget()).is_vip)


async def stale_read_in_long_session_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """Without a block each query is a transaction of its own and reads what is stored; it makes new objects of it.

    The object that was loaded first stays as it was: Peewee has no refresh, and it is queried again by its key.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    async with db:
        kol = await Kol.aget()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=(await Kol.aget()).is_vip)
        stage.checkpoint("column-queried", is_vip=await db.scalar(Kol.select(Kol.is_vip)))
        stage.checkpoint("refreshed", is_vip=(await Kol.aget_by_id(kol.id)).is_vip)
        stage.checkpoint("next-transaction", is_vip=(await Kol.aget()).is_vip)

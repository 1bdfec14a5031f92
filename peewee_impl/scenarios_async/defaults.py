"""What happens if I do nothing special, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Mishap, Stage


async def transaction_defaults_write(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee drives the connection in autocommit: a statement outside a block is committed as it is sent.

    `async with db` is the scope of a connection and, unlike `with db`, no transaction; the pool takes it back.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    async with db:
        await Kol.acreate(twitter_handle="@grace")
        stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_read(db: AsyncDatabase, stage: Stage) -> None:
    """Outside a block no BEGIN is sent, so a read leaves nothing open behind it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    async with db:
        await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_empty_block(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic()` sends BEGIN when it is entered and COMMIT when it is left, whatever is between them.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    async with db.atomic():
        stage.checkpoint("done")
    stage.checkpoint("left")


async def transaction_defaults_reading_block(db: AsyncDatabase, stage: Stage) -> None:
    """`atomic()` sends BEGIN when it is entered, for a read as well, and COMMIT when it is left.

    On SQLite that BEGIN is deferred: no lock is taken before the first statement.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    async with db.atomic():
        await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("done")
    stage.checkpoint("left")


async def ddl_implicit_commit(db: AsyncDatabase, stage: Stage) -> None:
    """SQLite and PostgreSQL roll a CREATE TABLE back with the block; MariaDB commits before it and ends the BEGIN.

    The connection is in autocommit, so that on MariaDB the next write is stored at once, inside the block as it is.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with stage.attempt("failed"):
        async with db.atomic():
            await Kol.acreate(twitter_handle="@ada")
            stage.checkpoint("first-written")
            await db.aexecute_sql("CREATE TABLE notes (id INTEGER)")
            stage.checkpoint("table-made")
            await Kol.acreate(twitter_handle="@grace")
            stage.checkpoint("second-written")
            raise Mishap("after the second write")

"""The error that comes with the COMMIT, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.helpers_async import with_none_in_reserve
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Stage


async def deferred_fk_at_commit_dangling_key(db: AsyncDatabase, stage: Stage) -> None:
    """A foreign key is checked with the statement, unless the field says `deferrable='INITIALLY DEFERRED'`.

    So PostgreSQL and MariaDB refuse the INSERT; SQLite checks nothing until a connection asks for it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#foreignkeyfield
    """
    tweet = Tweet(text="hello", kol=99999)
    with stage.attempt("left", row=tweet):
        async with db.atomic():
            with stage.attempt("written", row=tweet):
                await tweet.asave()


async def deferred_fk_at_commit_refused(db: AsyncDatabase, stage: Stage) -> None:
    """When COMMIT fails, the block raises the error, `after_commit()` hooks are discarded, and nothing is stored.

    The block sends ROLLBACK, but not on PostgreSQL, which has ended the transaction by itself. The object keeps the
    key of the row that is not there, with no mark of it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    kol, hooks = Kol(twitter_handle="@ada"), list[str]()
    with stage.attempt("left", row=kol):
        async with db.atomic():
            db.after_commit(lambda: hooks.append("mail"))
            await kol.asave()
            stage.checkpoint("written", row=kol)
    stage.checkpoint("finished", hook_runs=len(hooks))


async def connection_lost_during_commit_before_the_server(db: AsyncDatabase, stage: Stage) -> None:
    """The block raises. Before the next use Peewee asks the driver whether the connection is closed.

    asyncpg knows it, and another is taken; aiomysql does not, and units fail until the task gives the connection back.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    async with with_none_in_reserve(db) as pooled:
        mails: list[str] = []
        with stage.attempt("left"):
            async with pooled.atomic():
                pooled.after_commit(lambda: mails.append("welcome"))
                await Kol.acreate(twitter_handle="@ada")
                stage.checkpoint("written")
        with stage.attempt("next-unit"):
            async with pooled.atomic():
                await Kol.acreate(twitter_handle="@grace")
        await pooled.aclose()
        with stage.attempt("after-close"):
            async with pooled.atomic():
                await Kol.acreate(twitter_handle="@linus")
        stage.checkpoint("finished", hook_runs=len(mails))


async def connection_lost_during_commit_after_the_server(db: AsyncDatabase, stage: Stage) -> None:
    """The row is there, but the block raises as if nothing was stored: an error is all that a driver has.

    On MariaDB the task's later units fail until it gives its connection back; asyncpg knows that it is closed.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#connection-management
    """
    async with with_none_in_reserve(db) as pooled:
        mails: list[str] = []
        with stage.attempt("left"):
            async with pooled.atomic():
                pooled.after_commit(lambda: mails.append("welcome"))
                await Kol.acreate(twitter_handle="@ada")
                stage.checkpoint("written")
        with stage.attempt("next-unit"):
            async with pooled.atomic():
                await Kol.acreate(twitter_handle="@grace")
        await pooled.aclose()
        with stage.attempt("after-close"):
            async with pooled.atomic():
                await Kol.acreate(twitter_handle="@linus")
        stage.checkpoint("finished", hook_runs=len(mails))

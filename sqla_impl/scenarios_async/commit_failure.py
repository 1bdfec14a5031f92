"""The error that comes with the COMMIT, answered in SQLAlchemy with asyncio."""

from sqlalchemy import event

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def deferred_fk_at_commit_dangling_key(db: AsyncDatabase, stage: Stage) -> None:
    """A ForeignKey is checked with the statement, unless it says `deferrable=True, initially="DEFERRED"`.

    So PostgreSQL and MariaDB refuse the INSERT at the flush; SQLite checks nothing until a connection asks for it.
    https://docs.sqlalchemy.org/en/21/core/constraints.html#sqlalchemy.schema.ForeignKey.params.deferrable
    """
    tweet = Tweet(text="hello", kol_id=99999)
    with stage.attempt("left", row=tweet):
        async with db.session_maker.begin() as session:
            session.add(tweet)
            with stage.attempt("written", row=tweet):
                await session.flush()


async def deferred_fk_at_commit_refused(db: AsyncDatabase, stage: Stage) -> None:
    """An error of the COMMIT leaves the block like one of the flush, after a rollback; after_commit is not called.

    The object is transient again, with the key of the row that is not there still in it.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol, hooks = Kol(twitter_handle="@ada"), list[str]()
    with stage.attempt("left", row=kol):
        async with db.session_maker.begin() as session:
            event.listen(session.sync_session, "after_commit", lambda _: hooks.append("mail"), once=True)
            session.add(kol)
            await session.flush()
            stage.checkpoint("written", row=kol)
    stage.checkpoint("finished", hook_runs=len(hooks))


async def connection_lost_during_commit_before_the_server(db: AsyncDatabase, stage: Stage) -> None:
    """The block rolls back and raises; the error of a lost connection makes the pool drop that one and all older ones.

    The session itself is fine: its next unit checks out a new connection.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    mails: list[str] = []
    async with db.session_maker() as session:
        with stage.attempt("left"):
            async with session.begin():
                event.listen(session.sync_session, "after_commit", lambda _: mails.append("welcome"), once=True)
                session.add(Kol(twitter_handle="@ada"))
                await session.flush()
                stage.checkpoint("written")
        runs = len(mails)
        with stage.attempt("next-unit"):
            async with session.begin():
                session.add(Kol(twitter_handle="@grace"))
    with stage.attempt("after-close"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@linus"))
    stage.checkpoint("finished", hook_runs=runs)


async def connection_lost_during_commit_after_the_server(db: AsyncDatabase, stage: Stage) -> None:
    """An error is all that a driver has when no answer comes, so the block ends as if nothing was stored.

    The row is there, after_commit is not called for it, and the next unit has a new connection.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    mails: list[str] = []
    async with db.session_maker() as session:
        with stage.attempt("left"):
            async with session.begin():
                event.listen(session.sync_session, "after_commit", lambda _: mails.append("welcome"), once=True)
                session.add(Kol(twitter_handle="@ada"))
                await session.flush()
                stage.checkpoint("written")
        runs = len(mails)
        with stage.attempt("next-unit"):
            async with session.begin():
                session.add(Kol(twitter_handle="@grace"))
    with stage.attempt("after-close"):
        async with db.session_maker.begin() as session:
            session.add(Kol(twitter_handle="@linus"))
    stage.checkpoint("finished", hook_runs=runs)

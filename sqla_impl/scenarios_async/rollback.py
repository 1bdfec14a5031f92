"""What a rollback leaves in the tables, in the session and in the objects, answered in SQLAlchemy with asyncio."""

from contextlib import suppress

from sqlalchemy import select

from shared_scenarios.scenario import Mishap, NotApplicable, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol, Tweet


async def rollback_ends_transaction_not_session_after_kol(db: AsyncDatabase, stage: Stage) -> None:
    """The block rolls back, and the same session begins the next transaction when it is used again.

    The KOL is transient again, with its old key still in it: adding it again inserts it under that key.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada")
    async with db.session_maker() as session:
        with stage.attempt("failed", kol=kol):
            async with session.begin():
                session.add(kol)
                await session.flush()
                stage.checkpoint("written", kol=kol)
                raise Mishap("before the tweet was made")
        with stage.attempt("next-unit"):
            async with session.begin():
                (await session.scalars(select(Kol))).one().is_vip = True
        with stage.attempt("saved-again", kol=kol):
            async with session.begin():
                session.add(kol)


async def rollback_ends_transaction_not_session_after_both(db: AsyncDatabase, stage: Stage) -> None:
    """The block rolls back both rows, and the same session begins the next transaction when it is used again.

    KOL and tweet are transient again, with their old keys still in them: adding again inserts both under those keys.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada", tweets=[Tweet(text="hello")])
    async with db.session_maker() as session:
        with stage.attempt("failed", kol=kol):
            async with session.begin():
                session.add(kol)
                await session.flush()
                stage.checkpoint("written", kol=kol)
                raise Mishap("after the tweet was sent")
        with stage.attempt("next-unit"):
            async with session.begin():
                (await session.scalars(select(Kol))).one().is_vip = True
        with stage.attempt("saved-again", kol=kol):
            async with session.begin():
                session.add(kol)


async def rollback_ends_transaction_not_session_at_commit(db: AsyncDatabase, stage: Stage) -> None:
    """After a COMMIT that fails the connection goes back to the pool, which rolls it back; the same session goes on.

    KOL and tweet are transient again, with their old keys still in them: adding again inserts both under those keys.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada", tweets=[Tweet(text="hello")])
    async with db.session_maker() as session:
        with stage.attempt("failed", kol=kol):
            async with session.begin():
                session.add(kol)
                await session.flush()
                stage.checkpoint("written", kol=kol)
        with stage.attempt("next-unit"):
            async with session.begin():
                (await session.scalars(select(Kol))).one().is_vip = True
        with stage.attempt("saved-again", kol=kol):
            async with session.begin():
                session.add(kol)


rollback_ends_transaction_not_session_inserted_again = NotApplicable(
    "after a rollback a new object is transient again, and add() of it always means an INSERT",
    "https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back",
)


async def fields_after_rollback_sent(db: AsyncDatabase, stage: Stage) -> None:
    """A rollback expires every object of the session, so that nothing rolled back is read from memory.

    A bare read of an expired attribute cannot await and fails with MissingGreenlet, so `refresh()` loads it first.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        await session.flush()
        stage.checkpoint("changed", kol=kol)
        await session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        await session.refresh(kol)
        stage.checkpoint("read", is_vip=kol.is_vip)


async def fields_after_rollback_unsent(db: AsyncDatabase, stage: Stage) -> None:
    """A change that was never sent is gone too: the rollback expires the object with whatever it holds in memory.

    A bare read of an expired attribute cannot await and fails with MissingGreenlet, so `refresh()` loads it first.
    https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-orm-avoid-lazyloads
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        await session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        await session.refresh(kol)
        stage.checkpoint("read", is_vip=kol.is_vip)


async def save_again_after_rollback_plain(db: AsyncDatabase, stage: Stage) -> None:
    """`rollback()` puts a new object out of the session and makes it transient, so `add()` means an INSERT again.

    Its attributes stay as they were, the key among them: the row is inserted with the key of the first attempt.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada")
    async with db.session_maker() as session:
        session.add(kol)
        await session.flush()
        stage.checkpoint("written", kol=kol)
        await session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        with stage.attempt("saved-again", kol=kol):
            session.add(kol)
            await session.commit()


async def save_again_after_rollback_key_taken(db: AsyncDatabase, stage: Stage) -> None:
    """The object is transient again but keeps its old key, and `add()` always means an INSERT, with that key.

    The key is another row's by now, so the INSERT fails and the other row is left alone.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol = Kol(twitter_handle="@ada")
    async with db.session_maker() as session:
        session.add(kol)
        await session.flush()
        stage.checkpoint("written", kol=kol)
        await session.rollback()
        stage.checkpoint("rolled-back", kol=kol)
        with stage.attempt("saved-again", kol=kol):
            session.add(kol)
            await session.commit()


async def save_again_after_rollback_made_anew(db: AsyncDatabase, stage: Stage) -> None:
    """The framed unit as a whole is what is tried again, and makes its objects: the new one has no key yet.

    So the INSERT asks the database for one that is free.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    kol = Kol(twitter_handle="@ada")
    with suppress(Mishap):
        async with db.session_maker.begin() as session:
            session.add(kol)
            await session.flush()
            stage.checkpoint("written", kol=kol)
            raise Mishap("after the KOL was sent")
    stage.checkpoint("rolled-back", kol=kol)
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("saved-again", kol=kol):
        async with db.session_maker.begin() as session:
            session.add(kol)

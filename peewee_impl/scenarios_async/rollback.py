"""What a rollback leaves in the tables, on the connection and in the objects, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol, Tweet
from shared_scenarios.scenario import Mishap, Stage


async def rollback_ends_transaction_not_session_after_kol(db: AsyncDatabase, stage: Stage) -> None:
    """The exception makes the block roll back; the connection stays open for the next unit.

    The object keeps its key, so `asave()` sends an UPDATE, which finds no row; only its return value, 0, says so.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol):
        async with db.atomic():
            await kol.asave()
            stage.checkpoint("written", kol=kol)
            raise Mishap("after the KOL, before its tweet")
    with stage.attempt("next-unit"):
        async with db.atomic():
            grace = await Kol.aget(Kol.twitter_handle == "@grace")
            grace.is_vip = True
            await grace.asave()
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave()


async def rollback_ends_transaction_not_session_after_both(db: AsyncDatabase, stage: Stage) -> None:
    """The exception makes the block roll back both; the connection stays open for the next unit.

    The object keeps its key, so `asave()` sends an UPDATE, which finds no row; only its return value, 0, says so.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol):
        async with db.atomic():
            await kol.asave()
            await Tweet.acreate(text="hello", kol=kol)
            stage.checkpoint("written", kol=kol)
            raise Mishap("after the KOL and its tweet")
    with stage.attempt("next-unit"):
        async with db.atomic():
            grace = await Kol.aget(Kol.twitter_handle == "@grace")
            grace.is_vip = True
            await grace.asave()
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave()


async def rollback_ends_transaction_not_session_at_commit(db: AsyncDatabase, stage: Stage) -> None:
    """When COMMIT fails, the block rolls back where the database has not done so, and raises; the connection goes on.

    The object keeps its key, so `asave()` sends an UPDATE, which finds no row; only its return value, 0, says so.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol):
        async with db.atomic():
            await kol.asave()
            await Tweet.acreate(text="hello", kol=kol)
            stage.checkpoint("written", kol=kol)
    with stage.attempt("next-unit"):
        async with db.atomic():
            grace = await Kol.aget(Kol.twitter_handle == "@grace")
            grace.is_vip = True
            await grace.asave()
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave()


async def rollback_ends_transaction_not_session_inserted_again(db: AsyncDatabase, stage: Stage) -> None:
    """`force_insert=True` tells `asave()` that the object is new in spite of the key that it has kept.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol):
        async with db.atomic():
            await kol.asave()
            await Tweet.acreate(text="hello", kol=kol)
            stage.checkpoint("written", kol=kol)
            raise Mishap("after the KOL and its tweet")
    with stage.attempt("next-unit"):
        async with db.atomic():
            grace = await Kol.aget(Kol.twitter_handle == "@grace")
            grace.is_vip = True
            await grace.asave()
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave(force_insert=True)


async def fields_after_rollback_sent(db: AsyncDatabase, stage: Stage) -> None:
    """A rollback is a statement on the connection, and no object hears of it: the field keeps its value.

    `asave()` had cleared the dirty mark, so the object even looks saved.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    async with db.atomic() as transaction:
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        await kol.asave()
        stage.checkpoint("changed", kol=kol)
        await transaction.arollback()
    stage.checkpoint("rolled-back", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)


async def fields_after_rollback_unsent(db: AsyncDatabase, stage: Stage) -> None:
    """A rollback is a statement on the connection, and no object hears of it: the field stays changed, and dirty.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    async with db.atomic() as transaction:
        kol = await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        await transaction.arollback()
    stage.checkpoint("rolled-back", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)


async def save_again_after_rollback_plain(db: AsyncDatabase, stage: Stage) -> None:
    """The object keeps the key that was undone; `asave()` of an object with a key is an UPDATE, which hits no row.

    Only its return value says so: 0 rows. `asave(force_insert=True)` would insert.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    async with db.atomic() as transaction:
        await kol.asave()
        stage.checkpoint("written", kol=kol)
        await transaction.arollback()
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave()


async def save_again_after_rollback_key_taken(db: AsyncDatabase, stage: Stage) -> None:
    """The object keeps the key that was undone, and `asave()` of an object with a key is an UPDATE of every field.

    SQLite gives that key to @grace meanwhile, so it is her row that becomes @ada; a server gives it to nobody.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    async with db.atomic() as transaction:
        await kol.asave()
        stage.checkpoint("written", kol=kol)
        await transaction.arollback()
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave()


async def save_again_after_rollback_made_anew(db: AsyncDatabase, stage: Stage) -> None:
    """An object made anew has no key, and `asave()` of an object without a key is an INSERT.

    The database gives it a key that is free.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    kol = Kol(twitter_handle="@ada")
    async with db.atomic() as transaction:
        await kol.asave()
        stage.checkpoint("written", kol=kol)
        await transaction.arollback()
    stage.checkpoint("rolled-back", kol=kol)
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("saved-again", kol=kol):
        async with db.atomic():
            await kol.asave()

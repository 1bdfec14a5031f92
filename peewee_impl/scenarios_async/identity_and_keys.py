"""Objects, keys and which row is whose, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Kol
from shared_scenarios.scenario import Stage


async def key_before_commit(db: AsyncDatabase, stage: Stage) -> None:
    """`asave()` sends the INSERT at once and puts the key of the new row on the object.

    There is no flush to wait for; the block only delays the COMMIT, and with it what others see.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    async with db.atomic():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        await kol.asave()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


async def same_row_same_object_by_query(db: AsyncDatabase, stage: Stage) -> None:
    """Every query makes new objects, and nothing connects two of the same row; they compare equal by their key.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    async with db:
        first, second = await Kol.aget(Kol.twitter_handle == "@ada"), await Kol.aget(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", first=first, second=second, equal=first == second)
        first.is_vip = True
        stage.checkpoint("changed", first=first, second=second)


async def same_row_same_object_by_key(db: AsyncDatabase, stage: Stage) -> None:
    """`aget_by_id()` is a query like any other: it sends a SELECT each time and makes a new object.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/querying.rst#retrieving-a-single-record
    """
    async with db:
        first, second = await Kol.aget_by_id(1), await Kol.aget_by_id(1)
        stage.checkpoint("loaded", first=first, second=second, equal=first == second)
        first.is_vip = True
        stage.checkpoint("changed", first=first, second=second)


async def key_set_by_hand_new_key(db: AsyncDatabase, stage: Stage) -> None:
    """A key that is set tells `asave()` that the row exists: it sends an UPDATE, which finds none.

    It raises nothing and returns 0, the number of rows; `force_insert=True` stores the row.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#non-integer-primary-keys
    """
    async with db:
        kol = Kol(id=7, twitter_handle="@grace")
        stage.checkpoint("built", kol=kol)
        with stage.attempt("saved", kol=kol):
            await kol.asave()


async def key_set_by_hand_new_key_insert(db: AsyncDatabase, stage: Stage) -> None:
    """`force_insert=True` tells `asave()` that the object is new in spite of its key; `acreate()` does the same.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#non-integer-primary-keys
    """
    async with db:
        kol = Kol(id=7, twitter_handle="@grace")
        stage.checkpoint("built", kol=kol)
        with stage.attempt("saved", kol=kol):
            await kol.asave(force_insert=True)


async def key_set_by_hand_existing_key(db: AsyncDatabase, stage: Stage) -> None:
    """With a key `asave()` means UPDATE: the row that has it takes every field of the object, defaults too.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-a-model-instance
    """
    async with db:
        kol = Kol(id=1, twitter_handle="@grace")
        stage.checkpoint("built", kol=kol)
        with stage.attempt("saved", kol=kol):
            await kol.asave()

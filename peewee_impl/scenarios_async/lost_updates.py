"""One of two changes is lost, or it is noticed in time, answered in Peewee with asyncio."""

from peewee_impl.database_async import AsyncDatabase
from peewee_impl.models_async import Counter, Kol, Profile
from shared_scenarios.scenario import Stage


async def lost_update_counter_read_modify_write(db: AsyncDatabase, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one; Peewee's documentation shows this as the wrong way.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#atomic-updates
    """
    with stage.attempt("left"):
        async with db.atomic():
            counter = await Counter.aget_by_id(1)
            stage.checkpoint("before-writing", counter=counter)
            counter.tweets += 1
            await counter.asave()


async def lost_update_counter_expression(db: AsyncDatabase, stage: Stage) -> None:
    """A column in the expression goes into the UPDATE: the database adds to what it has by then, not to what was read.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#atomic-updates
    """
    with stage.attempt("left"):
        async with db.atomic():
            counter = await Counter.aget_by_id(1)
            stage.checkpoint("before-writing", counter=counter)
            await Counter.update(tweets=Counter.tweets + 1).where(Counter.id == counter.id).aexecute()


async def lost_update_counter_locked(db: AsyncDatabase, stage: Stage) -> None:
    """`for_update()` waits for who has locked the row, and then reads what that one has stored.

    It does so at the default level of either server, and only this task waits.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L6347
    """
    with stage.attempt("left"):
        async with db.atomic():
            stage.checkpoint("before-writing")
            counter = await db.get(Counter.select().where(Counter.id == 1).for_update())
            counter.tweets += 1
            await counter.asave()


async def optimistic_version_overtaken(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee counts no versions; its documentation has a recipe, whose UPDATE looks for the one that was loaded.

    An UPDATE that matches no row is no error by itself: the recipe, here with `aexecute()`, reads its count and raises.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#optimistic-locking
    """
    async with db:
        profile = await Profile.aget_by_id(1)
        stage.checkpoint("loaded", profile=profile)
        profile.bio = "mine"
        with stage.attempt("saved", profile=profile):
            await profile.asave_optimistic()


async def optimistic_version_undisturbed(db: AsyncDatabase, stage: Stage) -> None:
    """The UPDATE of the documentation's recipe looks for the version that was loaded, and sets the next one.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#optimistic-locking
    """
    async with db:
        profile = await Profile.aget_by_id(1)
        stage.checkpoint("loaded", profile=profile)
        profile.bio = "mine"
        with stage.attempt("saved", profile=profile):
            await profile.asave_optimistic()


async def matched_vs_changed_rows(db: AsyncDatabase, stage: Stage) -> None:
    """Peewee gives the count of the driver, and for asyncpg, which has none, reads it in the server's command status.

    SQLite and PostgreSQL count the rows that were matched, MariaDB those that were changed.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#updating-multiple-rows
    """
    make_vip = Kol.update(is_vip=True).where(Kol.twitter_handle == "@ada")
    async with db:
        stage.checkpoint("first", count=await make_vip.aexecute())
        stage.checkpoint("second", count=await make_vip.aexecute())

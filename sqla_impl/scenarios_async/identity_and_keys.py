"""Objects, keys and which row is whose, answered in SQLAlchemy with asyncio."""

from sqlalchemy import select

from shared_scenarios.scenario import NotApplicable, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol


async def key_before_commit(db: AsyncDatabase, stage: Stage) -> None:
    """`flush()` sends the INSERT and puts the new key on the object; `commit()` makes the row visible to others.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker.begin() as session:
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        session.add(kol)
        await session.flush()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)


async def same_row_same_object_by_query(db: AsyncDatabase, stage: Stage) -> None:
    """Within one session a row is one object: the second query is sent, and finds it in the identity map.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#is-the-session-a-cache
    """
    async with db.session_maker() as session:
        first = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        second = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", first=first, second=second, equal=first == second)
        first.is_vip = True
        stage.checkpoint("changed", first=first, second=second)


async def same_row_same_object_by_key(db: AsyncDatabase, stage: Stage) -> None:
    """`get()` looks in the identity map first; only a key that is not loaded yet is asked of the database.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#get-by-primary-key
    """
    async with db.session_maker() as session:
        first, second = await session.get_one(Kol, 1), await session.get_one(Kol, 1)
        stage.checkpoint("loaded", first=first, second=second, equal=first == second)
        first.is_vip = True
        stage.checkpoint("changed", first=first, second=second)


async def key_set_by_hand_new_key(db: AsyncDatabase, stage: Stage) -> None:
    """`add()` makes the object pending, and what is pending is inserted, with a key or without one.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#adding-new-or-existing-items
    """
    kol = Kol(id=7, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        async with db.session_maker.begin() as session:
            session.add(kol)


key_set_by_hand_new_key_insert = NotApplicable(
    "add() always inserts; there is nothing to tell it",
    "https://docs.sqlalchemy.org/en/21/orm/session_basics.html#adding-new-or-existing-items",
)


async def key_set_by_hand_existing_key(db: AsyncDatabase, stage: Stage) -> None:
    """`add()` inserts, and the database refuses a second row of that key.

    `await session.merge()` loads the row and updates it instead.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#merging
    """
    kol = Kol(id=1, twitter_handle="@grace")
    stage.checkpoint("built", kol=kol)
    with stage.attempt("saved", kol=kol):
        async with db.session_maker.begin() as session:
            session.add(kol)

"""While somebody else writes the same rows, answered in SQLAlchemy with asyncio."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shared_scenarios.scenario import NotApplicable, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Kol


async def two_columns_two_writers_plain(db: AsyncDatabase, stage: Stage) -> None:
    """The unit of work keeps account of what was set on the object, and its UPDATE names those columns alone.

    Nothing has to be asked for: what another transaction wrote to other columns stays.
    https://docs.sqlalchemy.org/en/21/tutorial/orm_data_manipulation.html#updating-orm-objects-using-the-unit-of-work-pattern
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            await session.commit()


async def two_columns_two_writers_changed_only(db: AsyncDatabase, stage: Stage) -> None:
    """To save only what was changed is what every flush does; there is no option for it, and none against it.

    https://docs.sqlalchemy.org/en/21/tutorial/orm_data_manipulation.html#updating-orm-objects-using-the-unit-of-work-pattern
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            await session.commit()


async def two_columns_two_writers_no_change(db: AsyncDatabase, stage: Stage) -> None:
    """An object on which nothing was set is not dirty, so the flush has nothing to send and COMMIT goes alone.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        with stage.attempt("saved", kol=kol):
            await session.commit()


async def row_deleted_elsewhere_plain(db: AsyncDatabase, stage: Stage) -> None:
    """A flush counts the rows that its UPDATE has matched; fewer than it expects is a StaleDataError.

    The transaction is rolled back, and nothing of the unit is stored.
    https://docs.sqlalchemy.org/en/21/orm/exceptions.html#sqlalchemy.orm.exc.StaleDataError
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            await session.commit()


async def row_deleted_elsewhere_changed_only(db: AsyncDatabase, stage: Stage) -> None:
    """Every flush saves only what was changed, and counts the rows that its UPDATE has matched: none is an error.

    https://docs.sqlalchemy.org/en/21/orm/exceptions.html#sqlalchemy.orm.exc.StaleDataError
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        with stage.attempt("saved", kol=kol):
            await session.commit()


row_deleted_elsewhere_counted = NotApplicable(
    "a flush looks at the number of rows itself, and raises StaleDataError",
    "https://docs.sqlalchemy.org/en/21/orm/exceptions.html#sqlalchemy.orm.exc.StaleDataError",
)


async def get_or_create_race_by_itself(db: AsyncDatabase, stage: Stage) -> None:
    """SQLAlchemy has no get_or_create: who writes one catches the IntegrityError, rolls back and selects again.

    The rollback ends the transaction, so the second SELECT sees what was committed meanwhile on every database.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    by_handle, kol = select(Kol).where(Kol.twitter_handle == "@ada"), None
    async with db.session_maker() as session:
        stage.checkpoint("started")
        with stage.attempt("asked"):
            kol = (await session.scalars(by_handle)).one_or_none()
            if kol is None:
                kol = Kol(twitter_handle="@ada")
                session.add(kol)
                try:
                    await session.commit()
                except IntegrityError:
                    await session.rollback()
                    kol = (await session.scalars(by_handle)).one()
        stage.checkpoint("got", kol=kol)


async def get_or_create_race_in_block(db: AsyncDatabase, stage: Stage) -> None:
    """A savepoint keeps the transaction alive after the IntegrityError; what the second SELECT sees is another matter.

    PostgreSQL's READ COMMITTED shows the new row. The snapshot of MariaDB's REPEATABLE READ, which SQLAlchemy leaves
    as it is, hides the very row that refused the INSERT: NoResultFound.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    by_handle, kol = select(Kol).where(Kol.twitter_handle == "@ada"), None
    with stage.attempt("asked"):
        async with db.session_maker.begin() as session:
            stage.checkpoint("started")
            kol = (await session.scalars(by_handle)).one_or_none()
            if kol is None:
                try:
                    async with session.begin_nested():
                        kol = Kol(twitter_handle="@ada")
                        session.add(kol)
                except IntegrityError:
                    kol = (await session.scalars(by_handle)).one()
    stage.checkpoint("got", kol=kol)


async def get_or_create_race_insert_first(db: AsyncDatabase, stage: Stage) -> None:
    """The INSERT goes first, in a savepoint, and the SELECT is for the case that it is refused.

    That SELECT is the first of its transaction, so that a snapshot of MariaDB is taken after the other's commit.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    kol = None
    with stage.attempt("asked"):
        async with db.session_maker.begin() as session:
            stage.checkpoint("started")
            try:
                async with session.begin_nested():
                    kol = Kol(twitter_handle="@ada")
                    session.add(kol)
            except IntegrityError:
                kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
    stage.checkpoint("got", kol=kol)

"""While somebody else writes the same rows, answered in SQLAlchemy with asyncio."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.models import Counter, Kol, Profile


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
            await session.flush()
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
            await session.flush()
            await session.commit()


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


async def lost_update_counter_read_modify_write(db: AsyncDatabase, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one; a version counter or a lock would have noticed.
    https://docs.sqlalchemy.org/en/21/orm/versioning.html
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            counter = await session.get_one(Counter, 1)
            stage.checkpoint("before-writing", counter=counter)
            counter.tweets += 1


async def lost_update_counter_expression(db: AsyncDatabase, stage: Stage) -> None:
    """An SQL expression that is set on the attribute goes into the UPDATE: the database adds to what it has by then.

    https://docs.sqlalchemy.org/en/21/orm/persistence_techniques.html#embedding-sql-insert-update-expressions-into-a-flush
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            counter = await session.get_one(Counter, 1)
            stage.checkpoint("before-writing", counter=counter)
            counter.tweets = Counter.tweets + 1


async def lost_update_counter_locked(db: AsyncDatabase, stage: Stage) -> None:
    """SELECT ... FOR UPDATE waits for who has locked the row, and then reads what that one has stored.

    It does so at every isolation level of either server.
    https://docs.sqlalchemy.org/en/21/orm/session_api.html#sqlalchemy.orm.Session.get
    """
    with stage.attempt("left"):
        async with db.session_maker.begin() as session:
            stage.checkpoint("before-writing")
            counter = await session.get_one(Counter, 1, with_for_update=True)
            counter.tweets += 1


async def optimistic_version_overtaken(db: AsyncDatabase, stage: Stage) -> None:
    """With `version_id_col` every UPDATE asks for the version that was loaded, and one that matches no row is an error.

    https://docs.sqlalchemy.org/en/21/orm/versioning.html#simple-version-counting
    """
    async with db.session_maker() as session:
        profile = await session.get_one(Profile, 1)
        stage.checkpoint("loaded", profile=profile)
        profile.bio = "mine"
        with stage.attempt("saved", profile=profile):
            await session.commit()


async def optimistic_version_undisturbed(db: AsyncDatabase, stage: Stage) -> None:
    """With `version_id_col` every UPDATE asks for the version that was loaded, and sets the next one.

    https://docs.sqlalchemy.org/en/21/orm/versioning.html#simple-version-counting
    """
    async with db.session_maker() as session:
        profile = await session.get_one(Profile, 1)
        stage.checkpoint("loaded", profile=profile)
        profile.bio = "mine"
        with stage.attempt("saved", profile=profile):
            await session.commit()


async def matched_vs_changed_rows(db: AsyncDatabase, stage: Stage) -> None:
    """The count is that of the rows which the WHERE has matched, on every database.

    MariaDB would count only those that it has changed; SQLAlchemy asks it for the others when it connects.
    https://docs.sqlalchemy.org/en/21/tutorial/data_update.html#getting-affected-row-count-from-update-delete
    """
    make_vip = update(Kol).where(Kol.twitter_handle == "@ada").values(is_vip=True)
    for name in ("first", "second"):
        async with db.session_maker.begin() as session:
            count = (await session.execute(make_vip)).rowcount  # type: ignore[attr-defined]  # of an UPDATE it has one
        stage.checkpoint(name, count=count)

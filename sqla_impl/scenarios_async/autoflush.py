"""What reading does to pending changes, answered in SQLAlchemy with asyncio."""

from datetime import datetime

from sqlalchemy import select, text

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.helpers_async import check_if_kol_is_vip, check_if_kol_is_vip_by_column
from sqla_impl.models import Kol

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)


async def read_helper_flushes_object(db: AsyncDatabase, stage: Stage) -> None:
    """Before a query the session flushes what is pending, so that the query sees it; autoflush is on by default.

    The identity map then gives the helper the caller's own object.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = await check_if_kol_is_vip(session, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        await session.commit()
    stage.checkpoint("finished", kol=kol)


async def read_helper_flushes_column(db: AsyncDatabase, stage: Stage) -> None:
    """A query for one column flushes too, so its answer comes from the database and has the pending change in it.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = await check_if_kol_is_vip_by_column(session, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        await session.commit()
    stage.checkpoint("finished", kol=kol)


async def read_helper_flushes_then_failure(db: AsyncDatabase, stage: Stage) -> None:
    """The helper's query sent the UPDATE but committed nothing: the exception ends the block, which rolls it back.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    with stage.attempt("finished"):
        async with db.session_maker.begin() as session:
            kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
            stage.checkpoint("loaded", kol=kol)
            kol.last_checked_at = CHECKED_AT
            stage.checkpoint("changed", kol=kol)
            is_vip = await check_if_kol_is_vip(session, "@ada", stage)
            stage.checkpoint("answered", kol=kol, is_vip=is_vip)
            raise Mishap("after the helper had answered")


async def autoflush_off_split_view(db: AsyncDatabase, stage: Stage) -> None:
    """The first query flushes the change; from then on memory and database say the same within the transaction.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = (await session.scalars(select(Kol.is_vip).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("column-read", is_vip=is_vip)
        found = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("object-read", kol=kol, found=found)
        vips = (await session.scalars(select(Kol).where(Kol.is_vip))).all()
        stage.checkpoint("filter-read", matches=len(vips))
        await session.commit()
    stage.checkpoint("finished")


async def autoflush_error_in_a_read(db: AsyncDatabase, stage: Stage) -> None:
    """The query flushes the duplicate first; a flush that fails rolls the whole transaction back.

    The session then refuses every query and the commit, until `await session.rollback()`.
    https://docs.sqlalchemy.org/en/21/faq/sessions.html#faq-session-rollback
    """
    with stage.attempt("finished"):
        async with db.session_maker() as session:
            session.add(Kol(twitter_handle="@grace"))
            await session.flush()
            stage.checkpoint("earlier-work")
            session.add(Kol(twitter_handle="@ada"))
            stage.checkpoint("duplicate-made")
            with stage.attempt("read"):
                (await session.scalars(select(Kol))).all()
            with stage.attempt("read-again"):
                (await session.scalars(select(Kol))).all()
            await session.commit()


async def raw_sql_autoflush_orm(db: AsyncDatabase, stage: Stage) -> None:
    """`execute()` flushes first whatever it is given, from SQLAlchemy 2.1 on; before, raw SQL did not.

    https://docs.sqlalchemy.org/en/21/changelog/migration_21.html#change-9809
    """
    async with db.session_maker() as session:
        session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("made")
        counted = (await session.execute(text("SELECT COUNT(*) FROM kols"))).scalar_one()
        stage.checkpoint("read", counted=counted)
        await session.commit()
    stage.checkpoint("finished")


async def raw_sql_autoflush_connection(db: AsyncDatabase, stage: Stage) -> None:
    """The connection below the session knows no objects, so nothing is flushed for it, in the same transaction.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    async with db.session_maker() as session:
        session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("made")
        connection = await session.connection()
        counted = (await connection.execute(text("SELECT COUNT(*) FROM kols"))).scalar_one()
        stage.checkpoint("read", counted=counted)
        await session.commit()
    stage.checkpoint("finished")

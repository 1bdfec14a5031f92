"""Many rows by one call, beside objects that are one row each, answered in SQLAlchemy with asyncio."""

from datetime import datetime

from sqlalchemy import insert, select, text, update

from shared_scenarios.scenario import Stage
from sqla_impl.database_async import AsyncDatabase
from sqla_impl.helpers import handles_signalled, upsert_of_ada
from sqla_impl.models import Kol

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)
HANDLES = ("@ada", "@grace", "@lin")


async def bulk_insert_keys_and_hooks_objects(db: AsyncDatabase, stage: Stage) -> None:
    """`add_all()` hands objects to the unit of work: the flush batches them, sets their keys and runs mapper events.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#mapper-level-flush-events
    """
    kols = [Kol(twitter_handle=handle) for handle in HANDLES]
    stage.checkpoint("built", kols=kols)
    with handles_signalled() as fired:
        async with db.session_maker.begin() as session:
            session.add_all(kols)
            await session.flush()
            stage.checkpoint("sent", kols=kols, hooks=len(fired))
    stage.checkpoint("finished")


async def bulk_insert_keys_and_hooks_values(db: AsyncDatabase, stage: Stage) -> None:
    """A bulk INSERT has no objects for which a mapper event could run; the driver decides how the rows travel.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#orm-bulk-insert-statements
    """
    rows = [{"twitter_handle": handle} for handle in HANDLES]
    stage.checkpoint("built")
    with handles_signalled() as fired:
        async with db.session_maker.begin() as session:
            await session.execute(insert(Kol), rows)
            stage.checkpoint("sent", hooks=len(fired))
    stage.checkpoint("finished")


async def statement_update_vs_memory_orm_statement(db: AsyncDatabase, stage: Stage) -> None:
    """The session brings the objects that it holds in step with its own UPDATE, by `synchronize_session="auto"`.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#selecting-a-synchronization-strategy
    """
    async with db.session_maker.begin() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        await session.execute(update(Kol).where(Kol.twitter_handle == "@ada").values(is_vip=True))
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
    stage.checkpoint("saved")


async def statement_update_vs_memory_raw_sql(db: AsyncDatabase, stage: Stage) -> None:
    """Raw SQL tells the session nothing of what it changed; `await session.refresh(kol)` would load it.

    Only the changed field is sent by the flush, so that the statement's value stays.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#refreshing-expiring
    """
    async with db.session_maker.begin() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        await session.execute(text("UPDATE kols SET is_vip = TRUE WHERE twitter_handle = '@ada'"))
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
    stage.checkpoint("saved")


async def statement_update_vs_memory_upsert(db: AsyncDatabase, stage: Stage) -> None:
    """With `returning(Kol)` and `populate_existing` the upsert brings the row into the object that the session holds.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#orm-upsert-statements
    """
    async with db.session_maker.begin() as session:
        kol = (await session.scalars(select(Kol).where(Kol.twitter_handle == "@ada"))).one()
        stage.checkpoint("loaded", kol=kol)
        (
            await session.scalars(
                upsert_of_ada(session.get_bind().dialect.name).returning(Kol),
                execution_options={"populate_existing": True},
            )
        ).one()
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
    stage.checkpoint("saved")


async def bulk_partial_failure_no_block(db: AsyncDatabase, stage: Stage) -> None:
    """Every batch is sent in the session's one transaction, which nobody commits once the second has failed.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#managing-transactions
    """
    batches = [[{"twitter_handle": "@grace"}], [{"twitter_handle": "@ada"}]]
    stage.checkpoint("built")
    with stage.attempt("failed"):
        async with db.session_maker() as session:
            for batch in batches:
                await session.execute(insert(Kol), batch)
            await session.commit()


async def bulk_partial_failure_block(db: AsyncDatabase, stage: Stage) -> None:
    """The block rolls back on the way out of it, and with the transaction go the batches that were sent.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    batches = [[{"twitter_handle": "@grace"}], [{"twitter_handle": "@ada"}]]
    stage.checkpoint("built")
    with stage.attempt("failed"):
        async with db.session_maker.begin() as session:
            for batch in batches:
                await session.execute(insert(Kol), batch)

"""Many rows by one call, beside objects that are one row each, answered in SQLAlchemy."""

from datetime import datetime

from sqlalchemy import insert, select, text, update

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.helpers import handles_signalled, upsert_of_ada
from sqla_impl.models import Kol

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)
HANDLES = ("@ada", "@grace", "@lin")


def bulk_insert_keys_and_hooks_objects(db: Database, stage: Stage) -> None:
    """add_all() is the unit of work as always: the flush sends what it can together, sets keys and runs events.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html#mapper-level-flush-events
    """
    kols = [Kol(twitter_handle=handle) for handle in HANDLES]
    stage.checkpoint("built", kols=kols)
    with handles_signalled() as fired, db.Session.begin() as session:
        session.add_all(kols)
        session.flush()
        stage.checkpoint("sent", kols=kols, hooks=len(fired))
    stage.checkpoint("finished")


def bulk_insert_keys_and_hooks_values(db: Database, stage: Stage) -> None:
    """A bulk INSERT takes dictionaries and no objects, so no mapper event runs; `returning()` gives keys or objects.

    How many statements reach the database is for the driver's executemany() to say.
    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#orm-bulk-insert-statements
    """
    rows = [{"twitter_handle": handle} for handle in HANDLES]
    stage.checkpoint("built")
    with handles_signalled() as fired, db.Session.begin() as session:
        session.execute(insert(Kol), rows)
        stage.checkpoint("sent", hooks=len(fired))
    stage.checkpoint("finished")


def statement_update_vs_memory_orm_statement(db: Database, stage: Stage) -> None:
    """An UPDATE by the Session also updates the objects that it holds: `synchronize_session` is "auto" by default.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#selecting-a-synchronization-strategy
    """
    with db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        session.execute(update(Kol).where(Kol.twitter_handle == "@ada").values(is_vip=True))
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
    stage.checkpoint("saved")


def statement_update_vs_memory_raw_sql(db: Database, stage: Stage) -> None:
    """The Session does not look into raw SQL: the object keeps what it has loaded, until it is refreshed or expires.

    The flush sends the fields that were changed and no others, so the statement's value stays.
    https://docs.sqlalchemy.org/en/21/orm/session_state_management.html#refreshing-expiring
    """
    with db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        session.execute(text("UPDATE kols SET is_vip = TRUE WHERE twitter_handle = '@ada'"))
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
    stage.checkpoint("saved")


def statement_update_vs_memory_upsert(db: Database, stage: Stage) -> None:
    """An upsert that returns objects gives the one that the Session holds; `populate_existing` makes it take the row.

    Without that option the object keeps what it has loaded.
    https://docs.sqlalchemy.org/en/21/orm/queryguide/dml.html#orm-upsert-statements
    """
    with db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        session.scalars(
            upsert_of_ada(session.get_bind().dialect.name).returning(Kol), execution_options={"populate_existing": True}
        ).one()
        stage.checkpoint("statement-sent", kol=kol)
        stage.checkpoint("read", is_vip=kol.is_vip)
        kol.last_checked_at = CHECKED_AT
    stage.checkpoint("saved")


def bulk_partial_failure_no_block(db: Database, stage: Stage) -> None:
    """A Session works in a transaction from its first statement on: every batch is part of it, and none is committed.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#managing-transactions
    """
    batches = [[{"twitter_handle": "@grace"}], [{"twitter_handle": "@ada"}]]
    stage.checkpoint("built")
    with stage.attempt("failed"), db.Session() as session:
        for batch in batches:
            session.execute(insert(Kol), batch)
        session.commit()


def bulk_partial_failure_block(db: Database, stage: Stage) -> None:
    """The exception leaves the block, which rolls back what the earlier batches have sent.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    batches = [[{"twitter_handle": "@grace"}], [{"twitter_handle": "@ada"}]]
    stage.checkpoint("built")
    with stage.attempt("failed"), db.Session.begin() as session:
        for batch in batches:
            session.execute(insert(Kol), batch)

"""What a transaction is spared, and what it makes others wait for, answered in SQLAlchemy."""

from sqlalchemy import select

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def lock_needs_transaction_no_block(db: Database, stage: Stage) -> None:
    """A Session has no autocommit: it begins a transaction with the first statement, so the lock is one that lasts.

    It is held until commit(), rollback() or the end of the Session, which is here at its close.
    https://docs.sqlalchemy.org/en/21/orm/queryguide/api.html#sqlalchemy.orm.Query.with_for_update
    """
    with db.Session() as session, stage.attempt("locked"):
        session.scalars(select(Kol).where(Kol.id == 1).with_for_update()).one()
    stage.checkpoint("left")


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    """The lock is held until the block commits.

    https://docs.sqlalchemy.org/en/21/orm/queryguide/api.html#sqlalchemy.orm.Query.with_for_update
    """
    with db.Session.begin() as session, stage.attempt("locked"):
        session.scalars(select(Kol).where(Kol.id == 1).with_for_update()).one()
    stage.checkpoint("left")


def isolation_default_per_orm(db: Database, stage: Stage) -> None:
    """SQLAlchemy leaves the level as the database has it: READ COMMITTED on PostgreSQL, a snapshot on MariaDB.

    SQLite would hold the other writer back, but its driver begins no transaction before a SELECT.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#setting-transaction-isolation-levels-dbapi-autocommit
    """
    is_vip = select(Kol.is_vip).where(Kol.id == 1)
    with db.Session.begin() as session:
        stage.checkpoint("read", is_vip=session.scalars(is_vip).one())
        stage.checkpoint("read-again", is_vip=session.scalars(is_vip).one())


def serialization_failure_at_commit(db: Database, stage: Stage) -> None:
    """The COMMIT fails as any statement can: the block rolls back and raises, and the same Session can begin again.

    Its level is set for one transaction, before anything else is sent in it.
    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#setting-isolation-for-individual-transactions
    """
    with db.Session() as session:
        with stage.attempt("left"), session.begin():
            session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
            kols = session.scalars(select(Kol).order_by(Kol.id)).all()
            stage.checkpoint("read", kols=kols)
            kols[0].is_vip = True
            session.flush()
            stage.checkpoint("written", kols=kols)
        with stage.attempt("next-unit"), session.begin():
            session.scalars(select(Kol)).all()


def deadlock_in_nested_block(db: Database, stage: Stage) -> None:
    """TODO.

    https://docs.sqlalchemy.org/en/21/orm/session_transaction.html#using-savepoint
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.get_one(Kol, 1).is_vip = True
        session.flush()
        stage.checkpoint("first-written")
        with stage.attempt("deadlocked"), session.begin_nested():
            session.get_one(Kol, 2).is_vip = True
        with stage.attempt("written-after"):
            session.add(Tweet(text="later", kol_id=1))
            session.flush()

"""What a transaction is spared, and what it makes others wait for, answered in SQLAlchemy."""

from sqlalchemy import select

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def lock_needs_transaction_no_block(db: Database, stage: Stage) -> None:
    """A Session has no autocommit by default: its first statement begins a transaction, so the lock is one that lasts.

    It is held until commit(), rollback() or the end of the Session, which is here at its close.
    https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.GenerativeSelect.with_for_update
    """
    with db.Session() as session, stage.attempt("locked"):
        session.scalars(select(Kol).where(Kol.id == 1).with_for_update()).one()
    stage.checkpoint("left")


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    """The lock is held until the block commits.

    https://docs.sqlalchemy.org/en/21/core/selectable.html#sqlalchemy.sql.expression.GenerativeSelect.with_for_update
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


def deadlock_in_nested_block_caught_between(db: Database, stage: Stage) -> None:
    """MariaDB's deadlock undoes the whole transaction, and SQLAlchemy rolls back to a savepoint that is gone with it.

    The error of that is what the caller catches, and nothing tells the Session that its transaction has ended: the next
    write begins another one, and the block commits it alone.

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


def deadlock_in_nested_block_let_out(db: Database, stage: Stage) -> None:
    """The error leaves both blocks, the Session rolls back whatever there is, and the caller begins the unit anew.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    with stage.attempt("left"), db.Session.begin() as session:
        session.get_one(Kol, 1).is_vip = True
        session.flush()
        stage.checkpoint("first-written")
        with session.begin_nested():
            session.get_one(Kol, 2).is_vip = True
        session.add(Tweet(text="later", kol_id=1))


def retry_whole_transaction_made_anew(db: Database, stage: Stage) -> None:
    """The deadlock has ended the transaction: a new Session with objects made anew is the same unit, from its start.

    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    with stage.attempt("failed"), db.Session.begin() as session:
        session.add(Tweet(text="later", kol_id=1))
        session.flush()
        stage.checkpoint("first-written")
        session.get_one(Kol, 2).is_vip = True
    with stage.attempt("retried"), db.Session.begin() as session:
        session.add(Tweet(text="later", kol_id=1))
        session.flush()
        session.get_one(Kol, 2).is_vip = True


def retry_whole_transaction_same_object(db: Database, stage: Stage) -> None:
    """The rollback makes a new object transient again, so that another Session inserts it once more.

    It does so with the key of the first attempt, which the object has kept.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    tweet = Tweet(text="later", kol_id=1)
    with stage.attempt("failed", tweet=tweet), db.Session.begin() as session:
        session.add(tweet)
        session.flush()
        stage.checkpoint("first-written", tweet=tweet)
        session.get_one(Kol, 2).is_vip = True
    with stage.attempt("retried", tweet=tweet), db.Session.begin() as session:
        session.add(tweet)
        session.flush()
        session.get_one(Kol, 2).is_vip = True


def retry_whole_transaction_statement_only(db: Database, stage: Stage) -> None:
    """A flush that fails rolls the whole transaction back, and its block refuses to go on until it is left.

    So the retry of a single statement is refused before anything is sent.
    https://docs.sqlalchemy.org/en/21/faq/sessions.html#faq-session-rollback
    """
    with stage.attempt("retried"), db.Session.begin() as session:
        session.add(Tweet(text="later", kol_id=1))
        session.flush()
        stage.checkpoint("first-written")
        grace = session.get_one(Kol, 2)
        with stage.attempt("failed"):
            grace.is_vip = True
            session.flush()
        grace.is_vip = True
        session.flush()

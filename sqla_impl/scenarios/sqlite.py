"""Where SQLite, or the way it is driven, behaves unlike a server, answered in SQLAlchemy."""

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    """Python's sqlite3 sends no BEGIN before a SELECT or a SAVEPOINT, so the savepoint is a transaction of its own.

    Its RELEASE commits, and the Session's rollback() finds nothing to undo. SQLAlchemy documents two settings that
    send a BEGIN; neither is the default.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-enabling-transactions
    """
    with db.Session() as session:
        session.scalars(select(Kol)).all()
        with session.begin_nested():
            session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("savepoint-left")
        session.rollback()
    stage.checkpoint("rolled-back")


def sqlite_foreign_keys_off(db: Database, stage: Stage) -> None:
    """SQLite checks foreign keys only on connections that have sent PRAGMA foreign_keys = ON.

    SQLAlchemy leaves that to the application and documents the event hook for it.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#foreign-key-support
    """
    with stage.attempt("finished"), db.Session.begin() as session:
        session.add(Tweet(text="hello", kol_id=99999))
        with stage.attempt("written"):
            session.flush()


def sqlite_select_without_begin(db: Database, stage: Stage) -> None:
    """Python's sqlite3 sends BEGIN before a write only: to SQLite each of these reads is a transaction of its own.

    The documented settings that send a BEGIN, such as `autocommit=False` from Python 3.12 on, are not the default.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-enabling-transactions
    """
    with db.Session.begin() as session:
        counted = session.scalar(select(func.count()).select_from(Kol))
        stage.checkpoint("first-read", counted=counted)
        counted = session.scalar(select(func.count()).select_from(Kol))
        stage.checkpoint("second-read", counted=counted)
    stage.checkpoint("left")


def sqlite_locked_on_upgrade_default(db: Database, stage: Stage) -> None:
    """No BEGIN was sent before the SELECT, so that it keeps no lock: the other writer is through before the UPDATE.

    The price is that what was read may be out of date by then.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
    """
    with stage.attempt("left"), db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("read", kol=kol)
        with stage.attempt("written"):
            kol.is_vip = True
            session.flush()


def sqlite_locked_on_upgrade_immediate(db: Database, stage: Stage) -> None:
    """BEGIN IMMEDIATE takes the write lock before the read, so that whoever comes later waits.

    The documented event of the engine sends the BEGIN; here it sends BEGIN IMMEDIATE.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-enabling-transactions
    """
    engine = _beginning_immediately(db)
    with stage.attempt("left"), Session(engine) as session, session.begin():
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("read", kol=kol)
        with stage.attempt("written"):
            kol.is_vip = True
            session.flush()
    engine.dispose()


def _beginning_immediately(db: Database) -> Engine:
    """An engine whose transactions begin with BEGIN IMMEDIATE, sent by it and not by the driver."""
    engine = create_engine(db.engine.url)

    @event.listens_for(engine, "connect")
    def leave_begin_to_us(connection: DBAPIConnection, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine

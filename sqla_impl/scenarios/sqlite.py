"""Where SQLite, or the way it is driven, behaves unlike a server, answered in SQLAlchemy."""

from sqlalchemy import select

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def sqlite_savepoint_escapes(db: Database, stage: Stage) -> None:
    """Python's sqlite3 sends no BEGIN before a SELECT or a SAVEPOINT, so the savepoint is a transaction of its own.

    Its RELEASE commits, and the Session's rollback() finds nothing to undo. SQLAlchemy documents two settings that
    send a BEGIN; neither is the default.
    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
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

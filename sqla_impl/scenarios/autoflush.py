"""What reading does to pending changes, answered in SQLAlchemy."""

from datetime import datetime

from sqlalchemy import select, text

from shared_scenarios.scenario import Mishap, Stage
from sqla_impl.database import Database
from sqla_impl.helpers import check_if_kol_is_vip, check_if_kol_is_vip_by_column
from sqla_impl.models import Kol

CHECKED_AT = datetime(2026, 1, 2, 3, 4, 5)


def read_helper_flushes_object(db: Database, stage: Stage) -> None:
    """Before a query the Session flushes what is pending, so that the query sees it; `autoflush=False` turns that off.

    The identity map gives the helper the caller's own object, with the change, in either configuration.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip(session, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        session.commit()
    stage.checkpoint("finished", kol=kol)


def read_helper_flushes_column(db: Database, stage: Stage) -> None:
    """A column comes from the row, not from the object, so autoflush sends the UPDATE first and the SELECT finds it.

    With `autoflush=False` the row is still the old one, and the helper gets the stored value.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip_by_column(session, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        session.commit()
    stage.checkpoint("finished", kol=kol)


def read_helper_flushes_then_failure(db: Database, stage: Stage) -> None:
    """An autoflush sends SQL but commits nothing: the exception ends the block, and the block rolls back.

    With `autoflush=False` no UPDATE was sent, so there is nothing to undo; in both nothing remains of the change.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#framing-out-a-begin-commit-rollback-block
    """
    with stage.attempt("finished"), db.Session.begin() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("loaded", kol=kol)
        kol.last_checked_at = CHECKED_AT
        stage.checkpoint("changed", kol=kol)
        is_vip = check_if_kol_is_vip(session, "@ada", stage)
        stage.checkpoint("answered", kol=kol, is_vip=is_vip)
        raise Mishap("after the helper had answered")


def autoflush_off_split_view(db: Database, stage: Stage) -> None:
    """With autoflush on, the first read sends the UPDATE, and every read after it agrees with memory.

    With `autoflush=False` a query for the object gives the changed object of the identity map, while a column and a
    filter are answered from the row as it is stored.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session() as session:
        kol = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        is_vip = session.scalars(select(Kol.is_vip).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("column-read", is_vip=is_vip)
        found = session.scalars(select(Kol).where(Kol.twitter_handle == "@ada")).one()
        stage.checkpoint("object-read", kol=kol, found=found)
        vips = session.scalars(select(Kol).where(Kol.is_vip)).all()
        stage.checkpoint("filter-read", matches=len(vips))
        session.commit()
    stage.checkpoint("finished")


def autoflush_error_in_a_read(db: Database, stage: Stage) -> None:
    """A query flushes the duplicate first; a failed flush rolls everything back, and the Session waits for rollback().

    With `autoflush=False` the queries answer and the flush fails in commit(): the earlier work is lost just the same.
    https://docs.sqlalchemy.org/en/21/faq/sessions.html#faq-session-rollback
    """
    with stage.attempt("finished"), db.Session() as session:
        session.add(Kol(twitter_handle="@grace"))
        session.flush()
        stage.checkpoint("earlier-work")
        session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("duplicate-made")
        with stage.attempt("read"):
            session.scalars(select(Kol)).all()
        with stage.attempt("read-again"):
            session.scalars(select(Kol)).all()
        session.commit()


def raw_sql_autoflush_orm(db: Database, stage: Stage) -> None:
    """From 2.1 on every Session.execute() flushes first, text() as well; before, only ORM queries did.

    With `autoflush=False` nothing is flushed before a query of any kind.
    https://docs.sqlalchemy.org/en/21/changelog/migration_21.html#change-9809
    """
    with db.Session() as session:
        session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("made")
        counted = session.execute(text("SELECT COUNT(*) FROM kols")).scalar_one()
        stage.checkpoint("read", counted=counted)
        session.commit()
    stage.checkpoint("finished")


def raw_sql_autoflush_connection(db: Database, stage: Stage) -> None:
    """The Connection is below the Session and knows nothing of its objects: nobody flushes.

    It works in the Session's transaction, so that an explicit flush() before it is enough.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#flushing
    """
    with db.Session() as session:
        session.add(Kol(twitter_handle="@ada"))
        stage.checkpoint("made")
        counted = session.connection().execute(text("SELECT COUNT(*) FROM kols")).scalar_one()
        stage.checkpoint("read", counted=counted)
        session.commit()
    stage.checkpoint("finished")

"""The error that comes with the COMMIT, answered in SQLAlchemy."""

from sqlalchemy import event

from shared_scenarios.scenario import Stage
from sqla_impl.database import Database
from sqla_impl.models import Kol, Tweet


def deferred_fk_at_commit_dangling_key(db: Database, stage: Stage) -> None:
    """A ForeignKey is checked with the statement, unless it says `deferrable=True, initially="DEFERRED"`.

    So PostgreSQL and MariaDB refuse the INSERT at the flush; SQLite checks nothing until a connection asks for it.
    https://docs.sqlalchemy.org/en/21/core/constraints.html#sqlalchemy.schema.ForeignKey.params.deferrable
    """
    tweet = Tweet(text="hello", kol_id=99999)
    with stage.attempt("left", row=tweet), db.Session.begin() as session:
        session.add(tweet)
        with stage.attempt("written", row=tweet):
            session.flush()


def deferred_fk_at_commit_refused(db: Database, stage: Stage) -> None:
    """An error of the COMMIT leaves the block like one of the flush, after a rollback; after_commit is not called.

    The object is transient again, with the key of the row that is not there still in it.
    https://docs.sqlalchemy.org/en/21/orm/session_basics.html#rolling-back
    """
    kol, hooks = Kol(twitter_handle="@ada"), list[str]()
    with stage.attempt("left", row=kol), db.Session.begin() as session:
        event.listen(session, "after_commit", lambda _: hooks.append("mail"), once=True)
        session.add(kol)
        session.flush()
        stage.checkpoint("written", row=kol)
    stage.checkpoint("finished", hook_runs=len(hooks))


def connection_lost_during_commit_before_the_server(db: Database, stage: Stage) -> None:
    """The block rolls back and raises; the error of a lost connection makes the pool drop that one and all older ones.

    The Session itself is fine: its next unit checks out a new connection.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    mails: list[str] = []
    with db.Session() as session:
        with stage.attempt("left"), session.begin():
            event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
            stage.checkpoint("written")
        runs = len(mails)
        with stage.attempt("next-unit"), session.begin():
            session.add(Kol(twitter_handle="@grace"))
    with stage.attempt("after-close"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@linus"))
    stage.checkpoint("finished", hook_runs=runs)


def connection_lost_during_commit_after_the_server(db: Database, stage: Stage) -> None:
    """An error is all that a driver has when no answer comes, so the block ends as if nothing was stored.

    The row is there, after_commit is not called for it, and the next unit has a new connection.
    https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-optimistic
    """
    mails: list[str] = []
    with db.Session() as session:
        with stage.attempt("left"), session.begin():
            event.listen(session, "after_commit", lambda _: mails.append("welcome"), once=True)
            session.add(Kol(twitter_handle="@ada"))
            session.flush()
            stage.checkpoint("written")
        runs = len(mails)
        with stage.attempt("next-unit"), session.begin():
            session.add(Kol(twitter_handle="@grace"))
    with stage.attempt("after-close"), db.Session.begin() as session:
        session.add(Kol(twitter_handle="@linus"))
    stage.checkpoint("finished", hook_runs=runs)

"""The error that comes with the COMMIT, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def deferred_fk_at_commit_dangling_key(db: Database, stage: Stage) -> None:
    """A foreign key is checked with the statement, unless the field says `deferrable='INITIALLY DEFERRED'`.

    So PostgreSQL and MariaDB refuse the INSERT; SQLite checks nothing until a connection asks for it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst#foreignkeyfield
    """
    tweet = Tweet(text="hello", kol=99999)
    with stage.attempt("left", row=tweet), db.atomic(), stage.attempt("written", row=tweet):
        tweet.save()


def deferred_fk_at_commit_refused(db: Database, stage: Stage) -> None:
    """When COMMIT fails, the block sends ROLLBACK and raises the error, and `after_commit()` hooks are discarded.

    The object keeps the key of the row that is not there, with no mark of it.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#running-code-after-commit
    """
    kol, hooks = Kol(twitter_handle="@ada"), list[str]()
    with stage.attempt("left", row=kol), db.atomic():
        db.after_commit(lambda: hooks.append("mail"))
        kol.save()
        stage.checkpoint("written", row=kol)
    stage.checkpoint("finished", hook_runs=len(hooks))


def connection_lost_during_commit_before_the_server(db: Database, stage: Stage) -> None:
    """The block raises, and the database object keeps the dead connection: later units fail until `close()` is called.

    After that the next query opens a new one.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    mails: list[str] = []
    with stage.attempt("left"), db.atomic():
        db.after_commit(lambda: mails.append("welcome"))
        Kol.create(twitter_handle="@ada")
        stage.checkpoint("written")
    with stage.attempt("next-unit"), db.atomic():
        Kol.create(twitter_handle="@grace")
    db.close()
    with stage.attempt("after-close"), db.atomic():
        Kol.create(twitter_handle="@linus")
    stage.checkpoint("finished", hook_runs=len(mails))


def connection_lost_during_commit_after_the_server(db: Database, stage: Stage) -> None:
    """The row is there, but the block raises as if nothing was stored: an error is all that a driver has.

    The dead connection is kept until it is closed, so each later unit fails.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    mails: list[str] = []
    with stage.attempt("left"), db.atomic():
        db.after_commit(lambda: mails.append("welcome"))
        Kol.create(twitter_handle="@ada")
        stage.checkpoint("written")
    with stage.attempt("next-unit"), db.atomic():
        Kol.create(twitter_handle="@grace")
    db.close()
    with stage.attempt("after-close"), db.atomic():
        Kol.create(twitter_handle="@linus")
    stage.checkpoint("finished", hook_runs=len(mails))

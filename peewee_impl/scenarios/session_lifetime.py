"""Who holds the connection, and what objects can do afterwards, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def commit_returns_connection(db: Database, stage: Stage) -> None:
    """Peewee holds one connection per thread: it is opened where it is first used and stays open until `close()`.

    A COMMIT ends the transaction and leaves the connection as it is.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    stage.checkpoint("idle", connection=db)
    with db.atomic():
        Kol.create(twitter_handle="@ada")
        stage.checkpoint("in-transaction", connection=db)
    stage.checkpoint("committed", connection=db)
    db.close()
    stage.checkpoint("closed", connection=db)


def close_detaches_column(db: Database, stage: Stage) -> None:
    """An object is plain memory and bound to no connection: what was loaded stays readable.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    with db.connection_context():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        assert kol.twitter_handle == "@ada"


def close_detaches_column_after_commit(db: Database, stage: Stage) -> None:
    """A COMMIT expires nothing: what was loaded stays in the object and is read without SQL.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    with db.connection_context(), db.atomic():
        kol = Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        assert kol.twitter_handle == "@ada"


def close_detaches_relation(db: Database, stage: Stage) -> None:
    """A foreign key is loaded where it is first touched; with no connection open, Peewee opens another for it.

    That is `autoconnect`, its default, and nothing closes this second connection.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/relationships.rst#lazy-loading
    """
    with db.connection_context():
        tweet = Tweet.get(Tweet.text == "hello")
        stage.checkpoint("loaded", subject=tweet)
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        assert tweet.kol.twitter_handle == "@ada"

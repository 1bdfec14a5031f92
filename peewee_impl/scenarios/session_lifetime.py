"""Who holds the connection, and what objects can do afterwards, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol, Tweet
from shared_scenarios.scenario import NotApplicable, Stage


def commit_returns_connection(db: Database, stage: Stage) -> None:
    """Peewee holds one connection per thread: it is opened where it is first used and stays open until `close()`.

    A COMMIT ends the transaction and leaves the connection as it is. Of a pooled database, `close()` gives it back.
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


def expire_on_commit_reload_plain(db: Database, stage: Stage) -> None:
    """A COMMIT does not touch objects: what was loaded is read from memory without SQL.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    with db.atomic():
        ada, linus = Kol.select().order_by(Kol.id)
        stage.checkpoint("loaded", ada=ada)
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


def expire_on_commit_reload_changed(db: Database, stage: Stage) -> None:
    """A COMMIT does not touch objects: they keep what was loaded, until they are queried or reloaded.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers
    """
    with db.atomic():
        ada, linus = Kol.select().order_by(Kol.id)
        stage.checkpoint("loaded", ada=ada)
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


expire_on_commit_reload_changed_expiry_off = NotApplicable(
    "a COMMIT expires nothing in Peewee, so that there is no expiry to turn off",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#context-managers",
)


def stale_read_in_long_session_block(db: Database, stage: Stage) -> None:
    """A query makes a new object from what it reads, and what that is, is for the database's isolation level to say.

    PostgreSQL reads what is committed by then; MariaDB, as Peewee leaves it, reads the snapshot of the transaction.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#postgresql-isolation-notes
    """
    with db.atomic():
        kol = Kol.get()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=Kol.get().is_vip)
        stage.checkpoint("column-queried", is_vip=Kol.select(Kol.is_vip).scalar())
        stage.checkpoint("refreshed", is_vip=Kol.get_by_id(kol.id).is_vip)
    with db.atomic():
        stage.checkpoint("next-transaction", is_vip=Kol.get().is_vip)


def stale_read_in_long_session_no_block(db: Database, stage: Stage) -> None:
    """Without a block each query is a transaction of its own and reads what is stored; it makes new objects of it.

    The object that was loaded first stays as it was: Peewee has no refresh, and it is queried again by its key.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    kol = Kol.get()
    stage.checkpoint("loaded", is_vip=kol.is_vip)
    stage.checkpoint("object-queried", is_vip=Kol.get().is_vip)
    stage.checkpoint("column-queried", is_vip=Kol.select(Kol.is_vip).scalar())
    stage.checkpoint("refreshed", is_vip=Kol.get_by_id(kol.id).is_vip)
    stage.checkpoint("next-transaction", is_vip=Kol.get().is_vip)

"""How long connections are held, how many there are, and who waits for them, answered in Peewee."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from peewee import Database, MySQLDatabase
from playhouse.pool import PooledMySQLDatabase, PooledPostgresqlDatabase  # type: ignore[import-untyped]  # not in its stubs

from peewee_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


def read_leaves_idle_in_transaction_plain(db: Database, stage: Stage) -> None:
    """The connection is in autocommit: a read leaves no transaction behind it, only the open connection.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with db.connection_context():
        list(Kol.select())
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


def read_leaves_idle_in_transaction_block(db: Database, stage: Stage) -> None:
    """`atomic()` has sent BEGIN, and the transaction is open until the block is left, whatever is done in it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with db.connection_context(), db.atomic():
        list(Kol.select())
        stage.checkpoint("read")
        stage.checkpoint("slow-work")
    stage.checkpoint("left")


def read_leaves_idle_in_transaction_left_first(db: Database, stage: Stage) -> None:
    """The block sends COMMIT when it is left, so that the work after it finds no transaction.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with db.atomic():
        list(Kol.select())
        stage.checkpoint("read")
    stage.checkpoint("slow-work")
    stage.checkpoint("left")


def pool_exhaustion_pool_of_two(db: Database, stage: Stage) -> None:
    """A pooled database gives each thread a connection, up to `max_connections`, and raises for the next at once.

    It waits if it is given a `timeout`.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/db_tools.rst#connection-pooling
    """
    postgresql = partial(PooledPostgresqlDatabase, prefer_psycopg3=True)
    kind = PooledMySQLDatabase if isinstance(db, MySQLDatabase) else postgresql
    pooled = kind(db.database, max_connections=2, **db.connect_params)
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second, ThreadPoolExecutor(1) as third:
        first.submit(_read, pooled).result()
        second.submit(_read, pooled).result()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            third.submit(_read, pooled).result()
        first.submit(pooled.close).result()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            third.submit(_read, pooled).result()
    pooled.close_all()


def pool_exhaustion_no_pool(db: Database, stage: Stage) -> None:
    """Without a pool each thread opens a connection when it first asks for one, and nobody counts them.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second, ThreadPoolExecutor(1) as third:
        first.submit(_read, db).result()
        second.submit(_read, db).result()
        stage.checkpoint("two-hold")
        with stage.attempt("third"):
            third.submit(_read, db).result()
        first.submit(db.close).result()
        stage.checkpoint("one-gave-back")
        with stage.attempt("third-again"):
            third.submit(_read, db).result()
        second.submit(db.close).result()
        third.submit(db.close).result()


def _read(db: Database) -> None:
    Kol.select().bind(db).count()


def commit_after_response_handler(db: Database, stage: Stage) -> None:
    """The handler's block is left, and its COMMIT sent, before the handler returns.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), db.atomic():
        Kol.create(twitter_handle="@ada")
    stage.checkpoint("ended")


def commit_after_response_handler_refused(db: Database, stage: Stage) -> None:
    """The COMMIT fails where the block is left, inside the handler, and is raised there.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    stage.checkpoint("received")
    with stage.attempt("responded"), db.atomic():
        Kol.create(twitter_handle="@ada")
    stage.checkpoint("ended")


def commit_after_response_around_request(db: Database, stage: Stage) -> None:
    """The documented frame opens the connection before the request and closes it after, and commits nothing.

    In autocommit the row is stored by the handler's own statement, before the answer.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#general-pattern-for-any-framework
    """
    db.connect()
    stage.checkpoint("received")
    with stage.attempt("responded"):
        Kol.create(twitter_handle="@ada")
    with stage.attempt("ended"):
        db.close()


def commit_after_response_around_request_fails(db: Database, stage: Stage) -> None:
    """The frame holds a connection and no transaction: what the handler wrote before it failed stays stored.

    A handler that must not leave half of its work needs an `atomic()` of its own.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#general-pattern-for-any-framework
    """
    db.connect()
    stage.checkpoint("received")
    with stage.attempt("responded"):
        Kol.create(twitter_handle="@ada")
        raise Mishap("after the first write")
    with stage.attempt("ended"):
        db.close()


def commit_after_response_around_request_refused(db: Database, stage: Stage) -> None:
    """The frame holds a connection and no transaction, so what fails, fails in the handler's own statement.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#general-pattern-for-any-framework
    """
    db.connect()
    stage.checkpoint("received")
    with stage.attempt("responded"):
        Kol.create(twitter_handle="@ada")
    with stage.attempt("ended"):
        db.close()


def stale_connection_after_restart_kept(db: Database, stage: Stage) -> None:
    """The database object keeps the connection of a thread until it is told to close it, whatever its driver says.

    So every unit fails from then on; `db.close()` ends that.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
    """
    Kol.select().count()
    stage.checkpoint("connected")
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit), db.atomic():
            Kol.create(twitter_handle=handle)


def stale_connection_after_restart_per_request(db: Database, stage: Stage) -> None:
    """The documented frame opens a connection for each request and closes it: none is left to end.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/framework_integration.rst#general-pattern-for-any-framework
    """
    with db.connection_context():
        Kol.select().count()
    stage.checkpoint("connected")
    for unit, handle in (("first", "@ada"), ("second", "@grace"), ("third", "@linus")):
        with stage.attempt(unit), db.connection_context(), db.atomic():
            Kol.create(twitter_handle=handle)

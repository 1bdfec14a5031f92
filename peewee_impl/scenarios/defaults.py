"""What happens if I do nothing special, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


def transaction_defaults_write(db: Database, stage: Stage) -> None:
    """Peewee drives the connection in autocommit: a statement outside a block is committed as it is sent.

    The scope here is a connection, which is no transaction; leaving it closes the connection and sends nothing.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with db.connection_context():
        Kol.create(twitter_handle="@grace")
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_read(db: Database, stage: Stage) -> None:
    """Outside a block no BEGIN is sent, so a read leaves nothing open behind it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with db.connection_context():
        Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_empty_block(db: Database, stage: Stage) -> None:
    """`atomic()` sends BEGIN when it is entered and COMMIT when it is left, whatever is between them.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with db.atomic():
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_reading_block(db: Database, stage: Stage) -> None:
    """`atomic()` sends BEGIN when it is entered, for a read as well, and COMMIT when it is left.

    On SQLite that BEGIN is deferred: no lock is taken before the first statement.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#sqlite-transaction-locking-modes
    """
    with db.atomic():
        Kol.get(Kol.twitter_handle == "@ada")
        stage.checkpoint("done")
    stage.checkpoint("left")


def ddl_implicit_commit(db: Database, stage: Stage) -> None:
    """SQLite and PostgreSQL roll a CREATE TABLE back with the block; MariaDB commits before it and ends the BEGIN.

    The connection is in autocommit, so that on MariaDB the next write is stored at once, inside the block as it is.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#autocommit-mode
    """
    with stage.attempt("failed"), db.atomic():
        Kol.create(twitter_handle="@ada")
        stage.checkpoint("first-written")
        db.execute_sql("CREATE TABLE notes (id INTEGER)")  # type: ignore[no-untyped-call]  # untyped in its stubs
        stage.checkpoint("table-made")
        Kol.create(twitter_handle="@grace")
        stage.checkpoint("second-written")
        raise Mishap("after the second write")

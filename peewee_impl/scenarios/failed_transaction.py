"""After a statement has failed inside a transaction, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol
from shared_scenarios.scenario import Stage

ADD_GRACE = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@grace', FALSE)"
ADD_ADA = "INSERT INTO kols (twitter_handle, is_vip) VALUES ('@ada', FALSE)"


def query_after_integrity_error_orm(db: Database, stage: Stage) -> None:
    """Peewee keeps no failed state of its own: SQLite and MariaDB undo the refused statement alone and go on.

    PostgreSQL refuses everything until the transaction ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#database-errors
    """
    with stage.attempt("left"), db.atomic():
        with stage.attempt("refused"):
            Kol.create(twitter_handle="@ada")
        with stage.attempt("queried"):
            Kol.get(Kol.twitter_handle == "@ada")


def query_after_integrity_error_raw(db: Database, stage: Stage) -> None:
    """Raw SQL runs on the same connection, and what it may do is for the database to say.

    SQLite and MariaDB undo the refused statement alone and answer; PostgreSQL refuses until the transaction ends.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#executing-sql
    """
    with stage.attempt("left"), db.atomic():
        with stage.attempt("refused"):
            Kol.create(twitter_handle="@ada")
        with stage.attempt("queried"):
            db.execute_sql("SELECT twitter_handle FROM kols").fetchall()  # type: ignore[no-untyped-call]  # untyped in its stubs


def query_after_integrity_error_savepoint(db: Database, stage: Stage) -> None:
    """The inner `atomic()` is a savepoint: the exception rolls back to it, and the transaction goes on.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        with stage.attempt("refused"), db.atomic():
            Kol.create(twitter_handle="@ada")
        with stage.attempt("queried"):
            Kol.get(Kol.twitter_handle == "@ada")


def swallowed_error_clean_exit_plain(db: Database, stage: Stage) -> None:
    """An exception that is caught inside never reaches the block, so the block commits.

    SQLite and MariaDB had undone the refused statement alone, so the first write is stored. PostgreSQL answers the
    COMMIT of a failed transaction with ROLLBACK, and nothing tells the caller.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    with stage.attempt("left"), db.atomic():
        Kol.create(twitter_handle="@grace")
        stage.checkpoint("first-written")
        with stage.attempt("refused"):
            Kol.create(twitter_handle="@ada")


def swallowed_error_clean_exit_savepoint(db: Database, stage: Stage) -> None:
    """The inner `atomic()` rolls back to its savepoint, the outer one commits what was written before it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/example.rst#storing-data
    """
    with stage.attempt("left"), db.atomic():
        Kol.create(twitter_handle="@grace")
        stage.checkpoint("first-written")
        with stage.attempt("refused"), db.atomic():
            Kol.create(twitter_handle="@ada")


def raw_error_commit_becomes_rollback_plain(db: Database, stage: Stage) -> None:
    """An exception that is caught inside never reaches the block, so that the block sends COMMIT.

    SQLite and MariaDB had undone the refused statement alone. PostgreSQL answers the COMMIT of a failed transaction
    with ROLLBACK; nobody looks at that answer, so that the block raises nothing and `after_commit()` hooks run.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#dbatomic
    """
    hooks: list[str] = []
    with stage.attempt("left"), db.atomic():
        db.after_commit(lambda: hooks.append("mail"))
        db.execute_sql(ADD_GRACE)  # type: ignore[no-untyped-call]  # untyped in its stubs
        stage.checkpoint("first-written")
        with stage.attempt("refused"):
            db.execute_sql(ADD_ADA)  # type: ignore[no-untyped-call]  # untyped in its stubs
    stage.checkpoint("finished", hook_runs=len(hooks))


def raw_error_commit_becomes_rollback_savepoint(db: Database, stage: Stage) -> None:
    """The inner `atomic()` rolls the failed statement back to its savepoint, and the COMMIT stores the rest.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    hooks: list[str] = []
    with stage.attempt("left"), db.atomic():
        db.after_commit(lambda: hooks.append("mail"))
        db.execute_sql(ADD_GRACE)  # type: ignore[no-untyped-call]  # untyped in its stubs
        stage.checkpoint("first-written")
        with stage.attempt("refused"), db.atomic():
            db.execute_sql(ADD_ADA)  # type: ignore[no-untyped-call]  # untyped in its stubs
    stage.checkpoint("finished", hook_runs=len(hooks))

"""Blocks inside blocks, answered in Peewee."""

from contextlib import suppress

from peewee import Database, IntegrityError

from peewee_impl.models import Kol
from shared_scenarios.scenario import Mishap, NotApplicable, Stage


def skip_duplicate_with_savepoint_kept(db: Database, stage: Stage) -> None:
    """An `atomic()` inside another is a savepoint: a refused row is undone to there, and what came before it stays.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with db.atomic():
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), db.atomic():
                Kol.create(twitter_handle=handle)
        stage.checkpoint("imported")
    stage.checkpoint("left")


def skip_duplicate_with_savepoint_failed(db: Database, stage: Stage) -> None:
    """The inner blocks are savepoints of the outermost block's transaction, and its rollback takes them with it.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        for handle in ("@grace", "@ada", "@linus"):
            with suppress(IntegrityError), db.atomic():
                Kol.create(twitter_handle=handle)
        stage.checkpoint("imported")
        raise Mishap("after the import")


def inner_block_is_not_durable_caller_fails(db: Database, stage: Stage) -> None:
    """An `atomic()` inside another is a savepoint: its end releases it, and only the outermost block commits.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        Kol.create(twitter_handle="@grace")
        with db.atomic():
            Kol.create(twitter_handle="@linus")
        stage.checkpoint("inner-left")
        raise Mishap("after the helper's block")


inner_block_is_not_durable_guarded = NotApplicable(
    "Peewee has no block that insists on being the outermost; a helper can ask `db.in_transaction()` first",
    "https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/api.rst?plain=1#L492",
)


def commit_inside_block_goes_on(db: Database, stage: Stage) -> None:
    """`commit()` on what the outermost `atomic()` gives commits at once, and the next transaction begins with it.

    The end of the block commits only what came after.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    with stage.attempt("left"), db.atomic() as transaction:
        Kol.create(twitter_handle="@grace")
        with stage.attempt("committed"):
            transaction.commit()
        with stage.attempt("written"):
            Kol.create(twitter_handle="@linus")


def commit_inside_block_fails(db: Database, stage: Stage) -> None:
    """`commit()` on what the outermost `atomic()` gives commits at once, and the next transaction begins with it.

    The failure undoes only what came after.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#manual-commit--rollback
    """
    with stage.attempt("left"), db.atomic() as transaction:
        Kol.create(twitter_handle="@grace")
        with stage.attempt("committed"):
            transaction.commit()
        with stage.attempt("written"):
            Kol.create(twitter_handle="@linus")
        raise Mishap("after the second write")


def nested_without_savepoint_plain(db: Database, stage: Stage) -> None:
    """`transaction()` does not nest: inside another one it sends nothing, neither at its beginning nor when it fails.

    So the outer block commits what the failed inner one wrote; the documentation recommends `atomic()` instead.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#explicit-transaction
    """
    with stage.attempt("left"), db.transaction():
        Kol.create(twitter_handle="@grace")
        with stage.attempt("inner-failed"), db.transaction():
            Kol.create(twitter_handle="@linus")
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            Kol.select().count()


def nested_without_savepoint_savepoint(db: Database, stage: Stage) -> None:
    """`atomic()` inside another one is a savepoint, to which its failure rolls back; the outer block goes on.

    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/transactions.rst#nesting-transactions
    """
    with stage.attempt("left"), db.atomic():
        Kol.create(twitter_handle="@grace")
        with stage.attempt("inner-failed"), db.atomic():
            Kol.create(twitter_handle="@linus")
            raise Mishap("in the inner block")
        with stage.attempt("queried"):
            Kol.select().count()

"""What a transaction is spared, and what it makes others wait for, answered in Django."""

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def lock_needs_transaction_no_block(db: Database, stage: Stage) -> None:
    """In autocommit the lock would be gone at once, so Django refuses to send `select_for_update()` there.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """
    with stage.attempt("locked"):
        Kol.objects.select_for_update().get(pk=1)
    stage.checkpoint("left")


def lock_needs_transaction_in_block(db: Database, stage: Stage) -> None:
    """The lock is held until the outermost atomic block ends.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """
    with transaction.atomic(), stage.attempt("locked"):
        Kol.objects.select_for_update().get(pk=1)
    stage.checkpoint("left")


def isolation_default_per_orm(db: Database, stage: Stage) -> None:
    """Django sets READ COMMITTED on MariaDB when it connects, and PostgreSQL has it by itself: both see the new value.

    On SQLite the block begins a transaction for real, and what it has read nobody can change until it ends.
    https://docs.djangoproject.com/en/5.2/ref/databases/#mysql-isolation-level
    """
    is_vip = Kol.objects.values_list("is_vip", flat=True)
    with transaction.atomic():
        stage.checkpoint("read", is_vip=is_vip.get(pk=1))
        stage.checkpoint("read-again", is_vip=is_vip.get(pk=1))


def serialization_failure_at_commit(db: Database, stage: Stage) -> None:
    """The COMMIT fails as any statement can: the block rolls back and raises, and the connection goes on.

    Django sets a level for a whole connection; for one transaction it is sent as SQL, before anything else.
    https://docs.djangoproject.com/en/5.2/ref/databases/#database-isolation-level
    """
    with stage.attempt("left"), transaction.atomic():
        with db.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        kols = list(Kol.objects.order_by("pk"))
        stage.checkpoint("read", kols=kols)
        kols[0].is_vip = True
        kols[0].save()
        stage.checkpoint("written", kols=kols)
    with stage.attempt("next-unit"), transaction.atomic():
        Kol.objects.count()


def deadlock_in_nested_block_caught_between(db: Database, stage: Stage) -> None:
    """MariaDB's deadlock undoes the whole transaction; Django finds its savepoint gone and marks the block broken.

    It refuses the next query and sends ROLLBACK at the end. The block raises nothing when it is left.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.filter(pk=1).update(is_vip=True)
        stage.checkpoint("first-written")
        with stage.attempt("deadlocked"), transaction.atomic():
            Kol.objects.filter(pk=2).update(is_vip=True)
        with stage.attempt("written-after"):
            Tweet.objects.create(text="later", kol_id=1)


def deadlock_in_nested_block_let_out(db: Database, stage: Stage) -> None:
    """The error leaves the outermost block, which sends ROLLBACK, and so the caller hears of it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        Kol.objects.filter(pk=1).update(is_vip=True)
        stage.checkpoint("first-written")
        with transaction.atomic():
            Kol.objects.filter(pk=2).update(is_vip=True)
        Tweet.objects.create(text="later", kol_id=1)


def retry_whole_transaction_made_anew(db: Database, stage: Stage) -> None:
    """The deadlock has ended the transaction, and the block with it: the retry stands around a block of its own.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("failed"), transaction.atomic():
        Tweet.objects.create(text="later", kol_id=1)
        stage.checkpoint("first-written")
        Kol.objects.filter(pk=2).update(is_vip=True)
    with stage.attempt("retried"), transaction.atomic():
        Tweet.objects.create(text="later", kol_id=1)
        Kol.objects.filter(pk=2).update(is_vip=True)


def retry_whole_transaction_same_object(db: Database, stage: Stage) -> None:
    """The object has kept the key of the first attempt, so `save()` tries an UPDATE; as that finds no row, it inserts.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    tweet = Tweet(text="later", kol_id=1)
    with stage.attempt("failed", tweet=tweet), transaction.atomic():
        tweet.save()
        stage.checkpoint("first-written", tweet=tweet)
        Kol.objects.filter(pk=2).update(is_vip=True)
    with stage.attempt("retried", tweet=tweet), transaction.atomic():
        tweet.save()
        Kol.objects.filter(pk=2).update(is_vip=True)


def retry_whole_transaction_statement_only(db: Database, stage: Stage) -> None:
    """After a database error in the block Django refuses every query until it is left, the retry among them.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("retried"), transaction.atomic():
        Tweet.objects.create(text="later", kol_id=1)
        stage.checkpoint("first-written")
        grace = Kol.objects.filter(pk=2)
        with stage.attempt("failed"):
            grace.update(is_vip=True)
        grace.update(is_vip=True)

"""While somebody else writes the same rows, answered in Django."""

from django.db import transaction
from django.db.models import F

from django_impl.database import Database
from django_impl.helpers import Conflict
from django_impl.models import Counter, Kol, Profile
from shared_scenarios.scenario import Stage


def two_columns_two_writers_plain(db: Database, stage: Stage) -> None:
    """`save()` writes every field from memory, for Django does not keep account of which were changed.

    What another worker wrote since the object was loaded is written back to its old value, without a word.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save()


def two_columns_two_writers_changed_only(db: Database, stage: Stage) -> None:
    """With `update_fields` the UPDATE names those columns alone, and what another worker wrote to others stays.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save(update_fields=["is_vip"])


def two_columns_two_writers_no_change(db: Database, stage: Stage) -> None:
    """Django does not know that nothing was changed: `save()` sends the whole row as it was loaded.

    So even a save of nothing takes back what another worker has written meanwhile.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#saving-objects
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with stage.attempt("saved", kol=kol):
        kol.save()


def row_deleted_elsewhere_plain(db: Database, stage: Stage) -> None:
    """`save()` of an object with a key tries an UPDATE; as that matches no row, it sends an INSERT.

    The row that somebody has deleted is back, under its old key.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save()


def row_deleted_elsewhere_changed_only(db: Database, stage: Stage) -> None:
    """`update_fields` forces an UPDATE, and one that matches no row is an error, a `DatabaseError` in every version.

    From Django 6.0 on it is `Kol.NotUpdated`, which is a `DatabaseError` too.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#specifying-which-fields-to-save
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    kol.is_vip = True
    with stage.attempt("saved", kol=kol):
        kol.save(update_fields=["is_vip"])


def get_or_create_race_by_itself(db: Database, stage: Stage) -> None:
    """`get_or_create()` puts its INSERT in an atomic block; when that is refused, it gets the row again.

    It relies on a unique constraint: without one there would be two rows.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#get-or-create
    """
    kol = None
    stage.checkpoint("started")
    with stage.attempt("asked"):
        kol, _ = Kol.objects.get_or_create(twitter_handle="@ada")
    stage.checkpoint("got", kol=kol)


def get_or_create_race_in_block(db: Database, stage: Stage) -> None:
    """In a block the INSERT stands in a savepoint, and READ COMMITTED lets the second SELECT see the other row.

    That is the level of both servers here: PostgreSQL's own default, and the one that Django sets on MariaDB.
    https://docs.djangoproject.com/en/5.2/ref/databases/#mysql-isolation-level
    """
    kol = None
    with stage.attempt("asked"), transaction.atomic():
        stage.checkpoint("started")
        kol, _ = Kol.objects.get_or_create(twitter_handle="@ada")
    stage.checkpoint("got", kol=kol)


def lost_update_counter_read_modify_write(db: Database, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one; `select_for_update()` would have made the other wait.
    https://docs.djangoproject.com/en/5.2/ref/models/expressions/#avoiding-race-conditions-using-f
    """
    with stage.attempt("left"), transaction.atomic():
        counter = Counter.objects.get(pk=1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets += 1
        counter.save()


def lost_update_counter_expression(db: Database, stage: Stage) -> None:
    """An `F()` expression goes into the UPDATE: the database adds to what it has by then, not to what was read.

    https://docs.djangoproject.com/en/5.2/ref/models/expressions/#avoiding-race-conditions-using-f
    """
    with stage.attempt("left"), transaction.atomic():
        counter = Counter.objects.get(pk=1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets = F("tweets") + 1
        counter.save()


def lost_update_counter_locked(db: Database, stage: Stage) -> None:
    """`select_for_update()` waits for who has locked the row, and then reads what that one has stored.

    It does so at every isolation level of either server.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """
    with stage.attempt("left"), transaction.atomic():
        stage.checkpoint("before-writing")
        counter = Counter.objects.select_for_update().get(pk=1)
        counter.tweets += 1
        counter.save()


def optimistic_version_overtaken(db: Database, stage: Stage) -> None:
    """Django counts no versions: the UPDATE is told to look for the one that was loaded, and its count of rows is read.

    `update()` gives the number of rows that it has matched, on MariaDB too.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    profile = Profile.objects.get(pk=1)
    stage.checkpoint("loaded", profile=profile)
    with stage.attempt("saved", profile=profile):
        same = Profile.objects.filter(pk=profile.pk, version=profile.version)
        if not same.update(bio="mine", version=F("version") + 1):
            raise Conflict("somebody else has saved a newer version")


def optimistic_version_undisturbed(db: Database, stage: Stage) -> None:
    """The UPDATE is told to look for the version that was loaded, and to set the next one; it matches one row.

    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    profile = Profile.objects.get(pk=1)
    stage.checkpoint("loaded", profile=profile)
    with stage.attempt("saved", profile=profile):
        same = Profile.objects.filter(pk=profile.pk, version=profile.version)
        if not same.update(bio="mine", version=F("version") + 1):
            raise Conflict("somebody else has saved a newer version")


def matched_vs_changed_rows(db: Database, stage: Stage) -> None:
    """`update()` gives the number of rows which the filter has matched, on every database.

    MariaDB would count only those that it has changed; Django asks it for the others when it connects.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    ada = Kol.objects.filter(twitter_handle="@ada")
    stage.checkpoint("first", count=ada.update(is_vip=True))
    stage.checkpoint("second", count=ada.update(is_vip=True))

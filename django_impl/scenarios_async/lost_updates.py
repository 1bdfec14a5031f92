"""One of two changes is lost, or it is noticed in time, answered in Django with asyncio."""

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F

from django_impl.database import Database
from django_impl.helpers import Conflict
from django_impl.models import Counter, Kol, Profile
from shared_scenarios.scenario import Stage


async def lost_update_counter_read_modify_write(db: Database, stage: Stage) -> None:
    """A transaction at the default level of either server does not keep others from writing what was read in it.

    The new value was worked out in memory, from the old one. That the block is one synchronous function locks no row.
    https://docs.djangoproject.com/en/5.2/ref/models/expressions/#avoiding-race-conditions-using-f
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        counter = Counter.objects.get(pk=1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets += 1
        counter.save()

    with stage.attempt("left"):
        await unit()


async def lost_update_counter_expression(db: Database, stage: Stage) -> None:
    """An `F()` expression goes into the UPDATE: the database adds to what it has by then, not to what was read.

    https://docs.djangoproject.com/en/5.2/ref/models/expressions/#avoiding-race-conditions-using-f
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        counter = Counter.objects.get(pk=1)
        stage.checkpoint("before-writing", counter=counter)
        counter.tweets = F("tweets") + 1
        counter.save()

    with stage.attempt("left"):
        await unit()


async def lost_update_counter_locked(db: Database, stage: Stage) -> None:
    """`select_for_update()` waits for who has locked the row, and then reads what that one has stored.

    It does so at the default isolation level of either server; at a higher one PostgreSQL refuses the row instead.
    Django's thread waits, and the event loop does not.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
    """

    @sync_to_async
    @transaction.atomic
    def unit() -> None:
        stage.checkpoint("before-writing")
        counter = Counter.objects.select_for_update().get(pk=1)
        counter.tweets += 1
        counter.save()

    with stage.attempt("left"):
        await unit()


async def optimistic_version_overtaken(db: Database, stage: Stage) -> None:
    """Django counts no versions: the UPDATE is told to look for the one that was loaded, and its count of rows is read.

    `aupdate()` gives the number of rows that it has matched, on MariaDB too.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    profile = await Profile.objects.aget(pk=1)
    stage.checkpoint("loaded", profile=profile)
    with stage.attempt("saved", profile=profile):
        same = Profile.objects.filter(pk=profile.pk, version=profile.version)
        if not await same.aupdate(bio="mine", version=F("version") + 1):
            raise Conflict("somebody else has saved a newer version")


async def optimistic_version_undisturbed(db: Database, stage: Stage) -> None:
    """The UPDATE is told to look for the version that was loaded, and to set the next one; it matches one row.

    It needs no block, and so can be awaited.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    profile = await Profile.objects.aget(pk=1)
    stage.checkpoint("loaded", profile=profile)
    with stage.attempt("saved", profile=profile):
        same = Profile.objects.filter(pk=profile.pk, version=profile.version)
        if not await same.aupdate(bio="mine", version=F("version") + 1):
            raise Conflict("somebody else has saved a newer version")


async def matched_vs_changed_rows(db: Database, stage: Stage) -> None:
    """`aupdate()` gives the number of rows which the filter has matched, on every database.

    MariaDB would count only those that it has changed; Django asks it for the others when it connects.
    https://docs.djangoproject.com/en/5.2/ref/models/querysets/#update
    """
    ada = Kol.objects.filter(twitter_handle="@ada")
    stage.checkpoint("first", count=await ada.aupdate(is_vip=True))
    stage.checkpoint("second", count=await ada.aupdate(is_vip=True))

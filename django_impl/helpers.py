"""What answers call that is not the question itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models.signals import post_save

from django_impl.models import Kol
from shared_scenarios.scenario import Stage


def check_if_kol_is_vip(handle: str, stage: Stage) -> bool:
    """Only reads: the KOL."""
    kol = Kol.objects.get(twitter_handle=handle)
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return kol.is_vip


def check_if_kol_is_vip_by_column(handle: str, stage: Stage) -> bool:
    """Only reads: the column."""
    is_vip = Kol.objects.values_list("is_vip", flat=True).get(twitter_handle=handle)
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip


@contextmanager
def handles_signalled() -> Iterator[list[str]]:
    """The handles for which a signal was received."""
    fired: list[str] = []

    def note(sender: object, instance: Kol, **more: object) -> None:
        fired.append(instance.twitter_handle)

    post_save.connect(note, sender=Kol)
    try:
        yield fired
    finally:
        post_save.disconnect(note, sender=Kol)


class Conflict(Exception):
    """What an answer raises where Django leaves it to its user to notice that somebody else was first."""

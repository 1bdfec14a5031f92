"""What answers call that is not the question itself."""

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


class Conflict(Exception):
    """What an answer raises where Django leaves it to its user to notice that somebody else was first."""

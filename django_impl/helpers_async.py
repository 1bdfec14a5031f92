"""What asynchronous answers call that is not the question itself."""

from collections.abc import Sequence

from django_impl.models import Kol
from shared_scenarios.scenario import Scalar, Stage


async def check_if_kol_is_vip(handle: str, stage: Stage) -> bool:
    """Only reads: the KOL, awaited."""
    kol = await Kol.objects.aget(twitter_handle=handle)
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return kol.is_vip


async def check_if_kol_is_vip_by_column(handle: str, stage: Stage) -> bool:
    """Only reads: the column, awaited."""
    is_vip = await Kol.objects.values_list("is_vip", flat=True).aget(twitter_handle=handle)
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip


def told(results: Sequence[object]) -> dict[str, Scalar]:
    """How many of several tasks answered, and what the others raised."""
    raised = [type(result).__name__ for result in results if isinstance(result, BaseException)]
    return {"answered": len(results) - len(raised), "exception": ", ".join(dict.fromkeys(raised))}

"""What answers call that is not the question itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from peewee import Model
from playhouse.signals import post_save  # type: ignore[import-untyped]  # not in its stubs

from peewee_impl.models import Kol
from shared_scenarios.scenario import Stage


def check_if_kol_is_vip(handle: str, stage: Stage) -> bool:
    """Only reads: the KOL as an object."""
    kol = Kol.get(Kol.twitter_handle == handle)
    stage.checkpoint("in-helper", kol=kol, is_vip=kol.is_vip)
    return kol.is_vip


def check_if_kol_is_vip_by_column(handle: str, stage: Stage) -> bool:
    """Only reads: the one column."""
    is_vip: bool = Kol.select(Kol.is_vip).where(Kol.twitter_handle == handle).scalar()
    stage.checkpoint("in-helper", is_vip=is_vip)
    return is_vip


@contextmanager
def handles_signalled(kind: type[Model]) -> Iterator[list[str]]:
    """The handles for which a signal of this model was received."""
    fired: list[str] = []

    def note(sender: object, instance: Kol, created: bool) -> None:
        fired.append(instance.twitter_handle)

    post_save.connect(note, sender=kind)
    try:
        yield fired
    finally:
        post_save.disconnect(note, sender=kind)

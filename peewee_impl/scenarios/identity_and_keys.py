"""Objects, keys and which row is whose, answered in Peewee."""

from peewee import Database

from peewee_impl.models import Kol
from shared_scenarios.scenario import Stage


def key_before_commit(db: Database, stage: Stage) -> None:
    """`save()` sends the INSERT at once and puts the last inserted row id on the object.

    There is no flush to wait for; the block only delays the COMMIT, and with it what others see.
    https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/writing.rst#creating-a-single-row
    """
    with db.atomic():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        kol.save()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)

"""Objects, keys and which row is whose, answered in Django."""

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage


def key_before_commit(db: Database, stage: Stage) -> None:
    """`save()` sends the INSERT at once and sets the key from what it returns; the block commits when it is left.

    Django has no flush: saving is the sending, and committing is the block's business.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#auto-incrementing-primary-keys
    """
    with transaction.atomic():
        kol = Kol(twitter_handle="@ada")
        stage.checkpoint("built", kol=kol)
        kol.save()
        stage.checkpoint("sent", kol=kol)
    stage.checkpoint("committed", kol=kol)

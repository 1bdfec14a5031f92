"""Objects seen without touching them: a deferred field that is read sends SQL, `__dict__` and `_state` do not."""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from shared_scenarios.scenario import Look


def look(subject: object) -> Look | None:
    """A model's fields with the one flag that Django keeps about it, or whether the connection is open."""
    if subject is connection or isinstance(subject, BaseDatabaseWrapper):
        return _look_at_connection(subject)
    return _look_at_model(subject) if isinstance(subject, Model) else None


def _look_at_model(subject: Model) -> Look:
    columns = [field.attname for field in subject._meta.concrete_fields]
    loaded = {name: subject.__dict__[name] for name in columns if name in subject.__dict__}
    pk = subject._meta.pk
    return Look(
        type(subject).__name__,
        "adding" if subject._state.adding else "not adding",
        loaded,
        key=loaded.get(pk.attname),
        expired=sorted(subject.get_deferred_fields()),
    )


def _look_at_connection(subject: BaseDatabaseWrapper) -> Look:
    if subject.connection is None:
        return Look("Connection", "closed", {"held": 0})
    return Look("Connection", "in atomic block" if subject.in_atomic_block else "autocommit", {"held": 1})

"""Objects seen without touching them: `kol.tweets` and `tweet.kol` may send SQL, `__data__` never does.

Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/relationships.rst#lazy-loading
"""

from peewee import Database, Model

from shared_scenarios.scenario import Look


def look(subject: object) -> Look | None:
    """A model's values and what is dirty of it, or whether this thread has a connection of the database."""
    if isinstance(subject, Model):
        return _look_at_object(subject)
    if isinstance(subject, Database):
        closed = subject.is_closed()
        return Look(type(subject).__name__, "closed" if closed else "open", {"held": int(not closed)})
    return None


def _look_at_object(subject: Model) -> Look:
    """Peewee knows no state of an object but which fields were set since it was loaded or saved."""
    fields = [field for field in subject._meta.sorted_fields if field.name in subject.__data__]
    return Look(
        type(subject).__name__,
        "dirty" if subject.is_dirty() else "clean",
        {field.column_name: subject.__data__[field.name] for field in fields},
        key=subject.__data__.get("id"),
        changed=sorted(field.column_name for field in subject.dirty_fields),
    )

"""The tables as Peewee models.

Which database they live in is known only when a target is opened: until then a proxy stands in its place.
Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/models.rst,
https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#initializing-the-database
"""

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DatabaseProxy,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
)
from playhouse import signals  # type: ignore[import-untyped]  # not in its stubs

database_proxy = DatabaseProxy()


class BaseModel(Model):
    """What both tables share. Peewee would add the key by itself; declared, type checkers see it too."""

    id = AutoField()

    class Meta:
        """Peewee's own place for settings; subclasses inherit the database."""

        database = database_proxy


class Kol(BaseModel):
    """A key opinion leader."""

    twitter_handle = CharField(max_length=50, unique=True)
    is_vip = BooleanField(default=False)
    last_checked_at = DateTimeField(null=True)

    class Meta:
        """The table's name; by default it would be `kol`."""

        table_name = "kols"


class SignallingKol(signals.Model, Kol):  # type: ignore[misc]  # untyped, as above
    """The same table; `playhouse.signals` sends its signals only for models that inherit from its own.

    Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/orm_utils.rst#signals
    """

    class Meta:
        """Both as in `Kol`; `signals.Model` has neither."""

        database = database_proxy
        table_name = "kols"


class Tweet(BaseModel):
    """What a KOL wrote. `kol` is the object, `kol_id` its key and the name of the column."""

    text = CharField(max_length=280)
    kol = ForeignKeyField(Kol, backref="tweets")

    class Meta:
        """The table's name; by default it would be `tweet`."""

        table_name = "tweets"


class Counter(BaseModel):
    """A number that several workers add to."""

    tweets = IntegerField()

    class Meta:
        """The table's name; by default it would be `counter`."""

        table_name = "counters"


class ConflictDetectedException(Exception):
    """Somebody else has saved a newer version."""


class Profile(BaseModel):
    """A text that several people edit, and the number of its version.

    Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#optimistic-locking
    """

    bio = CharField(max_length=280)
    version = IntegerField()

    class Meta:
        """The table's name; by default it would be `profile`."""

        table_name = "profiles"

    def save_optimistic(self) -> None:
        """The recipe of the documentation: the UPDATE finds the row only in the version that was loaded."""
        changed = {field.name: getattr(self, field.name) for field in self.dirty_fields}
        query = Profile.update(**changed, version=Profile.version + 1)
        if not query.where((Profile.version == self.version) & (Profile.id == self.id)).execute():
            raise ConflictDetectedException
        self.version += 1

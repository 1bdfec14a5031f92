"""The tables as Peewee models with a-methods; a proxy stands for the database, as in the synchronous models.

Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#async-model-methods
"""

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DatabaseProxy,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
)
from playhouse import signals  # type: ignore[import-untyped]  # Peewee's stubs leave playhouse out
from playhouse.pwasyncio import AsyncModel  # type: ignore[import-untyped]  # as above

from peewee_impl.models import ConflictDetectedException

database_proxy = DatabaseProxy()


class BaseModel(AsyncModel):  # type: ignore[misc]  # untyped, as above
    """What the tables share. The proxy's own `Model` would be the synchronous one."""

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


class Profile(BaseModel):
    """A text that several people edit, and the number of its version.

    Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/recipes.rst#optimistic-locking
    """

    bio = CharField(max_length=280)
    version = IntegerField()

    class Meta:
        """The table's name; by default it would be `profile`."""

        table_name = "profiles"

    async def asave_optimistic(self) -> None:
        """The recipe of the documentation, awaited: the UPDATE finds the row only in the version that was loaded."""
        changed = {field.name: getattr(self, field.name) for field in self.dirty_fields}
        query = Profile.update(**changed, version=Profile.version + 1)
        if not await query.where((Profile.version == self.version) & (Profile.id == self.id)).aexecute():
            raise ConflictDetectedException
        self.version += 1

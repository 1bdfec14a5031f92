"""The two tables as Peewee models with a-methods; a proxy stands for the database, as in the synchronous models.

Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/asyncio.rst#async-model-methods
"""

from peewee import AutoField, BooleanField, CharField, DatabaseProxy, DateTimeField, ForeignKeyField
from playhouse.pwasyncio import AsyncModel  # type: ignore[import-untyped]  # Peewee's stubs leave playhouse out

database_proxy = DatabaseProxy()


class BaseModel(AsyncModel):  # type: ignore[misc]  # it has no type, as said above
    """What both tables share. The proxy's own `Model` would be the synchronous one."""

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


class Tweet(BaseModel):
    """What a KOL wrote. `kol` is the object, `kol_id` its key and the name of the column."""

    text = CharField(max_length=280)
    kol = ForeignKeyField(Kol, backref="tweets")

    class Meta:
        """The table's name; by default it would be `tweet`."""

        table_name = "tweets"

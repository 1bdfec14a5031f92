"""Peewee opened on a target: one database object, which holds one connection per thread.

Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
"""

from typing import Any

from peewee import Database, SqliteDatabase

from peewee_impl.look import look
from peewee_impl.models import Kol, Tweet, database_proxy
from shared_scenarios.scenario import Look, Target

DATABASES: dict[str, type[Database]] = {"sqlite": SqliteDatabase}


class PeeweeBackend:
    """Peewee connects when it is first used (`autoconnect`, its default); answers close only where they show that."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create_schema(self) -> None:
        self.database.create_tables([Kol, Tweet])

    def release(self) -> None:
        self.database.close()

    def look(self, subject: object) -> Look | None:
        return look(subject)


def open_peewee(target: Target, **options: Any) -> PeeweeBackend:
    """The database; options are those of its class. The models belong to the one that was opened last."""
    database = DATABASES[target.kind](target.url, **options)
    database_proxy.initialize(database)
    return PeeweeBackend(database)

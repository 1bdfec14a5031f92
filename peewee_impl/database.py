"""Peewee opened on a target: one database object, which holds one connection per thread.

Source: https://github.com/coleifer/peewee/blob/4.5.3/docs/peewee/database.rst#connection-lifecycle
"""

from typing import Any
from urllib.parse import unquote, urlsplit

from peewee import Database, MySQLDatabase, PostgresqlDatabase, SqliteDatabase
from playhouse.pool import (  # type: ignore[import-untyped]  # not in its stubs
    PooledDatabase,
    PooledMySQLDatabase,
    PooledPostgresqlDatabase,
    PooledSqliteDatabase,
)

from peewee_impl.look import look
from peewee_impl.models import Counter, Kol, Profile, SignallingKol, Tweet, database_proxy
from shared_scenarios.scenario import Look, Target

DATABASES: dict[str, type[Database]] = {
    "sqlite": SqliteDatabase,
    "postgresql": PostgresqlDatabase,
    "mariadb": MySQLDatabase,
}
TABLES = (Kol, Tweet, Counter, Profile)
POOLED: dict[str, type[Database]] = {
    "sqlite": PooledSqliteDatabase,
    "postgresql": PooledPostgresqlDatabase,
    "mariadb": PooledMySQLDatabase,
}
# Which driver it is must not depend on what else is installed. The line to the target has no TLS; PyMySQL would still
# read every certificate of the system for each connection.
MORE: dict[str, dict[str, Any]] = {"postgresql": {"prefer_psycopg3": True}, "mariadb": {"ssl_disabled": True}}


class PeeweeBackend:
    """Peewee connects when it is first used (`autoconnect`, its default); answers close only where they show that."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create_schema(self) -> None:
        self.database.create_tables(TABLES)

    def release(self) -> None:
        if isinstance(self.database, PooledDatabase):
            self.database.close_all()
        else:
            self.database.close()

    def look(self, subject: object) -> Look | None:
        return look(subject)


def place(target: Target) -> dict[str, Any]:
    """Where the target is, as arguments of Peewee's database classes."""
    if target.kind == "sqlite":
        return {"database": target.url}
    parts = urlsplit(target.url)
    return {
        "database": parts.path.strip("/"),
        "host": parts.hostname,
        "port": parts.port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }


def open_peewee(target: Target, pooled: bool = False, only_save_dirty: bool = False, **options: Any) -> PeeweeBackend:
    """The database, or the one with a pool; what is not a setting of the models, is an option of its class.

    The models belong to the database that was opened last, and have its setting: `_meta` is where `class Meta` ends up.
    """
    kind = (POOLED if pooled else DATABASES)[target.kind]
    database = kind(**place(target), **MORE.get(target.kind, {}), **options)
    database_proxy.initialize(database)
    for model in (*TABLES, SignallingKol):
        model._meta.only_save_dirty = only_save_dirty
    return PeeweeBackend(database)

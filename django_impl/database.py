"""Django opened on a target: its default connection leads there while a scenario plays.

Source: https://docs.djangoproject.com/en/5.2/topics/settings/#calling-django-setup-is-required-for-standalone-django-usage
"""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS as ALIAS
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from django_impl.look import look
from shared_scenarios.scenario import Look, Target

ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgresql": "django.db.backends.postgresql",
    "mariadb": "django.db.backends.mysql",
}
Database = BaseDatabaseWrapper


class DjangoBackend:
    """Django's default connection, lent to the target from when somebody asks for it until `release`.

    Giving it back matters where somebody else has configured Django: a test runner still has to find its own.
    """

    def __init__(self, target: Target, *, ATOMIC_REQUESTS: bool = False, **options: object) -> None:  # noqa: N803  # the setting's name
        place = {"ENGINE": ENGINES[target.kind], **_place(target), "ATOMIC_REQUESTS": ATOMIC_REQUESTS}
        configured = ConnectionHandler({ALIAS: {**place, "OPTIONS": options}})
        self._settings: dict[str, Any] = configured.settings[ALIAS]
        self._owner: tuple[dict[str, Any], BaseDatabaseWrapper] | None = None

    @property
    def database(self) -> Database:
        if self._owner is None:
            self._owner = connections.settings[ALIAS], connections[ALIAS]
            # The settings serve connections of further threads, the connection is this thread's.
            connections.settings[ALIAS] = self._settings
            connections[ALIAS] = connections.create_connection(ALIAS)
        return connection

    def create_schema(self) -> None:
        """What `manage.py migrate` does for this app, without its command line."""
        executor = MigrationExecutor(self.database)
        executor.migrate(executor.loader.graph.leaf_nodes("kols"))

    def release(self) -> None:
        if self._owner is not None:
            connections[ALIAS].close()
            close_pool = getattr(connections[ALIAS], "close_pool", None)  # PostgreSQL's connections have it
            if close_pool:
                close_pool()
            connections.settings[ALIAS], connections[ALIAS] = self._owner
            self._owner = None

    def look(self, subject: object) -> Look | None:
        return look(subject)


def _place(target: Target) -> dict[str, Any]:
    if target.kind == "sqlite":
        return {"NAME": target.url}
    parts = urlsplit(target.url)
    return {
        "NAME": parts.path.strip("/"),
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
    }


def open_django(target: Target, **options: Any) -> DjangoBackend:
    """Our project, unless Django is configured already, as it is under pytest; options are those of the backend."""
    if not settings.configured:
        os.environ["DJANGO_SETTINGS_MODULE"] = "django_impl.settings"
    if not apps.ready:
        django.setup()
    return DjangoBackend(target, **options)

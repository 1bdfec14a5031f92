"""Django opened on a target for asynchronous code, whose every call to the database is made in one other thread.

Source: https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
"""

from collections.abc import Awaitable
from typing import Any

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import DEFAULT_DB_ALIAS, connections

from django_impl.database import Database, DjangoBackend, open_django
from shared_scenarios.scenario import Look, Target


class AsyncDjangoBackend:
    """A connection belongs to a thread: it is lent, used and given back in the one that `sync_to_async` works in."""

    def __init__(self, backend: DjangoBackend) -> None:
        self._backend = backend

    @property
    def database(self) -> Database:
        return SyncToAsync.single_thread_executor.submit(self._lend).result()

    def _lend(self) -> Database:
        _ = self._backend.database
        return connections[DEFAULT_DB_ALIAS]

    def create_schema(self) -> Awaitable[None]:
        return sync_to_async(self._backend.create_schema)()

    def release(self) -> Awaitable[None]:
        return sync_to_async(self._backend.release)()

    def look(self, subject: object) -> Look | None:
        return self._backend.look(subject)


def open_django_async(target: Target, **options: Any) -> AsyncDjangoBackend:
    """The same project and the same backend; options are those of the backend."""
    return AsyncDjangoBackend(open_django(target, **options))

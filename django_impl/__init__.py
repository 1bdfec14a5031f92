"""Django: its implementations. Light on purpose; Django itself is imported where it plays."""

from dataclasses import replace

from shared_scenarios.scenario import Housekeeping, Implementation

HOUSEKEEPING = (
    Housekeeping(
        "django/db/backends/sqlite3/base.py",
        "get_new_connection",
        "Django asks every new connection what SQLite can do, and sets two pragmas on it",
    ),
)

SYNC = Implementation(
    name="django",
    package="django_impl",
    open="django_impl.database:open_django",
    answers="django_impl.scenarios",
    requires=("Django>=5.2",),
    drivers={"postgresql": ("psycopg>=3.2",), "mariadb": ("mysqlclient>=2.2",)},
    docs="https://docs.djangoproject.com/",
    housekeeping=HOUSEKEEPING,
    capabilities=frozenset({"synchronous code"}),
    fixtures=("transactional_db",),  # pytest-django's leave for real commits
)

IMPLEMENTATIONS = (
    SYNC,
    replace(
        SYNC,
        name="django-async",
        open="django_impl.database_async:open_django_async",
        answers="django_impl.scenarios_async",
        capabilities=frozenset({"asyncio"}),
    ),
)

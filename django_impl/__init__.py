"""Django: its implementations. Light on purpose; Django itself is imported where it plays."""

from dataclasses import replace

from shared_scenarios.scenario import Housekeeping, Implementation

HOUSEKEEPING = (
    Housekeeping(
        "django/db/backends/base/base.py",
        "connect",
        "Django asks every new connection what its database can do, and sets what it counts on: the time zone, "
        "autocommit, the isolation level, SQLite's pragmas",
    ),
    Housekeeping("django/db/backends/mysql/base.py", "mysql_server_data", "Django asks once what its server can do"),
)

# The pool prepares connections in a thread of its own, while the answer's thread may wait for one.
POOL = (
    Housekeeping("django/db/backends/postgresql/base.py", "_configure_connection", "a pool prepares a connection"),
    Housekeeping("psycopg_pool/pool.py", "wait", "a pool prepares a connection"),
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

ASYNC = replace(
    SYNC,
    name="django-async",
    open="django_impl.database_async:open_django_async",
    answers="django_impl.scenarios_async",
    capabilities=frozenset({"asyncio"}),
)
# What changes where every block takes the write lock of SQLite at its beginning, whether it writes or not.
BEGUN_IMMEDIATE = (
    "get-or-create-race/by-itself",
    "get-or-create-race/insert-first",
    "sqlite-locked-on-upgrade/default",
)

IMPLEMENTATIONS = (
    SYNC,
    replace(
        SYNC,
        name="django:atomic-requests",
        configuration={"ATOMIC_REQUESTS": True},
        cases=("commit-after-response/around-request-fails",),
    ),
    replace(
        SYNC,
        name="django:pool",
        # A pool replaces a broken connection in a thread of its own: where there is one, who needs it waits for it.
        configuration={"pool": {"min_size": 1, "max_size": 1, "timeout": 1.0}},
        housekeeping=(*HOUSEKEEPING, *POOL),
        drivers={"postgresql": ("psycopg>=3.2", "psycopg-pool>=3.2")},
        databases=("postgresql",),
        cases=(
            "commit-returns-connection",
            "pool-exhaustion/pool-of-two",
            "stale-connection-after-restart/per-request",
        ),
    ),
    replace(
        SYNC,
        name="django:transaction-mode-immediate",
        configuration={"transaction_mode": "IMMEDIATE"},
        databases=("sqlite",),
        cases=BEGUN_IMMEDIATE,
    ),
    ASYNC,
    replace(
        ASYNC,
        name="django-async:transaction-mode-immediate",
        configuration={"transaction_mode": "IMMEDIATE"},
        databases=("sqlite",),
        cases=BEGUN_IMMEDIATE,
    ),
)

"""SQLAlchemy: its implementations. Light on purpose; SQLAlchemy itself is imported where it plays."""

from dataclasses import replace

from shared_scenarios.scenario import Housekeeping, Implementation

SYNC = Implementation(
    name="sqlalchemy",
    package="sqla_impl",
    open="sqla_impl.database:open_sync",
    answers="sqla_impl.scenarios",
    requires=("SQLAlchemy>=2.1",),
    docs="https://docs.sqlalchemy.org/",
    drivers={"postgresql": ("psycopg>=3.2",), "mariadb": ("PyMySQL>=1.1",)},
    housekeeping=(
        Housekeeping("sqlalchemy/pool/base.py", "_reset", "the pool rolls a connection back when it is returned"),
        Housekeeping("sqlalchemy/engine/default.py", "_do_ping_w_event", "the pool tests a connection, where told to"),
        Housekeeping("sqlalchemy/pool/base.py", "__connect", "what driver and engine ask and set on a new connection"),
    ),
    capabilities=frozenset({"synchronous code"}),
)

ASYNC = replace(
    SYNC,
    name="sqlalchemy-async",
    open="sqla_impl.database_async:open_async",
    answers="sqla_impl.scenarios_async",
    requires=("SQLAlchemy>=2.1", "aiosqlite>=0.20", "greenlet>=3"),
    drivers={"postgresql": ("asyncpg>=0.30",), "mariadb": ("aiomysql>=0.2",)},
    capabilities=frozenset({"asyncio"}),
)
# What changes where the driver begins with the first statement, whichever it is, and not with the first write.
BEGUN_AT_ONCE = (
    "transaction-defaults/read",
    "transaction-defaults/reading-block",
    "session-is-not-a-transaction",
    "two-columns-two-writers/*",
    "row-deleted-elsewhere/plain",
    "row-deleted-elsewhere/changed-only",
    "get-or-create-race/by-itself",
    "optimistic-version/overtaken",
    "skip-duplicate-with-savepoint/*",
    "isolation-default-per-orm",
    "sqlite-savepoint-escapes",
    "sqlite-select-without-begin",
    "sqlite-locked-on-upgrade/default",
    "test-rollback-isolation/code-commits",
    "test-rollback-isolation/code-rolls-back",
    "after-commit-in-tests/rolled-back",
    "disk-full-at-commit",
)

IMPLEMENTATIONS = (
    SYNC,
    replace(
        SYNC,
        name="sqlalchemy:expire-on-commit-off",
        configuration={"expire_on_commit": False},
        cases=(
            "close-detaches/column-after-commit",
            "expire-on-commit-reload/plain",
            "expire-on-commit-reload/changed",
            "stale-read-in-long-session/*",
        ),
    ),
    replace(
        SYNC,
        name="sqlalchemy:driver-autocommit-off",
        configuration={"connect_args": {"autocommit": False}},
        requires=(*SYNC.requires, "Python>=3.12"),
        databases=("sqlite",),
        cases=BEGUN_AT_ONCE,
    ),
    replace(
        SYNC,
        name="sqlalchemy:pre-ping",
        configuration={"pool_pre_ping": True},
        cases=("stale-connection-after-restart/*",),
    ),
    replace(SYNC, name="sqlalchemy:autoflush-off", configuration={"autoflush": False}),
    ASYNC,
    replace(
        ASYNC,
        name="sqlalchemy-async:expire-on-commit-off",
        configuration={"expire_on_commit": False},
        cases=(
            "close-detaches/column-after-commit",
            "expire-on-commit-reload/plain",
            "expire-on-commit-reload/changed",
            "lazy-load-in-async/after-commit",
            "stale-read-in-long-session/*",
        ),
    ),
    replace(
        ASYNC,
        name="sqlalchemy-async:driver-autocommit-off",
        configuration={"connect_args": {"autocommit": False}},
        requires=(*ASYNC.requires, "Python>=3.12"),
        databases=("sqlite",),
        cases=(
            *BEGUN_AT_ONCE,
            "async-atomic-block/documented",
            "async-atomic-block/failing",
            "cancel-mid-transaction/during-statement",
        ),
    ),
)

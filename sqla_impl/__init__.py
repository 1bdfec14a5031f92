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
    ),
    capabilities=frozenset({"synchronous code"}),
)

IMPLEMENTATIONS = (
    SYNC,
    replace(SYNC, name="sqlalchemy:autoflush-off", configuration={"autoflush": False}),
    replace(
        SYNC,
        name="sqlalchemy-async",
        open="sqla_impl.database_async:open_async",
        answers="sqla_impl.scenarios_async",
        requires=("SQLAlchemy>=2.1", "aiosqlite>=0.20", "greenlet>=3"),
        drivers={"postgresql": ("asyncpg>=0.30",), "mariadb": ("aiomysql>=0.2",)},
        capabilities=frozenset({"asyncio"}),
    ),
)

"""SQLAlchemy: its implementations. Light on purpose; SQLAlchemy itself is imported where it plays."""

from shared_scenarios.scenario import Housekeeping, Implementation

DOCS = "https://docs.sqlalchemy.org/"
HOUSEKEEPING = (
    Housekeeping("sqlalchemy/pool/base.py", "reset", "the pool rolls a connection back when it is returned"),
)
_SYNC = {
    "package": "sqla_impl",
    "open": "sqla_impl.database:open_sync",
    "answers": "sqla_impl.scenarios",
    "requires": ("SQLAlchemy>=2.1",),
    "docs": DOCS,
    "housekeeping": HOUSEKEEPING,
}

IMPLEMENTATIONS = (
    Implementation(name="sqlalchemy", **_SYNC),
    Implementation(name="sqlalchemy:autoflush-off", configuration={"autoflush": False}, **_SYNC),
    Implementation(
        name="sqlalchemy-async",
        package="sqla_impl",
        open="sqla_impl.database_async:open_async",
        answers="sqla_impl.scenarios_async",
        requires=("SQLAlchemy>=2.1", "aiosqlite>=0.20", "greenlet>=3"),
        docs=DOCS,
        housekeeping=HOUSEKEEPING,
    ),
)

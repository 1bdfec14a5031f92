"""SQLAlchemy opened on a target: one engine, one sessionmaker, as the documentation has it.

Source: https://docs.sqlalchemy.org/en/21/orm/session_basics.html#using-a-sessionmaker
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from shared_scenarios.scenario import Look, Target
from sqla_impl.look import look
from sqla_impl.models import Base

# https://docs.sqlalchemy.org/en/21/dialects/: the driver that each page puts first and that runs everywhere.
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}
# The line to the target has no TLS; PyMySQL would still read every certificate of the system for each connection.
OPTIONS = {"mariadb": {"ssl_disabled": "true"}}


@dataclass(frozen=True)
class Database:
    """What answers work with."""

    engine: Engine
    Session: sessionmaker[Session]


class SyncBackend:
    """One engine for all scenarios, so that its cache of compiled statements is warm for all of them."""

    def __init__(self, engine: Engine, **session_options: Any) -> None:
        self.database = Database(engine, sessionmaker(engine, **session_options))

    def create_schema(self) -> None:
        Base.metadata.create_all(self.database.engine)

    def release(self) -> None:
        self.database.engine.dispose()

    def look(self, subject: object) -> Look | None:
        return look(subject)


def open_sync(
    target: Target,
    connect_args: Mapping[str, Any] | None = None,
    pool_pre_ping: bool = False,
    **session_options: Any,
) -> SyncBackend:
    """The synchronous engine; the first two options are `create_engine`'s, all others those of `sessionmaker`."""
    url = url_of(target, DRIVERS).update_query_dict(OPTIONS.get(target.kind, {}))
    engine = create_engine(url, connect_args=dict(connect_args or {}), pool_pre_ping=pool_pre_ping)
    return SyncBackend(engine, **session_options)


def url_of(target: Target, drivers: Mapping[str, str]) -> URL:
    """The address of the target by one of these drivers; SQLite's is the path of a file."""
    if target.kind == "sqlite":
        return URL.create(drivers["sqlite"], database=target.url)
    return make_url(target.url).set(drivername=drivers[target.kind])

"""SQLAlchemy opened on a target: one engine, one sessionmaker, as the documentation has it.

Source: https://docs.sqlalchemy.org/en/21/orm/session_basics.html#using-a-sessionmaker
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from shared_scenarios.scenario import Look, Target
from sqla_impl.look import look
from sqla_impl.models import Base

DRIVERS = {"sqlite": "sqlite"}


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


def open_sync(target: Target, **session_options: Any) -> SyncBackend:
    """The synchronous engine; options are those of `sessionmaker`."""
    return SyncBackend(create_engine(URL.create(DRIVERS[target.kind], database=target.url)), **session_options)

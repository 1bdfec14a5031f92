"""The driver itself in the place of an ORM, with two kinds of object to look at."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from shared_scenarios.scenario import Look, Target

TABLES = """
CREATE TABLE kols (
    id INTEGER PRIMARY KEY, twitter_handle TEXT NOT NULL UNIQUE, is_vip BOOLEAN NOT NULL DEFAULT FALSE,
    last_checked_at DATETIME
);
CREATE TABLE tweets (id INTEGER PRIMARY KEY, text TEXT NOT NULL, kol_id INTEGER NOT NULL REFERENCES kols (id));
CREATE TABLE counters (id INTEGER PRIMARY KEY, tweets INTEGER NOT NULL);
CREATE TABLE profiles (id INTEGER PRIMARY KEY, bio TEXT NOT NULL, version INTEGER NOT NULL);
"""
ADD_ADA = "INSERT INTO kols (twitter_handle) VALUES ('@ada')"
ADD_ADA_AGAIN = "INSERT INTO kols (id, twitter_handle) VALUES (1, '@ada')"
ADD_GRACE = "INSERT INTO kols (twitter_handle) VALUES ('@grace')"
ADD_LINUS = "INSERT INTO kols (twitter_handle) VALUES ('@linus')"
ADD_TWEET = "INSERT INTO tweets (text, kol_id) VALUES ('hello', 1)"
ADD_NO_TWEET = "INSERT INTO tweets (text, kol_id) VALUES (NULL, 1)"
CHECK_ADA = "UPDATE kols SET last_checked_at = '2026-01-02 03:04:05' WHERE twitter_handle = '@ada'"
MAKE_VIP = "UPDATE kols SET is_vip = TRUE WHERE twitter_handle = '@ada'"
COUNT = "SELECT COUNT(*) FROM kols"
READ_ADA = "SELECT id, is_vip, last_checked_at FROM kols WHERE twitter_handle = '@ada'"


class Database(sqlite3.Connection):
    """A connection that knows its path, with the driver's own defaults."""

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(path, **options)
        self.path = path


@dataclass(eq=False)
class Kol:
    """An object that nothing keeps in step with its row."""

    id: int | None = None
    is_vip: bool = False
    last_checked_at: str | None = None


@dataclass(eq=False)
class Unloaded:
    """An object that cannot be looked at without a SELECT."""

    db: Database


class FakeBackend:
    def __init__(self, path: str) -> None:
        self._path = path
        self._open: list[Database] = []

    @property
    def database(self) -> Database:
        self._open.append(sqlite3.connect(self._path, factory=Database))
        return self._open[-1]

    def create_schema(self) -> None:
        self.database.executescript(TABLES)

    def release(self) -> None:
        while self._open:
            self._open.pop().close()

    def look(self, subject: object) -> Look | None:
        if isinstance(subject, Unloaded):
            subject.db.execute(READ_ADA)
        if not isinstance(subject, Kol):
            return None
        return Look("Kol", "plain", dict(vars(subject)), key=subject.id)


def open_fake(target: Target) -> FakeBackend:
    return FakeBackend(target.url)

"""A schema as SQLite tells it: a flat table of what is where, so that two can be laid side by side."""

import sqlite3
from collections.abc import Iterator, Mapping

Schema = Mapping[str, object]
TABLES = ("kols", "tweets")


def schema_of(connection: sqlite3.Connection) -> Schema:
    """`kols.is_vip default` and the like, with what SQLite says of it."""
    return dict(_told(connection))


def differences(schemas: Mapping[str, Schema]) -> dict[str, dict[str, object]]:
    """Every entry that is not the same in all of them."""
    names = sorted({name for schema in schemas.values() for name in schema})
    found = {name: {orm: schema.get(name) for orm, schema in schemas.items()} for name in names}
    return {name: values for name, values in found.items() if len(set(map(repr, values.values()))) > 1}


def _told(connection: sqlite3.Connection) -> Iterator[tuple[str, object]]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    yield "tables", [row[0] for row in names]
    for table in TABLES:
        (text,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        yield f"{table} autoincrement", "AUTOINCREMENT" in text
        yield f"{table} deferrable", "DEFERRABLE INITIALLY DEFERRED" in text
        for _, column, kind, not_null, default, key in connection.execute(f"PRAGMA table_info({table})"):
            yield f"{table}.{column} type", kind
            yield f"{table}.{column} null", not not_null
            yield f"{table}.{column} default", default
            yield f"{table}.{column} primary key", bool(key)
        for _, _, target, column, to, _, on_delete, _ in connection.execute(f"PRAGMA foreign_key_list({table})"):
            yield f"{table}.{column} references", f"{target}.{to} on delete {on_delete}"
        yield f"{table} indexes", sorted(_indexes(connection, table))


def _indexes(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    for _, name, unique, _, _ in connection.execute(f"PRAGMA index_list({table})"):
        columns = ", ".join(row[2] for row in connection.execute(f"PRAGMA index_info({name})"))
        yield f"unique ({columns})" if unique else f"({columns})"

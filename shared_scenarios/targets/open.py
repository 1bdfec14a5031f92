"""Opens the target for a database; a server's driver is imported only where a server is asked for."""

import sqlite3
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from shared_scenarios.errors import CannotRun
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.targets.address import Database, parse_database, parse_server
from shared_scenarios.targets.sqlite import SqliteTarget


def open_target(database: Database, implementation: str, folder: Path, recorder: Recorder) -> Any:
    """A fresh database for one implementation. CannotRun if it is not there, or not ours."""
    if database.kind == "sqlite":
        path = database.file_for(implementation, folder)
        path.parent.mkdir(exist_ok=True)
        return SqliteTarget(path, recorder)
    assert database.url is not None, "a server without an address is started before its workers are"
    from shared_scenarios.targets.server import ServerTarget

    try:
        return ServerTarget(dialect_of(database.kind), parse_server(database.url), implementation, recorder)
    except ImportError as error:
        raise CannotRun(
            f"{database.kind} needs {error.name}, which is not installed", f"pip install 'ormatrix[{database.kind}]'"
        ) from error


KINDS = {
    "sqlite": "sqlite:///FILE",
    "postgresql": "postgresql://USER:PASSWORD@HOST:PORT/",
    "mariadb": "mariadb://USER:PASSWORD@HOST:PORT/",
}


def obstacle(kind: str) -> str:
    """Why no database of this kind can be made here without an address, or an empty string."""
    if kind == "sqlite" or parse_database(kind).url:
        return ""
    # Imported here, because most runs need no server.
    from shared_scenarios.targets.private_folder import account
    from shared_scenarios.targets.private_server import RECIPES

    try:
        dialect_of(kind)
        recipe = RECIPES[kind]
        recipe.find(account(recipe.account))
    except ImportError as error:
        return f"needs the driver {error.name}: pip install 'ormatrix[{kind}]'"
    except CannotRun as error:
        return error.message
    return ""


def versions(database: Database) -> dict[str, str]:
    """The server's version, and those of the drivers that are installed for it; asks the server."""
    if database.kind == "sqlite":
        return {"SQLite": sqlite3.sqlite_version}
    assert database.url is not None, "a server without an address is started before it is asked"
    dialect, address = dialect_of(database.kind), parse_server(database.url)
    try:
        with dialect.connect(address, None) as connection, connection.cursor() as cursor:
            cursor.execute(dialect.version)
            found = str(cursor.fetchone()[0]).split()[0].partition("-")[0]
    except dialect.errors as error:
        raise CannotRun(
            f"{dialect.name} at {address.shown} does not let {address.user} in: {_first_line(error)}",
            "Name another address, or the kind alone: then a private server is started.",
        ) from error
    return {dialect.name: found, **_installed(dialect.drivers)}


def _first_line(error: Exception) -> str:
    return str(error.args[-1] if error.args else error).strip().splitlines()[0]


def _installed(names: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def dialect_of(kind: str) -> Any:
    """What is particular to this kind of server; imports its driver."""
    if kind == "postgresql":
        from shared_scenarios.targets.postgresql import PostgreSQL

        return PostgreSQL()
    from shared_scenarios.targets.mariadb import MariaDB

    return MariaDB()

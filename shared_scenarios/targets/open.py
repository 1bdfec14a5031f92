"""Opens the target for a database; a server's driver is imported only where a server is asked for."""

import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_scenarios.errors import CannotRun
from shared_scenarios.targets.address import Database, ServerAddress, parse_database, parse_server
from shared_scenarios.targets.own_databases import OTHERS, PATIENCE, enter, not_usable, sweep

if TYPE_CHECKING:
    from shared_scenarios.evidence.recorder import Recorder


def open_target(database: Database, implementation: str, folder: Path, recorder: "Recorder") -> Any:
    """A fresh database for one implementation. CannotRun if it is not there, or not ours."""
    if database.kind == "sqlite":
        path = database.file_for(implementation, folder)
        path.parent.mkdir(exist_ok=True)
        return target_of(database.kind)(path, recorder)
    return target_of(database.kind)(*_server(database), implementation, recorder)


def target_of(kind: str) -> Any:
    """The class of the target, imported only where cells are played."""
    if kind == "sqlite":
        from shared_scenarios.targets.sqlite import SqliteTarget

        return SqliteTarget
    from shared_scenarios.targets.server import ServerTarget

    return ServerTarget


def remove_left(database: Database) -> None:
    """Remove what killed workers have left on a server; it waits until the server knows that they are gone."""
    dialect, address = _server(database)
    with suppress(*dialect.errors):
        sweep(dialect, address, PATIENCE)


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
    dialect, address = _server(database)
    try:
        with enter(dialect, address) as connection, connection.cursor() as cursor:
            cursor.execute(dialect.version)
            told = str(cursor.fetchone()[0])
    except dialect.errors as error:
        raise not_usable(dialect, address, error) from error
    return {dialect.name: usable(dialect, address, told), **_installed(dialect.drivers)}


def usable(dialect: Any, address: ServerAddress, told: str) -> str:
    """The number of the version; CannotRun if it is of another kind, or too old."""
    number = told.split()[0].partition("-")[0]
    if dialect.word not in told:
        raise CannotRun(f"what runs at {address.shown} is not {dialect.name}: it says {told}", OTHERS)
    if tuple(int(part) for part in re.findall(r"\d+", number)) < dialect.oldest:
        oldest = ".".join(map(str, dialect.oldest))
        raise CannotRun(f"{dialect.name} at {address.shown} is {number}; {oldest} or newer is needed", OTHERS)
    return number


def _installed(names: tuple[str, ...]) -> dict[str, str]:
    from importlib import metadata  # here, because workers have no use for it, and it takes long to import

    found = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _server(database: Database) -> tuple[Any, ServerAddress]:
    """What speaks to it, and where it is; CannotRun without its driver."""
    assert database.url is not None, "a server without an address is started before it is used"
    try:
        return dialect_of(database.kind), parse_server(database.url)
    except ImportError as error:
        raise CannotRun(
            f"{database.kind} needs {error.name}, which is not installed", f"pip install 'ormatrix[{database.kind}]'"
        ) from error


def dialect_of(kind: str) -> Any:
    """What is particular to this kind of server; imports its driver."""
    if kind == "postgresql":
        from shared_scenarios.targets.postgresql import PostgreSQL

        return PostgreSQL()
    from shared_scenarios.targets.mariadb import MariaDB

    return MariaDB()

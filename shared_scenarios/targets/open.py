"""Opens the target for a database; a server's driver is imported only where a server is asked for."""

from pathlib import Path
from typing import Any

from shared_scenarios.errors import CannotRun
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.targets.address import Database, parse_server
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
        return ServerTarget(_dialect(database.kind), parse_server(database.url), implementation, recorder)
    except ImportError as error:
        raise CannotRun(
            f"{database.kind} needs {error.name}, which is not installed", f"pip install 'ormatrix[{database.kind}]'"
        ) from error


def _dialect(kind: str) -> Any:
    if kind == "postgresql":
        from shared_scenarios.targets.postgresql import PostgreSQL

        return PostgreSQL()
    from shared_scenarios.targets.mariadb import MariaDB

    return MariaDB()

"""The databases that we make on a server: what they are called, and how those go that a run has left behind."""

import os
import re
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, Protocol

from shared_scenarios.errors import CannotRun
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.targets.private_folder import alive

PREFIX = "ormatrix_"
OTHERS = "Name another address, or the kind alone: then a private server is started."
_OWN = re.compile(rf"(?P<family>{PREFIX}[0-9a-f]{{6}}_)(?P<owner>[0-9]+)_[0-9a-f]{{6}}")
PATIENCE = 2.0  # seconds that a server gets to notice that a killed process is gone


class Server(Protocol):
    """What differs between servers. Connections are the plain driver's, each statement committed by itself."""

    name: str
    errors: tuple[type[Exception], ...]

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        """A connection of the plain driver; with no database, to the one in the address, or that every server has."""

    def make(self, name: str) -> Sequence[str]:
        """Statements that make a database, the first of which signs it: what is not signed is not ours."""

    def databases(self, connection: Any) -> Mapping[str, bool]:
        """The names of all databases that are signed, and whether somebody is connected."""

    def drop(self, name: str) -> Sequence[str]:
        """Statements that end a database whoever is connected to it."""


def enter(server: Server, address: ServerAddress) -> Any:
    """A connection to the database that every server has; CannotRun if we are not let in, or nobody is there."""
    try:
        return server.connect(address, None)
    except server.errors as error:
        raise not_usable(server, address, error) from error


def not_usable(server: Server, address: ServerAddress, error: Exception) -> CannotRun:
    """It is not there, it does not let us in, or it speaks otherwise than we do."""
    return CannotRun(f"{server.name} at {address.shown} cannot be used by {address.user}: {first_line(error)}", OTHERS)


def first_line(error: Exception) -> str:
    """What a driver says went wrong, in one line."""
    return str(error.args[-1] if error.args else error).strip().splitlines()[0]


def own_name(implementation: str) -> str:
    """A name that no other process has."""
    return f"{_family()}{os.getpid()}_{sha256(implementation.encode()).hexdigest()[:6]}"


def sweep(server: Server, address: ServerAddress, patience: float = 0) -> None:
    """Remove what processes of this machine have made that are no more. One to which somebody is connected stays:
    a machine can have the name of another.
    """
    deadline = time.monotonic() + patience
    with server.connect(address, None) as connection, connection.cursor() as cursor:
        while True:
            found = {name: used for name, used in server.databases(connection).items() if _is_orphan(name)}
            for statement in (s for name, used in found.items() if not used for s in server.drop(name)):
                cursor.execute(statement)
            if not any(found.values()) or time.monotonic() > deadline:
                return
            time.sleep(0.02)


def _family() -> str:
    """What the databases of this machine begin with: several machines may use one server, and several containers of
    one machine's name, each of which counts its processes from one.
    """
    space = ""
    with suppress(OSError):
        space = str(os.stat("/proc/self/ns/pid").st_ino)  # noqa: PTH116  # a Path takes longer
    return f"{PREFIX}{sha256(f'{socket.gethostname()} {space}'.encode()).hexdigest()[:6]}_"


def _is_orphan(name: str) -> bool:
    found = _OWN.fullmatch(name)
    return found is not None and found["family"] == _family() and not alive(int(found["owner"]))

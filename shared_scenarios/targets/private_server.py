"""A database server for one run: started from binaries that are found, gone with everything it wrote when the run ends.

It listens on a port of loopback, where it asks for a password made for this start, and on a socket in a folder that
is closed to others. Only what makes its data survive a crash is relaxed, so that it behaves as any other server.
"""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shared_scenarios.errors import CannotRun
from shared_scenarios.targets.private_folder import Account, account, new_folder, stop, write_pid
from shared_scenarios.targets.private_mariadb import MARIADB
from shared_scenarios.targets.private_postgresql import POSTGRESQL
from shared_scenarios.targets.private_recipe import LOOPBACK, Place, Recipe

RECIPES: Mapping[str, Recipe] = {recipe.kind: recipe for recipe in (POSTGRESQL, MARIADB)}
OPTION = {"postgresql": "host", "mariadb": "unix_socket"}  # of an address, that names a socket
PATIENCE = 60.0  # seconds that making the data, or starting, may take
ATTEMPTS = 3  # since a port that was free may be taken before the server gets it
_PAUSE = 0.005


@dataclass(frozen=True)
class PrivateServer:
    """Where it is, and who may come in. The user owns everything in it."""

    kind: str
    port: int
    socket: Path  # for PostgreSQL the folder of it, as its drivers take it
    user: str
    password: str
    database: str  # that of its administration, to which one can connect before there is any other
    log: Path
    host: str = LOOPBACK

    @property
    def url(self) -> str:
        """Its address with the password, which is of no use once the server is gone, by the quicker way."""
        where = f"{self.kind}://{self.user}:{self.password}@{self.host}:{self.port}/{self.database}"
        return f"{where}?{OPTION[self.kind]}={quote(str(self.socket))}"


@contextmanager
def private_server(kind: str, settings: Mapping[str, str] | None = None) -> Iterator[PrivateServer]:
    """A server that runs as long as this is open. `settings` are the server's own; CannotRun if there is no server."""
    recipe = RECIPES[kind]
    owner = account(recipe.account)
    binaries = recipe.find(owner)
    with new_folder(owner) as folder:
        place = Place(folder, binaries, secrets.token_hex(16))
        _make(recipe, place, owner)
        process, port = _start(recipe, place, owner, settings or {})
        try:
            where = recipe.socket(place)
            yield PrivateServer(kind, port, where, place.user, place.password, recipe.database, place.log)
        finally:
            stop(process, recipe.end)


def _make(recipe: Recipe, place: Place, owner: Account) -> None:
    recipe.prepare(place)
    owner.give(*place.folder.iterdir())
    try:
        with place.log.open("wb") as log:
            made = subprocess.run(  # noqa: S603  # binaries that were found, and arguments of ours
                recipe.making(place), timeout=PATIENCE, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **owner.options(place.folder)
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(recipe, place, str(error)) from error
    if made.returncode:
        raise _failed(recipe, place, f"exit status {made.returncode}")


def _start(
    recipe: Recipe, place: Place, owner: Account, settings: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(ATTEMPTS):
        port = _free_port()
        with place.log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  # as above
                recipe.serving(place, port, settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **owner.options(place.folder)
            )  # fmt: skip
        try:
            write_pid(place.folder, process.pid, recipe.end)
            if _answers(recipe, place, process):
                return process, port
        except BaseException:
            stop(process, recipe.end)
            raise
    raise _failed(recipe, place, "the server ended at once")


def _answers(recipe: Recipe, place: Place, process: "subprocess.Popen[bytes]") -> bool:
    """Whether it came to answering, rather than to its end."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        if recipe.ready(place):
            return True
        if time.monotonic() > deadline:
            raise _failed(recipe, place, f"no answer within {PATIENCE:g} s")
        time.sleep(_PAUSE)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _failed(recipe: Recipe, place: Place, why: str) -> CannotRun:
    words = place.log.read_text(errors="replace").strip().splitlines()[-5:]
    return CannotRun(
        f"a private {recipe.name} from {place.binaries.folder} does not start: {why}", os.linesep.join(words)
    )

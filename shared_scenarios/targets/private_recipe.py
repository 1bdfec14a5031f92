"""What a private server is made of, whatever its kind: a place, binaries, and a recipe to make and start it."""

import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared_scenarios.targets.private_folder import Account

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Binaries:
    """What makes the data, and what serves them."""

    make: Path
    serve: Path

    @property
    def folder(self) -> Path:
        """Where they were found."""
        return self.serve.parent


@dataclass(frozen=True)
class Place:
    """The folder of one server, and its one user."""

    folder: Path
    binaries: Binaries
    password: str
    user: str = "ormatrix"

    @property
    def data(self) -> Path:
        """What the server writes."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"


class Recipe(Protocol):
    """One kind of server."""

    kind: str
    name: str
    account: str  # whose rights it runs with, if ours are root's
    end: signal.Signals  # ends it at once, with no care for its data

    def find(self, owner: Account) -> Binaries:
        """The binaries; CannotRun with what can be done, if there are none."""

    def prepare(self, place: Place) -> None:
        """Write what the commands read."""

    def making(self, place: Place) -> list[str]:
        """The command that makes the data."""

    def serving(self, place: Place, port: int, settings: Mapping[str, str]) -> list[str]:
        """The command that starts the server."""

    def ready(self, place: Place) -> bool:
        """Whether it answers by now."""

    def socket(self, place: Place) -> Path:
        """What drivers take as its socket."""


def on_path() -> list[Path]:
    """The folders of PATH."""
    return [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]


def first_with(name: str, folders: Iterable[Path]) -> Path | None:
    """The first program of this name."""
    return next((folder / name for folder in folders if os.access(folder / name, os.X_OK)), None)


def newest(root: str, patterns: Sequence[str]) -> list[Path]:
    """The folders that patterns below a root mean, those of higher versions first."""
    found = (folder for pattern in patterns for folder in Path(root).glob(pattern))
    return sorted(found, key=_version, reverse=True)


def _version(folder: Path) -> list[int]:
    digits = "".join(letter if letter.isdigit() else " " for letter in str(folder))
    return [int(number) for number in digits.split()]

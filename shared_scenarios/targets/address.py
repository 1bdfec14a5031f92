"""What a user may name as a database: `sqlite`, or the address of a file for it."""

import re
from pathlib import Path

import msgspec

from shared_scenarios.errors import UnknownName

_FILE = re.compile(r"sqlite:///(?P<path>.+)")
_SECRET = re.compile(r"://.*", re.DOTALL)  # users put passwords in several places of an address: none of it is shown


class Database(msgspec.Struct, frozen=True):
    """A kind of database, and where it is to be made; with no path, in a temporary folder."""

    kind: str
    path: str | None = None

    def file_for(self, implementation: str, folder: Path) -> Path:
        """A file for this implementation alone, since several run at once: `x.db` becomes `x-django.db`."""
        name = implementation.replace(":", "+")
        if self.path is None:
            return folder / name / "database.db"
        given = Path(self.path).absolute()
        return given.with_name(f"{given.stem}-{name}{given.suffix}")


def parse_database(text: str) -> Database:
    """`sqlite`, `sqlite:///relative.db` or `sqlite:////absolute.db`; UnknownName for anything else."""
    if text == "sqlite":
        return Database("sqlite")
    address = _FILE.fullmatch(text)
    if not address:
        shown = _SECRET.sub("://***", text)
        raise UnknownName(f"no database {shown!r}", "Known: sqlite, sqlite:///relative.db, sqlite:////absolute.db.")
    path = Path(address["path"])
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UnknownName(f"no file can be made at {path}", "Name a file in a folder that exists.")
    return Database("sqlite", str(path))

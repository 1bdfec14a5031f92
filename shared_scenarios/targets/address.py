"""What a user may name as a database: a kind, or an address of it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import msgspec

from shared_scenarios.errors import UnknownName

_FILE = re.compile(r"sqlite:///(?P<path>.+)")
_KIND = re.compile(r"(?P<shown>[A-Za-z0-9+.-]+(?::(?://)?|\Z)|)(?P<hidden>.*)", re.DOTALL)
_OPTION = re.compile(r"[a-z_]+")
SERVERS = {"postgresql": "postgresql", "postgres": "postgresql", "mariadb": "mariadb", "mysql": "mariadb"}
SOCKETS = ("unix_socket", "socket", "host")
PLAIN = ("disable", "disabled", "allow", "prefer", "preferred", "false", "0")  # values that do not ask for encryption
PORTS = {"postgresql": 5432, "mariadb": 3306}
VARIABLES = {"postgresql": "ORMATRIX_POSTGRESQL_URL", "mariadb": "ORMATRIX_MARIADB_URL"}
KNOWN = "Known: sqlite, sqlite:///FILE, postgresql, postgresql://..., mariadb, mariadb://..., mysql://..."
ENCODED = "Percent-encode what is special in a user or a password: / is %2F, ? is %3F, # is %23, @ is %40."
ASCII = "They take it for Latin-1 and the server for UTF-8: name a user whose password has letters of ASCII alone."


@dataclass(frozen=True)
class ServerAddress:
    """Where a server is, and who one is there. `socket` is a Unix socket, or for PostgreSQL the folder it is in."""

    kind: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)  # tracebacks show what a function was given
    database: str
    socket: str | None = None

    @property
    def place(self) -> tuple[str, int] | str:
        """Host and port, or the path of the Unix socket."""
        if self.socket is None:
            return self.host, self.port
        return f"{self.socket}/.s.PGSQL.{self.port}" if self.kind == "postgresql" else self.socket

    @property
    def shown(self) -> str:
        """The place in words, with nothing secret in it."""
        return self.socket or f"{self.host}:{self.port}"

    def through(self, host: str, port: int, database: str) -> str:
        """The address of a database on this server, by way of another host and port."""
        who = quote(self.user, safe="") + (f":{quote(self.password, safe='')}" if self.password else "")
        return f"{self.kind}://{who}@{host}:{port}/{quote(database, safe='')}"


class Database(msgspec.Struct, frozen=True):
    """A kind of database, and where it is or is to be made.

    `path` is a file for SQLite, in a temporary folder if there is none. `url` is a server's, and may hold a password:
    it goes to worker processes and nowhere else.
    """

    kind: str
    path: str | None = None
    url: str | None = None

    def __repr__(self) -> str:
        """Without the address of a server: tracebacks show what a function was given."""
        return f"Database({self.kind!r}, {self.path!r})" if self.url is None else f"Database({self.kind!r}, url=...)"

    def file_for(self, implementation: str, folder: Path) -> Path:
        """A file for this implementation alone, since several run at once: `x.db` becomes `x-django.db`."""
        name = implementation.replace(":", "+")
        if self.path is None:
            return folder / name / "database.db"
        given = Path(self.path).absolute()
        return given.with_name(f"{given.stem}-{name}{given.suffix}")


def parse_database(text: str) -> Database:
    """A kind or an address; UnknownName, without what may be secret in it, for anything else."""
    if text == "sqlite":
        return Database("sqlite")
    if text in SERVERS:
        kind = SERVERS[text]
        return _named_by_variable(kind)
    if text.partition("://")[0] in SERVERS:
        return Database(parse_server(text).kind, url=text)
    return _file(text)


def _named_by_variable(kind: str) -> Database:
    url = os.environ.get(VARIABLES[kind]) or None
    if url is not None:
        try:
            found = parse_server(url).kind
        except UnknownName as error:
            raise UnknownName(f"{VARIABLES[kind]}: {error.message}", error.hint) from error
        if found != kind:
            raise UnknownName(f"{VARIABLES[kind]} is the address of {found}", f"Name one of {kind}, or unset it.")
    return Database(kind, url=url)


def parse_server(url: str) -> ServerAddress:
    """The parts of a server's address; UnknownName if it is none."""
    shown = without_secrets(url)
    try:
        parts = urlsplit(url)
        kind = SERVERS[parts.scheme]
        port = parts.port or PORTS[kind]
    except (KeyError, ValueError) as error:
        raise UnknownName(f"{shown!r} is not an address of a server", KNOWN) from error
    if parts.fragment or "@" in parts.path + parts.query:
        raise UnknownName(f"{shown!r} has a special letter where it means something else", ENCODED)
    more = _options(parts.query, shown)
    user = unquote(parts.username or "") or {"postgresql": "postgres", "mariadb": "root"}[kind]
    where = next(_sockets(more), None)
    password, database = unquote(parts.password or ""), unquote(parts.path.strip("/"))
    if kind == "mariadb" and not password.isascii():
        raise UnknownName(f"the password in {shown!r} has letters that PyMySQL and aiomysql cannot send", ASCII)
    return ServerAddress(kind, parts.hostname or "127.0.0.1", port, user, password, database, where)


def without_secrets(text: str) -> str:
    """What kind of address it is meant to be: users put passwords in any place of one, so that no more is shown."""
    shown, hidden = _KIND.fullmatch(text).group("shown", "hidden")  # type: ignore[union-attr]  # matches any text
    return f"{shown}***" if hidden else str(shown)


def _options(query: str, shown: str) -> dict[str, str]:
    """What stands behind the question mark; UnknownName for what we would not heed, above all a wish for encryption."""
    more = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    for name, value in more.items():
        if "ssl" in name or "tls" in name:
            if value.lower() not in PLAIN:
                raise UnknownName(
                    f"{shown!r} asks for an encrypted line by {name!r}, and the recording proxy reads plain ones",
                    "Use a server that is not reached over a network, and leave that out.",
                )
        elif name not in SOCKETS:
            what = repr(name) if _OPTION.fullmatch(name) and value else "something behind its question mark"
            raise UnknownName(f"{shown!r} has {what}, which means nothing here", f"Known: {', '.join(SOCKETS)}.")
    return more


def _sockets(more: dict[str, str]) -> Iterator[str]:
    yield from (more[name] for name in SOCKETS if more.get(name, "").startswith("/"))


def _file(text: str) -> Database:
    address = _FILE.fullmatch(text)
    if not address:
        from difflib import get_close_matches  # here, because hardly anybody needs it

        shown = without_secrets(text)
        near = [] if shown != text else get_close_matches(text, ["sqlite", *SERVERS], n=1)
        raise UnknownName(f"no database {shown!r}", f"Did you mean {near[0]}?" if near else KNOWN)
    path = Path(address["path"])
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UnknownName(f"no file can be made at {path}", "Name a file in a folder that exists.")
    if os.path.lexists(path):
        raise UnknownName(f"{path} exists, and is not to be touched", "Name one that does not: files go beside it.")
    return Database("sqlite", str(path))

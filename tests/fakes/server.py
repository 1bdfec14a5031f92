"""A server's driver itself in the place of an ORM."""

from dataclasses import replace
from typing import Any

from shared_scenarios.scenario import Implementation, Target
from shared_scenarios.targets.address import parse_server
from shared_scenarios.targets.open import dialect_of

KEY = {"postgresql": "SERIAL PRIMARY KEY", "mariadb": "INT PRIMARY KEY AUTO_INCREMENT"}
PORT = {"postgresql": "SHOW port", "mariadb": "SELECT @@port"}
KOLS = (
    "CREATE TABLE kols (id {}, twitter_handle VARCHAR(50) NOT NULL UNIQUE, is_vip BOOLEAN NOT NULL DEFAULT FALSE, "
    "last_checked_at TIMESTAMP NULL)"
)
TWEETS = "CREATE TABLE tweets (id {}, text TEXT NOT NULL, kol_id INTEGER NOT NULL REFERENCES kols (id))"


class Server:
    """Connections to the target, by the address that everybody is given or straight to the server."""

    def __init__(self, target: Target) -> None:
        self.kind = target.kind
        self._address = parse_server(target.url)
        self._connections: list[Any] = []

    def connect(self, port: int | None = None) -> Any:
        address = replace(self._address, port=port or self._address.port)
        self._connections.append(dialect_of(self.kind).connect(address, address.database))
        return self._connections[-1]

    def straight(self) -> Any:
        """Past the proxy: the server itself says where it listens."""
        return self.connect(int(run(self.connect(), PORT[self.kind])[0][0]))

    def close(self) -> None:
        """End each connection; PyMySQL does not let one be closed twice."""
        while self._connections:
            connection = self._connections.pop()
            if getattr(connection, "open", True):
                connection.close()


def run(connection: Any, *statements: str) -> list[Any]:
    """What the last of these says."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


class ServerBackend:
    def __init__(self, target: Target) -> None:
        self.database = Server(target)

    def create_schema(self) -> None:
        key = KEY[self.database.kind]
        run(self.database.connect(), KOLS.format(key), TWEETS.format(key))

    def release(self) -> None:
        self.database.close()

    def look(self, subject: object) -> None:
        return None


def open_fake(target: Target) -> ServerBackend:
    return ServerBackend(target)


def fake(name: str) -> Implementation:
    return Implementation(
        name=name,
        package="tests.fakes",
        open="tests.fakes.server:open_fake",
        answers=f"tests.fakes.{name}",
        requires=(),
        docs="https://docs.python.org/",
    )

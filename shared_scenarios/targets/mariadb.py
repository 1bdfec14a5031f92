"""MariaDB, by PyMySQL."""

from collections.abc import Sequence
from typing import Any

import pymysql

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.targets.address import ServerAddress


class MariaDB:
    """Checks every constraint when a statement is sent, so that nothing makes its COMMIT fail but a lost line."""

    kind = "mariadb"
    name = "MariaDB"
    version = "SELECT VERSION()"
    drivers = ("PyMySQL", "mysqlclient", "aiomysql")
    errors = (pymysql.Error,)
    capabilities = frozenset({"server", "row locks", "writers beside readers"})
    refuses_by = "nothing"

    def decoder(self) -> MysqlDecoder:
        return MysqlDecoder()

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        return pymysql.connect(
            host=address.host, port=address.port, unix_socket=address.socket, user=address.user,
            password=address.password or "", database=database, autocommit=True,
        )  # fmt: skip

    def databases(self, connection: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW DATABASES")
            return [name for (name,) in cursor.fetchall()]

    def drop(self, name: str) -> Sequence[str]:
        return (f"DROP DATABASE IF EXISTS {name}",)

    def others(self) -> str:
        return "BEGIN NOT ATOMIC FOR other IN (SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()) DO EXECUTE IMMEDIATE CONCAT('KILL ', other.id); END FOR; END"  # noqa: E501  # one statement

    def emptied(self) -> Sequence[str]:
        return ("DELETE FROM tweets", "DELETE FROM kols")

    def counted(self, table: str) -> str:
        return f"ALTER TABLE {table} AUTO_INCREMENT = 1"

    def refusal(self) -> Sequence[str]:
        return ()

    def refuse(self, refuse: bool) -> str:
        raise NotImplementedError("a scenario that needs a refusable commit does not play here")

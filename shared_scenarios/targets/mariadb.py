"""MariaDB, by PyMySQL."""

from collections.abc import Sequence
from typing import Any

import pymysql
from pymysql.constants import SERVER_STATUS

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.timeline import State


class MariaDB:
    """Checks every constraint when a statement is sent, so that nothing makes its COMMIT fail but a lost line."""

    kind = "mariadb"
    name = "MariaDB"
    version = "SELECT VERSION()"
    drivers = ("PyMySQL", "mysqlclient", "aiomysql")
    errors = (pymysql.Error,)
    impatience = "SET innodb_lock_wait_timeout = 2"
    capabilities = frozenset({"server", "row locks", "writers beside readers"})

    def decoder(self) -> MysqlDecoder:
        return MysqlDecoder()

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        return pymysql.connect(
            host=address.host, port=address.port, unix_socket=address.socket, user=address.user,
            password=address.password or "", database=database, autocommit=True,
        )  # fmt: skip

    def state(self, connection: Any) -> State:
        return "open" if connection.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS else "none"

    def databases(self, connection: Any) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW DATABASES")
            return [name for (name,) in cursor.fetchall()]

    def drop(self, name: str) -> Sequence[str]:
        return (f"DROP DATABASE IF EXISTS {name}",)

    def others(self) -> str:
        return "BEGIN NOT ATOMIC FOR other IN (SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()) DO EXECUTE IMMEDIATE CONCAT('KILL ', other.id); END FOR; END"  # noqa: E501  # one statement

    def emptied(self) -> Sequence[str]:
        # The table that an answer may have made: no rollback takes it away here.
        return ("DELETE FROM tweets", "DELETE FROM kols", "DROP TABLE IF EXISTS notes")

    def counted(self, table: str) -> str:
        return f"ALTER TABLE {table} AUTO_INCREMENT = 1"

    def refusal(self) -> Sequence[str]:
        return ()

    def refuse(self, refuse: bool) -> str:
        raise NotImplementedError("a scenario that needs a refusable commit does not play here")

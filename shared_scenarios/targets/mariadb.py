"""MariaDB, by PyMySQL."""

import re
from collections.abc import Sequence
from typing import Any

import pymysql
from pymysql.constants import CLIENT, SERVER_STATUS

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.mysql_silent import connects_silently
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.timeline import State

_WAITS = re.compile(r"^LOCK WAIT .*\n(?:MariaDB|MySQL) thread id (\d+)", re.MULTILINE)

MARK = "made by ormatrix, which removes it"  # as a comment
PATIENCE = 20  # seconds after which what says nothing is no MariaDB


class MariaDB:
    """Checks every constraint when a statement is sent, so that nothing makes its COMMIT fail but a lost line."""

    kind = "mariadb"
    name = "MariaDB"
    version = "SELECT VERSION()"
    drivers = ("PyMySQL", "mysqlclient", "aiomysql")
    errors = (pymysql.Error,)
    oldest = (10, 6)
    word = "MariaDB"  # in its version; MySQL speaks the same protocol, and is another database
    grant = "GRANT ALL ON `ormatrix\\_%`.* TO '{user}'"
    impatience = "SET innodb_lock_wait_timeout = 2"
    capabilities = frozenset(
        {
            "server",
            "a line that can be cut",
            "row locks",
            "writers beside readers",
            "deadlocks that are found at once",
        }
    )
    refuses_by = "nothing"

    def decoder(self) -> MysqlDecoder:
        return MysqlDecoder(offers_tls=connects_silently())

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        return pymysql.connect(
            host=address.host, port=address.port, unix_socket=address.socket, user=address.user,
            password=address.password or "", database=database or address.database or None, autocommit=True,
            ssl_disabled=True, read_timeout=PATIENCE, client_flag=CLIENT.MULTI_STATEMENTS,
        )  # fmt: skip

    def state(self, connection: Any) -> State:
        return "open" if connection.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS else "none"

    def backend(self, connection: Any) -> int:
        return int(connection.thread_id())

    def backends(self) -> str:
        return "SELECT id FROM information_schema.processlist WHERE db = DATABASE()"

    def waiting(self, connection: Any) -> set[int]:
        """The tables of information_schema about locks lag behind by a tenth of a second and more; this does not."""
        with connection.cursor() as cursor:
            cursor.execute("SHOW ENGINE INNODB STATUS")
            _, _, now = cursor.fetchone()[2].partition("\nTRANSACTIONS\n")  # before it, deadlocks that are long over
        return {int(thread) for thread in _WAITS.findall(now)}

    def make(self, name: str) -> Sequence[str]:
        return (f"CREATE DATABASE {name} COMMENT '{MARK}'",)

    def databases(self, connection: Any) -> dict[str, bool]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT schema_name, EXISTS (SELECT 1 FROM information_schema.processlist WHERE db = schema_name) "
                "FROM information_schema.schemata WHERE schema_comment = %s",
                (MARK,),
            )
            return {name: bool(used) for name, used in cursor.fetchall()}

    def drop(self, name: str) -> Sequence[str]:
        return (f"DROP DATABASE IF EXISTS {name}",)

    def end(self, backend: int) -> str:
        return f"KILL {backend}"

    def others(self) -> str:
        return "BEGIN NOT ATOMIC FOR other IN (SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()) DO EXECUTE IMMEDIATE CONCAT('KILL ', other.id); END FOR; END"  # noqa: E501  # one statement

    def emptied(self) -> Sequence[str]:
        # The table that an answer may have made: no rollback takes it away here.
        return ("DELETE FROM tweets", "DELETE FROM kols", "DROP TABLE IF EXISTS notes")

    def counted(self) -> Sequence[str]:
        return ("ALTER TABLE tweets AUTO_INCREMENT = 1", "ALTER TABLE kols AUTO_INCREMENT = 1")

    def prepared(self) -> Sequence[str]:
        return ()

    def refusable(self, refusable: bool) -> Sequence[str]:
        raise NotImplementedError("a scenario that needs a refusable commit does not play here")

    def refuse(self, refuse: bool) -> str:
        raise NotImplementedError("a scenario that needs a refusable commit does not play here")

"""PostgreSQL, by psycopg."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.scenario import REFUSABLE
from shared_scenarios.targets.address import ServerAddress
from shared_scenarios.timeline import State

STATES: dict[TransactionStatus, State] = {
    TransactionStatus.IDLE: "none",
    TransactionStatus.INTRANS: "open",
    TransactionStatus.INERROR: "failed",
}

MARK = (
    0x6F726D78  # "ormx" as a limit of connections: nobody else has it, and unlike a comment it is there from the start
)
PATIENCE = 20  # seconds after which what says nothing is no PostgreSQL


class PostgreSQL:
    """A deferred constraint is checked at COMMIT: a trigger of that kind is how the harness has a COMMIT refused."""

    kind = "postgresql"
    name = "PostgreSQL"
    version = "SHOW server_version"
    drivers = ("psycopg", "asyncpg")
    errors = (psycopg.Error,)
    oldest = (14,)
    word = ""  # its version is a number and nothing else
    grant = 'ALTER ROLE "{user}" CREATEDB'
    impatience = "SET lock_timeout = '2s'"
    capabilities = frozenset(
        {
            "server",
            "a line that can be cut",
            REFUSABLE,
            "row locks",
            "writers beside readers",
            "serialization failures",
            "deferrable constraints",
            "transactional DDL",
        }
    )
    refuses_by = "a deferred constraint is broken"

    def decoder(self) -> PostgresDecoder:
        return PostgresDecoder()

    def connect(self, address: ServerAddress, database: str | None) -> Any:
        return psycopg.connect(
            host=address.socket or address.host, port=address.port, user=address.user,
            password=address.password, dbname=database or address.database or "postgres", autocommit=True,
            sslmode="disable", connect_timeout=PATIENCE, cursor_factory=psycopg.ClientCursor,
        )  # fmt: skip

    def state(self, connection: Any) -> State:
        return STATES[connection.info.transaction_status]

    def backend(self, connection: Any) -> int:
        return int(connection.info.backend_pid)

    def backends(self) -> str:
        return "EXECUTE backends"

    def waiting(self, connection: Any) -> set[int]:
        return {pid for (pid,) in connection.execute("SELECT pid FROM pg_locks WHERE NOT granted")}

    def make(self, name: str) -> Sequence[str]:
        return (f"CREATE DATABASE {name} CONNECTION LIMIT {MARK}",)

    def databases(self, connection: Any) -> dict[str, bool]:
        found = connection.execute(
            "SELECT datname, EXISTS (SELECT FROM pg_stat_activity AS other WHERE other.datname = pg_database.datname) "
            "FROM pg_database WHERE datconnlimit = %s",
            (MARK,),
        )
        return dict(found.fetchall())

    def drop(self, name: str) -> Sequence[str]:
        return (f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",)

    def end(self, backend: int) -> str:
        return f"SELECT pg_terminate_backend({backend})"

    def others(self) -> str:
        return (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def emptied(self) -> Sequence[str]:
        return ("EXECUTE emptied",)

    def counted(self) -> Sequence[str]:
        return ("EXECUTE counted",)

    def prepared(self) -> Sequence[str]:
        """The connections are those of clients, without the server's own, such as autovacuum."""
        return (
            "PREPARE backends AS SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend'",
            "PREPARE emptied AS WITH emptied AS (DELETE FROM tweets) DELETE FROM kols",
            "PREPARE counted AS "
            "SELECT setval(pg_get_serial_sequence(name, 'id'), coalesce(largest, 0) + 1, false) FROM "
            "(SELECT 'kols', max(id) FROM kols UNION ALL SELECT 'tweets', max(id) FROM tweets) AS keys (name, largest)",
            "CREATE SCHEMA ormatrix",
            "CREATE TABLE ormatrix.refusal ()",
            "CREATE FUNCTION ormatrix.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF EXISTS (SELECT FROM ormatrix.refusal) THEN RAISE EXCEPTION 'the commit is refused' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
        )

    def refusable(self, refusable: bool) -> Sequence[str]:
        """Only where a scenario asks for it: each new connection would take two milliseconds to learn the function."""
        if not refusable:
            return ("DROP TRIGGER IF EXISTS ormatrix_refusal ON kols",)
        return (
            "DELETE FROM ormatrix.refusal",
            "CREATE CONSTRAINT TRIGGER ormatrix_refusal AFTER INSERT OR UPDATE OR DELETE ON kols "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ormatrix.refuse()",
        )

    def refuse(self, refuse: bool) -> str:
        return "INSERT INTO ormatrix.refusal DEFAULT VALUES" if refuse else "DELETE FROM ormatrix.refusal"

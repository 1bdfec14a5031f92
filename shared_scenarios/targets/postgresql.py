"""PostgreSQL, by psycopg."""

from collections.abc import Sequence
from typing import Any

import psycopg

from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.targets.address import ServerAddress


class PostgreSQL:
    """A deferred constraint is checked at COMMIT: a trigger of that kind is how the harness has a COMMIT refused."""

    kind = "postgresql"
    name = "PostgreSQL"
    version = "SHOW server_version"
    drivers = ("psycopg", "asyncpg")
    errors = (psycopg.Error,)
    capabilities = frozenset(
        {
            "server",
            "a commit that can be refused",
            "row locks",
            "writers beside readers",
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
        )  # fmt: skip

    def databases(self, connection: Any) -> list[str]:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database")]

    def drop(self, name: str) -> Sequence[str]:
        return (f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",)

    def others(self) -> str:
        return (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def emptied(self) -> Sequence[str]:
        return ("DELETE FROM tweets", "DELETE FROM kols")

    def counted(self, table: str) -> str:
        return (
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608  # one of our two tables
            f"coalesce(max(id), 0) + 1, false) FROM {table}"
        )

    def refusal(self) -> Sequence[str]:
        return (
            "CREATE SCHEMA ormatrix",
            "CREATE TABLE ormatrix.refusal ()",
            "CREATE FUNCTION ormatrix.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF EXISTS (SELECT FROM ormatrix.refusal) THEN RAISE EXCEPTION 'the commit is refused' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER ormatrix_refusal AFTER INSERT OR UPDATE OR DELETE ON kols "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ormatrix.refuse()",
        )

    def refuse(self, refuse: bool) -> str:
        return "INSERT INTO ormatrix.refusal DEFAULT VALUES" if refuse else "DELETE FROM ormatrix.refusal"

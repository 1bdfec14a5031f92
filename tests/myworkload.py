"""A long random conversation with MariaDB, the same for every driver."""

import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

DATABASE = "ormatrix_test"
STATE = "SELECT @@in_transaction"
SCHEMA = (
    "CREATE TABLE kols (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(200) UNIQUE, score INT NOT NULL, "
    "ratio DOUBLE, price DECIMAL(10, 2), born DATE, seen DATETIME(6), photo LONGBLOB)",
    "CREATE PROCEDURE both_ways() BEGIN SELECT 1; SELECT id FROM kols LIMIT 3; END",
)


class Op(NamedTuple):
    """Something that a driver is to do: `execute`, `many`, `several` results, or a method of a connection."""

    how: str
    text: str = ""
    values: Any = ()

    @property
    def method(self) -> bool:
        return self.how in {"commit", "rollback", "ping", "select_db"}


def workload(seed: int, length: int) -> Iterator[Op]:
    """A random conversation: work, errors, transactions, and each now and then the server's own word on the state."""
    chance = random.Random(seed)
    for number in range(length):
        yield _anything(chance, f"{seed}-{number}")
        if number % 5 == 4:
            yield Op("state", STATE)


def _anything(chance: random.Random, name: str) -> Op:
    kinds = (
        (_insert, 20), (_many, 5), (_select, 20), (_update, 10), (_delete, 3), (_error, 15), (_transaction, 25),
        (_several, 6), (_method, 6), (_large, 2), (_ddl, 1),
    )  # fmt: skip
    make = chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    return make(chance, name)


def _row(chance: random.Random, name: str) -> tuple[Any, ...]:
    odd = chance.choice(["", "'", '"', "\\", "é€😀", "\n\t", "%s", "?", ";", "--", "\0", "/*"])
    return (
        f"{name}{odd}", chance.randint(-(2**31), 2**31 - 1), chance.choice([None, 0.1, -2.5, 1e30, 3.0]),
        chance.choice([None, Decimal("1.50"), Decimal("-99.99")]), chance.choice([None, date(2024, 2, 29)]),
        chance.choice([None, datetime(2026, 1, 2, 3, 4, 5, 6), datetime(2026, 1, 2)]),
        chance.choice([None, b"", b"\x00\xff'\\;?"]),
    )  # fmt: skip


INSERT = "INSERT INTO kols (name, score, ratio, price, born, seen, photo) VALUES (%s, %s, %s, %s, %s, %s, %s)"


def _insert(chance: random.Random, name: str) -> Op:
    return Op("execute", INSERT + chance.choice(["", "", " RETURNING id"]), _row(chance, name))


def _many(chance: random.Random, name: str) -> Op:
    return Op("many", INSERT, [_row(chance, f"{name}-{number}") for number in range(chance.randint(1, 4))])


def _select(chance: random.Random, _name: str) -> Op:
    return Op(
        "execute", "SELECT * FROM kols WHERE id > %s LIMIT %s", (chance.randint(0, 50), chance.choice([0, 1, 7, 90]))
    )


def _update(chance: random.Random, _name: str) -> Op:
    return Op("execute", "UPDATE kols SET ratio = %s WHERE id = %s", (chance.random(), chance.randint(1, 90)))


def _delete(chance: random.Random, _name: str) -> Op:
    return Op("execute", "DELETE FROM kols WHERE id = %s", (chance.randint(1, 90),))


def _error(chance: random.Random, name: str) -> Op:
    texts = (
        "SELEC 1", "SELECT nothing FROM kols", "INSERT INTO kols (score) VALUES (NULL)", "DROP TABLE no_such_table",
        "INSERT INTO kols (id, score) VALUES (1, 1), (1, 2)", "ROLLBACK TO SAVEPOINT nowhere", "SELECT * FROM nothing",
    )  # fmt: skip
    if chance.random() < 0.3:
        return Op("execute", "UPDATE kols SET nothing = %s", (name,))
    return Op("execute", chance.choice(texts))


def _transaction(chance: random.Random, _name: str) -> Op:
    texts = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "RELEASE SAVEPOINT a",
             "SET autocommit = 0", "SET autocommit = 1")  # fmt: skip
    if chance.random() < 0.4:
        return Op(chance.choice(["commit", "rollback"]))
    return Op("execute", chance.choice(texts))


def _several(chance: random.Random, name: str) -> Op:
    texts = (
        f"INSERT INTO kols (name, score) VALUES ('{name};', 1); SELECT 1 /* ; */; UPDATE kols SET score = 2 LIMIT 1",
        "SELECT 1; SELECT nothing; SELECT 3",
        "CALL both_ways(); SELECT ';'",
        "BEGIN; SELECT 1;",
    )
    return Op("several", chance.choice(texts))


def _method(chance: random.Random, name: str) -> Op:
    return chance.choice([Op("ping"), Op("select_db", DATABASE), Op("several", "CALL both_ways()")])


def _large(chance: random.Random, _name: str) -> Op:
    return Op("execute", "SELECT %s, seq FROM seq_1_to_400", ("x" * chance.choice([10, 5_000, 70_000]),))


def _ddl(_chance: random.Random, _name: str) -> Op:
    return Op("execute", "CREATE TABLE IF NOT EXISTS other (id INT)")

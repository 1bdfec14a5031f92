"""A long conversation with MariaDB, the same for every driver, and what two witnesses have written down of it."""

import random
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from shared_scenarios.evidence.wire.link import By
from shared_scenarios.evidence.wire.mysql_text import statements
from shared_scenarios.evidence.wire.protocol import Began, Ended, Happening, Unseen

DATABASE = "ormatrix_log"
STATE = "SELECT @@in_transaction"
SCHEMA = (
    f"CREATE DATABASE {DATABASE}",
    f"USE {DATABASE}",
    "CREATE TABLE kols (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(200) UNIQUE, score INT NOT NULL, "
    "ratio DOUBLE, price DECIMAL(10, 2), born DATE, seen DATETIME(6), photo LONGBLOB)",
    "CREATE PROCEDURE both_ways() BEGIN SELECT 1; SELECT id FROM kols LIMIT 3; END",
)


class Op(NamedTuple):
    """Something that a driver is to do: `execute`, `many`, `several` statements in one, or a method of a connection."""

    how: str
    text: str = ""
    values: Any = ()


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


def _method(chance: random.Random, _name: str) -> Op:
    return Op(chance.choice(["ping", "select_db", "call"]))


def _large(chance: random.Random, _name: str) -> Op:
    return Op("execute", "SELECT %s, seq FROM seq_1_to_400", ("x" * chance.choice([10, 5_000, 70_000]),))


def _ddl(_chance: random.Random, _name: str) -> Op:
    return Op("execute", "CREATE TABLE IF NOT EXISTS other (id INT)")


class Ear:
    """A sink that keeps everything, connection by connection."""

    def __init__(self) -> None:
        self.links: dict[int, list[Happening]] = {}
        self.ends: dict[int, By] = {}
        self.faults: list[str] = []

    def opened(self, link: int) -> None:
        self.links[link] = []

    def happening(self, link: int, what: Happening) -> None:
        self.links[link].append(what)

    def faulted(self, link: int, number: int, what: str) -> None:
        self.faults.append(what)

    def closed(self, link: int, by: By) -> None:
        self.ends[link] = by


class Heard(NamedTuple):
    """A statement, or several of one query, as the proxy saw them."""

    texts: list[str]
    values: tuple[Any, ...]
    refused: bool


UNLOGGED = ("COM_PING", "COM_RESET_CONNECTION", "COM_STATISTICS", "COM_SET_OPTION")


def heard(told: list[Happening]) -> list[Heard]:
    """What was sent, query by query."""
    assert not [one for one in told if isinstance(one, Unseen)]
    failed = {one.number for one in told if isinstance(one, Ended) and one.error}
    ended = [one.number for one in told if isinstance(one, Ended)]
    found: dict[int, Heard] = {}
    for one in told:
        if isinstance(one, Began) and one.text not in UNLOGGED:
            assert ended.count(one.number) == 1, one
            group = found.setdefault(one.group, Heard([], one.values, one.number in failed))
            group.texts.append(one.text)
    return list(found.values())


def differences(log: list[tuple[str, str]], seen: list[Heard]) -> Iterator[str]:
    """Where the server's log and the proxy do not say the same. A refused preparation is not in the log."""
    logged = [entry for entry in log if entry[0] in {"Query", "Execute", "Init DB", "Change user"}]
    at = 0
    for one in seen:
        if at < len(logged) and _same(*logged[at], one):
            at += 1
        elif not one.refused:
            yield f"not in the log at {at}: {one.texts[0][:200]!r} {str(one.values)[:200]}; there {logged[at : at + 1]}"
            return
    yield from (f"not seen: {entry}" for entry in logged[at:])


def _same(command: str, argument: str, one: Heard) -> bool:
    if command == "Init DB":
        return one.texts == [f"COM_INIT_DB {argument}"]
    if command == "Change user":
        return one.texts == ["COM_CHANGE_USER"]
    if command == "Execute":
        return _executed(argument, one)
    if len(one.texts) == 1 and one.texts[0] == argument:
        return True
    return statements(argument)[: len(one.texts)] == one.texts


def _executed(argument: str, one: Heard) -> bool:
    """The log has the values in the places of the marks; of an execution in bulk it has the marks."""
    if one.texts == [argument]:
        return True
    pattern = ".*?".join(f"({re.escape(part)})" for part in one.texts[0].split("?"))
    pieces = re.fullmatch(pattern.replace(".*?", "(.*?)"), argument, re.DOTALL)
    return bool(pieces) and all(map(_is_value, pieces.groups()[1::2], one.values)) if pieces else False


_ESCAPED = {"0": "\0", "n": "\n", "r": "\r", "Z": "\x1a", "t": "\t"}


def _is_value(shown: str, value: Any) -> bool:
    if value is None:
        return shown == "NULL"
    if isinstance(value, int | float):
        return float(shown) == float(value)
    if value.startswith("<") and value.endswith(" bytes>"):
        return shown.endswith("'")
    bare = re.sub(r"^(?:DATE|TIME|TIMESTAMP)?'|'$", "", shown)
    plain = re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), bare, flags=re.DOTALL)
    return bool(plain.removesuffix(".000000") == value)

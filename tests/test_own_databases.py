"""On a server of somebody's: what is ours is made and removed, what is not is never touched, and refusals are told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared_scenarios.errors import CANNOT_RUN, CannotRun
from shared_scenarios.evidence.frames import Frames
from shared_scenarios.evidence.recorder import Recorder
from shared_scenarios.runner.registry import choose, obstacle
from shared_scenarios.runner.run import plan, run
from shared_scenarios.targets import open as targets
from shared_scenarios.targets.address import Database, ServerAddress, parse_server
from shared_scenarios.targets.own_databases import PREFIX, own_name, sweep
from shared_scenarios.targets.private_server import RECIPES, private_server
from tests import required
from tests.command import ormatrix

# Makes databases as a worker does, says so, and waits to be killed.
MAKE = """
import sys, time
from shared_scenarios.targets.open import dialect_of
from shared_scenarios.targets.address import parse_server
from shared_scenarios.targets.own_databases import own_name
address = parse_server(sys.argv[1])
dialect = dialect_of(address.kind)
with dialect.connect(address, None) as connection, connection.cursor() as cursor:
    for statement in dialect.make(own_name("left")):
        cursor.execute(statement)
observer = dialect.connect(address, own_name("left"))
print(own_name("left"), flush=True)
time.sleep(60)
"""
RIGHTS = {
    "postgresql": ("CREATE ROLE guest LOGIN PASSWORD 'geheim'",),
    "mariadb": ("CREATE USER guest@'%' IDENTIFIED BY 'geheim'",),
}

EVERY = {"postgresql": "SELECT datname FROM pg_database", "mariadb": "SHOW DATABASES"}


class Somebody:
    """A server that is not ours, with a connection of its owner."""

    def __init__(self, url: str) -> None:
        self.url, self.address = url, parse_server(url)
        self.dialect = targets.dialect_of(self.address.kind)
        self.player = next(
            entry.implementation.name for entry in choose([]) if not obstacle(entry.implementation, self.address.kind)
        )

    def run(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        with self.dialect.connect(self.address, database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def ours(self) -> list[str]:
        return [name for (name,) in self.run(EVERY[self.address.kind]) if name.startswith(PREFIX)]


@pytest.fixture(scope="module", params=tuple(RECIPES))
def somebody(request: pytest.FixtureRequest) -> Iterator[Somebody]:
    required.binaries(request.param)
    with private_server(request.param) as server:
        yield Somebody(server.url)


def _play(somebody: Somebody) -> list[str]:
    asked = plan([somebody.player], ["forgotten-commit"], [somebody.url])
    return [cell.state for cell in run(asked)]


def test_a_run_removes_what_it_made_and_touches_nothing_else(somebody: Somebody) -> None:
    names = (f"{PREFIX}shop", "shop", own_name("x").replace(str(os.getpid()), "shop"))
    for name in names:
        somebody.run(f"CREATE DATABASE {name}")
        somebody.run("CREATE TABLE kols (id INTEGER)", "INSERT INTO kols VALUES (7)", database=name)
    try:
        assert set(_play(somebody)) == {"observed"}
        assert sorted(somebody.ours()) == sorted({names[0], names[2]})
        for name in names:
            assert somebody.run("SELECT * FROM kols", database=name) == [(7,)]
    finally:
        for name in names:
            somebody.run(f"DROP DATABASE {name}")


def _killed(somebody: Somebody, number: int) -> str:
    """The name of the database of a process that this signal has ended."""
    with subprocess.Popen([sys.executable, "-c", MAKE, somebody.url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert name in somebody.ours()
        process.send_signal(number)
    return name


def test_what_a_killed_process_left_goes_at_the_next_start(somebody: Somebody) -> None:
    name = _killed(somebody, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while name in somebody.ours() and time.monotonic() < deadline:
        _play(somebody)
    assert somebody.ours() == []


def test_it_waits_until_the_server_knows_that_the_process_is_gone(somebody: Somebody) -> None:
    _killed(somebody, signal.SIGKILL)
    sweep(somebody.dialect, somebody.address, patience=10)
    assert somebody.ours() == []


def _of_a_dead_process() -> str:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return own_name("x").replace(f"_{os.getpid()}_", f"_{process.pid}_")


def test_a_database_that_is_called_like_ours_and_not_signed_is_not_ours(somebody: Somebody) -> None:
    name = _of_a_dead_process()
    somebody.run(f"CREATE DATABASE {name}")
    sweep(somebody.dialect, somebody.address)
    assert somebody.ours() == [name]
    somebody.run(f"DROP DATABASE {name}")


def test_a_database_in_our_place_that_is_not_signed_stays_and_is_told(somebody: Somebody, tmp_path: Path) -> None:
    name = own_name("x")
    somebody.run(f"CREATE DATABASE {name}")
    database = Database(somebody.address.kind, url=somebody.url)
    with pytest.raises(CannotRun, match=r"cannot make a database: .*exists"):
        targets.open_target(database, "x", tmp_path, Recorder(Frames(tmp_path)))
    assert somebody.ours() == [name]
    somebody.run(f"DROP DATABASE {name}")


def test_a_signed_database_of_another_family_or_form_stays(somebody: Somebody) -> None:
    names = [f"{PREFIX}other", _of_a_dead_process()[:-1] + "z", f"{PREFIX}000000_1_000000"]
    for name in names:
        somebody.run(*somebody.dialect.make(name))
    sweep(somebody.dialect, somebody.address)
    assert sorted(somebody.ours()) == sorted(names)
    for name in names:
        somebody.run(f"DROP DATABASE {name}")


def test_a_database_in_use_stays_though_no_process_here_has_made_it(somebody: Somebody) -> None:
    """Another machine may have this one's name."""
    name = _of_a_dead_process()
    somebody.run(*somebody.dialect.make(name))
    with somebody.dialect.connect(somebody.address, name):
        sweep(somebody.dialect, somebody.address)
        assert name in somebody.ours()
    sweep(somebody.dialect, somebody.address, patience=10)
    assert somebody.ours() == []


@pytest.mark.parametrize(
    ("send", "number"), [(os.kill, signal.SIGINT), (os.killpg, signal.SIGINT), (os.killpg, signal.SIGTERM)]
)
def test_after_an_interrupt_nothing_is_left(
    somebody: Somebody, tmp_path: Path, send: Callable[[int, int], None], number: int
) -> None:
    command = [sys.executable, "-c", "from shared_scenarios.cli import main; main()", "run", "--orm", somebody.player]
    process = subprocess.Popen(
        [*command, "--database", somebody.url, "--output", tmp_path], stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 20
    while not somebody.ours() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    send(process.pid, number)
    assert process.wait(20) == 130
    assert somebody.ours() == []


def test_who_may_make_no_database_is_told_what_is_needed(somebody: Somebody, tmp_path: Path) -> None:
    somebody.run(*RIGHTS[somebody.address.kind])
    url = _at(replace(somebody.address, user="guest", password="geheim"), somebody.address.port)
    called = ormatrix("run", "--orm", somebody.player, "--database", url, cwd=tmp_path)
    assert called.returncode == CANNOT_RUN
    assert "guest cannot make a database" in called.stderr
    assert "The suite works in databases of its own" in called.stderr
    assert "geheim" not in called.stderr + called.stdout
    assert "Traceback" not in called.stderr


@pytest.mark.parametrize(("part", "other"), [("password", "guessed"), ("port", "1")])
def test_who_is_not_let_in_is_told_so_without_the_password(
    somebody: Somebody, tmp_path: Path, part: str, other: str
) -> None:
    address = somebody.address
    url = _at(replace(address, password=other), address.port) if part == "password" else _at(address, 1)
    called = ormatrix("run", "--orm", somebody.player, "--database", url, cwd=tmp_path)
    assert called.returncode == CANNOT_RUN
    assert f"cannot be used by {address.user}" in called.stderr
    for secret in (address.password, "guessed", "Traceback"):
        assert secret not in called.stderr


def _at(address: ServerAddress, port: int) -> str:
    return address.through(address.host, port, "")


@pytest.mark.parametrize("name", ["my db", "50%"])
def test_the_database_in_the_address_is_the_one_first_connected_to(somebody: Somebody, name: str) -> None:
    quoted, asked = (
        (f"`{name}`", "DATABASE()") if somebody.address.kind == "mariadb" else (f'"{name}"', "current_database()")
    )
    where = somebody.address
    address = parse_server(where.through(where.host, where.port, name))
    somebody.run(f"CREATE DATABASE {quoted}")
    with somebody.dialect.connect(address, None) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        assert cursor.fetchone() == (name,)
    somebody.run(f"DROP DATABASE {quoted}")


class Elsewhere:
    """A server that says what it likes about its version."""

    name, word, oldest = "MariaDB", "MariaDB", (10, 6)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("8.4.3", "what runs at h:1 is not MariaDB: it says 8.4.3"),
        ("10.5.29-MariaDB-log", "MariaDB at h:1 is 10.5.29; 10.6 or newer is needed"),
    ],
)
def test_a_server_that_is_another_or_too_old_is_refused(told: str, why: str) -> None:
    with pytest.raises(CannotRun, match=why):
        targets.usable(Elsewhere, parse_server("mariadb://h:1/"), told)
    assert targets.usable(Elsewhere, parse_server("mariadb://h:1/"), "10.11.14-MariaDB-0+deb12u2") == "10.11.14"


def test_without_its_driver_a_server_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> None:
        raise ModuleNotFoundError("no module", name="pymysql")

    monkeypatch.setattr(targets, "dialect_of", absent)
    with pytest.raises(CannotRun, match="needs pymysql, which is not installed") as caught:
        targets.versions(Database("mariadb", url="mariadb://h/"))
    assert "ormatrix[mariadb]" in caught.value.hint


@pytest.mark.parametrize("kind", tuple(RECIPES))
def test_who_cannot_connect_is_not_told_of_a_right_that_is_missing(kind: str, tmp_path: Path) -> None:
    required.driver(kind, required.DRIVERS[kind])
    database = Database(kind, url=f"{kind}://u:geheim@127.0.0.1:1/")
    with pytest.raises(CannotRun, match="cannot be used by u: "):
        targets.open_target(database, "x", tmp_path, Recorder(Frames(tmp_path)))

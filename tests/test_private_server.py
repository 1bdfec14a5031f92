"""Private servers: they start, let their user in and nobody else, and are gone with all that they wrote."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from getpass import getuser
from importlib.util import find_spec
from pathlib import Path

import pytest

from shared_scenarios.errors import CANNOT_RUN, CannotRun
from shared_scenarios.runner.run import nesting, plan, run
from shared_scenarios.targets import private_folder, private_postgresql
from shared_scenarios.targets.private_folder import MEMORY, PREFIX, alive
from shared_scenarios.targets.private_recipe import first_with, newest
from shared_scenarios.targets.private_server import RECIPES, PrivateServer, private_server
from tests import required
from tests.command import eventually

KINDS = tuple(RECIPES)
EMBEDDED = "postgresql-embedded"  # as ORMATRIX_REQUIRE_SERVERS may name it too
# Starts a server, says where it is, and waits; as another user where the first argument names one.
RUN = """
import os, pwd, sys, time
from shared_scenarios.targets.private_server import private_server
if sys.argv[2:]:
    entry = pwd.getpwnam(sys.argv[2])
    os.setgroups([]); os.setgid(entry.pw_gid); os.setuid(entry.pw_uid)
with private_server(sys.argv[1]) as server:
    print(server.log.parent, server.port, flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of server that can be started here."""
    found: str = request.param
    required.binaries(found)
    return found


@pytest.fixture
def outside(kind: str) -> Iterator["subprocess.Popen[str]"]:
    """A process with a server, which is up when this is given."""
    process = _outside(kind)
    yield process
    process.kill()
    process.communicate()
    with private_server(kind):
        pass  # removes what the killed one has left


def _outside(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", RUN, *arguments], stdout=subprocess.PIPE, text=True)


def _said(process: "subprocess.Popen[str]") -> tuple[Path, int]:
    assert process.stdout is not None
    folder, port = process.stdout.readline().split()
    return Path(folder), int(port)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def _processes(folder: Path) -> list[str]:
    listed = subprocess.run(["ps", "-wweo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]


def _gone(folder: Path, port: int) -> bool:
    return not folder.exists() and not _listens(port) and not _processes(folder)


def test_a_server_listens_while_it_is_open_and_is_gone_afterwards(kind: str) -> None:
    with private_server(kind) as server:
        folder = server.log.parent
        assert _listens(server.port)
        assert folder.stat().st_mode & 0o077 == 0
        assert _processes(folder)
    assert _gone(folder, server.port)


def test_two_servers_at_once_are_apart(kind: str) -> None:
    with private_server(kind) as one, private_server(kind) as other:
        assert one.port != other.port
        assert one.password != other.password
        assert _listens(one.port)
        assert _listens(other.port)


def test_its_address_names_everything_that_a_driver_needs() -> None:
    server = PrivateServer("postgresql", 5433, Path("/x"), "ormatrix", "secret", "postgres", Path("/x/log"))
    assert server.url == "postgresql://ormatrix:secret@127.0.0.1:5433/postgres?host=/x"


def test_mariadb_lets_its_user_in_and_nobody_else() -> None:
    pymysql = required.binaries("mariadb")
    with private_server("mariadb") as server:
        for way in ({"host": server.host, "port": server.port}, {"unix_socket": str(server.socket)}):
            connection = pymysql.connect(user=server.user, password=server.password, **way)
            cursor = connection.cursor()
            cursor.execute("CREATE DATABASE IF NOT EXISTS ormatrix_it_may")
            cursor.execute("SELECT @@character_set_server, @@sql_mode LIKE '%STRICT%', @@tx_isolation")
            assert cursor.fetchone() in {("utf8mb4", 1, "REPEATABLE-READ")}
            connection.close()
            # By the socket too: it is there that the proxy's callers come from, and its process may be root's.
            for stranger in ("root", "mysql", getuser(), "anybody", "ormatrix"):
                with pytest.raises(pymysql.err.OperationalError, match=r"Access denied|1698"):
                    pymysql.connect(user=stranger, password="", **way)


def test_postgresql_lets_its_user_in_and_nobody_else() -> None:
    psycopg = required.binaries("postgresql")
    with private_server("postgresql") as server:
        for host in (server.host, str(server.socket)):
            who = {"host": host, "port": server.port, "user": server.user, "dbname": server.database}
            with psycopg.connect(**who, password=server.password) as connection:
                asked = "SELECT rolsuper, current_setting('server_encoding') FROM pg_roles WHERE rolname = current_user"
                assert connection.execute(asked).fetchone() == (True, "UTF8")
            for password in ("", "guessed"):  # by the socket too: it is there that the proxy's callers come from
                with pytest.raises(psycopg.OperationalError):
                    psycopg.connect(**who, password=password)


def test_settings_of_the_server_are_passed_on() -> None:
    pymysql = required.binaries("mariadb")
    with private_server("mariadb", {"general_log": "1", "log_output": "TABLE"}) as server:
        connection = pymysql.connect(host=server.host, port=server.port, user=server.user, password=server.password)
        cursor = connection.cursor()
        cursor.execute("SELECT argument FROM mysql.general_log WHERE command_type = 'Query'")
        assert cursor.fetchall()
        connection.close()


def test_an_exception_inside_ends_the_server(kind: str) -> None:
    seen: list[PrivateServer] = []

    def play() -> None:
        with private_server(kind) as server:
            seen.append(server)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        play()
    assert _gone(seen[0].log.parent, seen[0].port)


def test_ctrl_c_ends_the_server(outside: "subprocess.Popen[str]") -> None:
    folder, port = _said(outside)
    outside.send_signal(signal.SIGINT)
    outside.wait(20)
    assert _gone(folder, port)


def test_what_a_killed_run_left_goes_when_the_next_one_starts(kind: str) -> None:
    process = _outside(kind)
    folder, port = _said(process)
    process.kill()
    process.communicate()
    with private_server(kind):
        # Another process that runs these tests may be removing it at the same time.
        deadline = time.monotonic() + 10
        while not _gone(folder, port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _gone(folder, port)


def test_what_a_killed_run_left_goes_when_one_without_a_server_starts(kind: str) -> None:
    process = _outside(kind)
    folder, port = _said(process)
    process.kill()
    process.communicate()
    with nesting(plan(["peewee"])):  # another run that starts now may be the one that removes it
        eventually(lambda: _gone(folder, port), "the end of what was left")


def test_what_a_living_run_has_stays(outside: "subprocess.Popen[str]", kind: str) -> None:
    folder, port = _said(outside)
    with private_server(kind):
        assert _listens(port)
    assert folder.exists()


def test_a_process_that_only_has_the_number_of_a_server_is_left_alone(kind: str) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    folder = MEMORY / f"{PREFIX}{_dead()}-test"
    folder.mkdir()
    (folder / "server.pid").write_text(f"{bystander.pid} 9")
    with private_server(kind):
        assert not folder.exists()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def _dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not alive(process.pid)
    return process.pid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_server_starts_for_somebody_who_is_not_root(kind: str) -> None:
    process = _outside(kind, "nobody")
    folder, port = _said(process)
    assert folder.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert _gone(folder, port)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as somebody else")
def test_roots_server_does_not_run_as_root(kind: str) -> None:
    with private_server(kind) as server:
        assert (server.log.parent / "data").stat().st_uid != 0
        running = [int(line.split()[0]) for line in _processes(server.log.parent)]
        assert all(Path(f"/proc/{process}").stat().st_uid != 0 for process in running if process != os.getpid())


def test_a_server_that_does_not_start_says_why(kind: str) -> None:
    with pytest.raises(CannotRun, match="does not start") as caught, private_server(kind, {"no_such_setting": "1"}):
        pass
    assert "no_such_setting" in caught.value.hint.replace("-", "_")
    assert not list(MEMORY.glob(f"{PREFIX}{os.getpid()}-*"))


def test_without_binaries_the_ways_to_have_a_server_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_postgresql, "_candidates", lambda: iter(()))
    with pytest.raises(CannotRun) as caught, private_server("postgresql"):
        pass
    assert caught.value.exit_code == CANNOT_RUN
    for way in ("--database postgresql://", "apt install", "ormatrix[postgresql-embedded]"):
        assert way in caught.value.hint


def test_cells_are_played_on_a_postgresql_from_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec(private_postgresql.WHEEL) is None:
        required.missing(EMBEDDED, "the extra postgresql-embedded is not installed")
    required.driver("postgresql", "psycopg")
    monkeypatch.setattr(private_postgresql, "on_path", list)
    monkeypatch.setattr(private_postgresql, "_FOLDERS", ())
    try:
        found = RECIPES["postgresql"].find(private_folder.account("postgres"))
    except CannotRun as error:
        required.missing(EMBEDDED, error.message)
    assert private_postgresql.WHEEL in str(found.serve)
    with private_server("postgresql") as server:
        assert any(str(found.serve) in line for line in _processes(server.log.parent))
        cells = list(run(plan(["peewee"], ["transaction-defaults"], [server.url])))
    assert [(cell.database, cell.state) for cell in cells] == [("postgresql", "observed")] * 4


def test_binaries_that_the_account_cannot_run_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("no program")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(private_postgresql, "_candidates", lambda: iter((tmp_path,)))
    with pytest.raises(CannotRun, match=f"what is in {tmp_path} cannot be run"), private_server("postgresql"):
        pass


def test_the_highest_version_comes_first(tmp_path: Path) -> None:
    for version in ("9.6", "16", "15"):
        (tmp_path / version / "bin").mkdir(parents=True)
    assert [folder.parent.name for folder in newest(str(tmp_path), ["*/bin"])] == ["16", "15", "9.6"]
    assert first_with("initdb", [tmp_path]) is None


def test_without_room_in_memory_the_folder_is_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(private_folder, "ROOM", 1 << 60)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with private_folder.new_folder(private_folder.Account("me")) as folder:
        assert folder.parent == tmp_path
    assert not folder.exists()


def test_starting_is_quick(kind: str) -> None:
    start = time.monotonic()
    with private_server(kind):
        assert time.monotonic() - start < 10

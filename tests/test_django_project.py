"""The Django part is a real project: `manage.py` works, and no migration is missing. Tried on a copy of it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.schema_of import schema_of
from tests.test_schemas import made_by
from tests.venues import opened, prepare

PROJECT = Path(__file__).parents[1] / "django_impl"
NEW_FIELD = "    nickname = models.CharField(max_length=50, null=True)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "*.sqlite3")
    return Path(shutil.copytree(PROJECT, tmp_path / "django_impl", ignore=ignored))


def manage(project: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    others = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, project / "manage.py", *arguments],
        env={**others, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=cwd or project,
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_no_migration_is_missing(project: Path) -> None:
    before = files(project)
    done = manage(project, "makemigrations", "--check", "--dry-run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "No changes detected\n", "")
    assert files(project) - before <= {"db.sqlite3"}


def test_a_missing_migration_is_noticed(project: Path) -> None:
    models = project / "models.py"
    field = "    is_vip ="
    models.write_text(models.read_text().replace(field, NEW_FIELD + field, 1))
    done = manage(project, "makemigrations", "--check", "--dry-run")
    assert (done.returncode, "nickname" in done.stdout) == (1, True)


def test_migrate_makes_the_schema_that_scenarios_are_played_on(
    project: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    prepare("django", request)
    assert manage(project, "migrate", "--verbosity=0").returncode == 0
    migrated = sqlite3.connect(project / "db.sqlite3")
    with opened("django", tmp_path) as venue:
        assert schema_of(migrated) == made_by(venue)
    migrated.close()


def test_the_project_is_sound_wherever_it_is_called_from(tmp_path: Path) -> None:
    done = manage(PROJECT, "check", cwd=tmp_path)
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert files(tmp_path) == set()

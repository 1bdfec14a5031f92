"""The recorded outcomes, cell by cell, of the newest recorded version of each ORM on each database."""

from functools import cache
from pathlib import Path

from packaging.version import Version

from shared_scenarios.cell import Cell
from shared_scenarios.report.read import read_report
from shared_scenarios.report.records import Report

OUTCOMES = Path(__file__).parent / "outcomes"
Cells = dict[tuple[str, str, str], Cell]  # by case, implementation, database


@cache
def newest(folder: Path = OUTCOMES) -> list[Report]:
    """One report per implementation and database."""
    files: dict[tuple[str, str], Path] = {}
    for file in sorted(folder.glob("*/*/*.jsonl"), key=lambda file: Version(file.parent.name)):
        files[file.parent.parent.name, file.stem] = file
    return [read_report(file) for _, file in sorted(files.items())]


@cache
def cells(folder: Path = OUTCOMES) -> Cells:
    """Every cell of these."""
    return {(cell.case, cell.implementation, cell.database): cell for report in newest(folder) for cell in report.cells}


def versions(folder: Path = OUTCOMES) -> str:
    """What was recorded with what, in one line."""
    found: dict[str, str] = {}
    for report in newest(folder):
        for part in (*(player.versions for player in report.header.implementations), *report.header.databases.values()):
            found.update(part)
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items(), key=lambda pair: pair[0].lower()))

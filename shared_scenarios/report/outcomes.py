"""Recorded outcomes: reports of one implementation and database each, kept in files and compared with a new run.

They lie in `<implementation>/<version of its ORM>/<database>.jsonl`, so that a release which changes behaviour gets
a file of its own beside the old one.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from packaging.version import Version

from shared_scenarios.cell import Cell
from shared_scenarios.errors import BadReport, CannotRun
from shared_scenarios.report.header import player
from shared_scenarios.report.read import read_report
from shared_scenarios.report.records import Player, Report
from shared_scenarios.report.write import as_lines
from shared_scenarios.runner.registry import Entry
from shared_scenarios.scenario import Case


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell that behaves otherwise than recorded; `recorded` or `now` is None where only one of them knows it."""

    case: str
    implementation: str
    database: str
    recorded_versions: dict[str, str]
    versions: dict[str, str]
    recorded: Cell | None = None
    now: Cell | None = None


class Part(NamedTuple):
    """What belongs in one file of recorded outcomes."""

    player: Player
    database: str
    report: Report

    @property
    def versions(self) -> dict[str, str]:
        """Of the ORM, the database and its drivers."""
        return {**self.player.versions, **self.report.header.databases[self.database]}

    def file(self, folder: Path) -> Path:
        """Where it is kept: ORM versions count by their first two numbers."""
        return _home(folder, self.player) / _minor(_orm_version(self.player)) / f"{self.database}.jsonl"


def parts(report: Report) -> Iterator[Part]:
    """The report, cut into one part per implementation and database."""
    header = report.header
    for one in header.implementations:
        for database, versions in header.databases.items():
            questions = [question for question in header.questions if one.plays(question.name, database)]
            if not questions:
                continue
            own = msgspec.structs.replace(
                header, databases={database: versions}, implementations=[one], questions=questions
            )
            cells = [cell for cell in report.cells if (cell.implementation, cell.database) == (one.name, database)]
            yield Part(one, database, Report(own, cells))


def recorded_files(report: Report, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files to write, by name relative to `folder`; a file whose cells stay as they are is left out."""
    for part in parts(report):
        path = part.file(folder)
        if not path.exists() or list(_read(path).cells) != list(part.report.cells):
            yield str(path.relative_to(folder)), as_lines(part.report)


def recorded_kinds(folder: Path) -> list[str]:
    """The databases of which anything is recorded, SQLite first."""
    found = {path.stem for path in folder.glob("*/*/*.jsonl")}
    return sorted(found, key=lambda kind: (kind != "sqlite", kind))


def other_versions(report: Report, folder: Path) -> list[str]:
    """What has another version than where it was recorded; it need not behave otherwise."""
    found = []
    for part in parts(report):
        before = next(parts(_read(_nearest(part.player, part.database, folder)))).versions
        for name in dict.fromkeys([*before, *part.versions]):
            then, now = before.get(name, "absent"), part.versions.get(name, "absent")
            if then != now:
                found.append(f"{part.database} was recorded with {name} {then}; here it is {now}")
    return list(dict.fromkeys(found))


def changes(report: Report, folder: Path, whole: bool) -> Iterator[Change]:
    """Every cell of the report that behaves otherwise than recorded; CannotRun where nothing is recorded.

    `whole` says that the report holds every question, so that one which is recorded and no longer asked is a change.
    """
    for part in parts(report):
        recorded = _read(_nearest(part.player, part.database, folder))
        before = {cell.key: cell for cell in recorded.cells}
        now = {cell.key: cell for cell in part.report.cells}
        for key in dict.fromkeys([*now, *(before if whole else ())]):
            one, other = before.get(key), now.get(key)
            if one is None or other is None or behaviour(one) != behaviour(other):
                yield _change(part, recorded, one, other)


def _change(part: Part, recorded: Report, before: Cell | None, now: Cell | None) -> Change:
    cell = now or before
    assert cell is not None, "a change has at least one side"
    versions = next(parts(recorded)).versions
    return Change(cell.case, part.player.name, part.database, versions, part.versions, before, now)


def recorded_for(entry: Entry, case: Case, database: str, folder: Path) -> Cell:
    """The recorded cell of one case; CannotRun where there is none."""
    cell = _cells_by_case(_nearest(player(entry), database, folder)).get(case.name)
    if cell is None:
        raise CannotRun(
            f"nothing is recorded for {case.name} by {entry.implementation.name} in {folder}",
            "Write it with `ormatrix record`.",
        )
    return cell


@cache
def _cells_by_case(file: Path) -> dict[str, Cell]:
    return {cell.case: cell for cell in _read(file).cells}


def behaviour(cell: Cell) -> dict[str, Any]:
    """What counts as behaviour: state, outcome, facts and broken promises; not the lines of code that led there."""
    return {"state": cell.state, "outcome": cell.outcome, "facts": cell.facts, "broken": cell.broken}


def _nearest(player: Player, database: str, folder: Path) -> Path:
    """The file of this version; else that of the newest older version; else of the oldest newer one."""
    home = _home(folder, player)
    own = Version(_minor(_orm_version(player)))
    known = sorted(Version(path.parent.name) for path in home.glob(f"*/{database}.jsonl"))
    if not known:
        raise CannotRun(
            f"nothing is recorded for {player.name} on {database} in {folder}",
            "Write it with `ormatrix record`, or name the folder with --outcomes DIR.",
        )
    older = [version for version in known if version <= own]
    return home / str(older[-1] if older else known[0]) / f"{database}.jsonl"


def _read(file: Path) -> Report:
    """A file of recorded outcomes; a run would not write it again."""
    try:
        return read_report(file)
    except BadReport as error:
        cure = "Restore it, or remove it and write it anew with `ormatrix record`."
        raise BadReport(error.message, cure) from error


def _home(folder: Path, player: Player) -> Path:
    return folder / player.name.replace(":", "+")


def _orm_version(player: Player) -> str:
    """An implementation names its ORM first among what it requires."""
    return next(iter(player.versions.values()), "0.0")


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])

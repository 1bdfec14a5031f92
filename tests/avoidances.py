"""Is there, for every broken promise, an answer that keeps it: on the same database, by the same implementation?"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from shared_scenarios.cell import Cell, Key
from shared_scenarios.report.avoided import avoided_by
from shared_scenarios.report.header import question
from shared_scenarios.report.records import Report
from shared_scenarios.scenario import Case


def unavoided(reports: Iterable[Report], cases: Iterable[Case]) -> list[str]:
    """Cells that break a promise, and nothing that was recorded beside them shows how that is avoided."""
    reports, asked = list(reports), [question(case) for case in cases]
    cells = {cell.key: cell for report in reports for cell in report.cells}
    players = {player.name: player for report in reports for player in report.header.implementations}
    header = structs.replace(reports[0].header, questions=asked, implementations=list(players.values()))
    broken = [cell for cell in cells.values() if cell.state == "promise broken"]
    return [
        f"{cell.case} by {cell.implementation} on {cell.database} breaks a promise, and no variant or configuration "
        "that avoids it is recorded"
        for cell in broken
        if not avoided_by(cell, header, cells)
    ]


def misnamed(cases: Iterable[Case]) -> Iterator[str]:
    """Variants that avoid what is not there, or promise less than what they are to avoid."""
    by_name = {case.name: case for case in cases}
    for case in by_name.values():
        for variant in _avoids(case):
            other = by_name.get(f"{case.scenario.name}/{variant}")
            if other is None:
                yield f"{case.name} avoids {variant}, which is no variant of its scenario"
            elif not set(other.scenario.promises) <= set(case.scenario.promises) or not other.scenario.promises:
                yield f"{case.name} avoids {variant} and does not promise the same"


def _avoids(case: Case) -> tuple[str, ...]:
    return next((one.avoids for one in case.scenario.variants if one.name == case.variant), ())


def needless(cells: Mapping[Key, Cell], cases: Iterable[Case]) -> Iterator[str]:
    """Variants that avoid what nobody breaks."""
    broken = {cell.key[:2] for cell in cells.values() if cell.state == "promise broken"}
    for case in cases:
        for variant in _avoids(case):
            if (case.scenario.name, variant) not in broken:
                yield f"{case.name} avoids {variant}, where no promise is broken"

"""Puts reports of parts together into one."""

from collections.abc import Sequence

import msgspec

from shared_scenarios.cell import Cell, Key
from shared_scenarios.errors import BadReport
from shared_scenarios.report.records import Header, Player, Question, Report, expected


def combine(reports: Sequence[Report]) -> Report:
    """One report of all cells. BadReport where parts disagree, or leave a hole that would look like a result."""
    header = _one_header([report.header for report in reports])
    cells: dict[Key, Cell] = {}
    for report in reports:
        for cell in report.cells:
            if cells.setdefault(cell.key, cell) != cell:
                raise BadReport(
                    f"two reports differ in {cell.case} by {cell.implementation}", "Combine reports of different parts."
                )
    missing = [key for key in expected(header) if key not in cells]
    if missing:
        scenario, variant, implementation, database = missing[0]
        name = f"{scenario}/{variant}" if variant else scenario
        raise BadReport(
            f"together the reports lack {len(missing)} cells, the first {name} by {implementation} on {database}",
            "Add a report that has them: a matrix with holes could be read as a complete one.",
        )
    return Report(header, list(cells.values()))


def _one_header(headers: Sequence[Header]) -> Header:
    players: dict[str, Player] = {}
    questions: dict[tuple[str, str], Question] = {}
    databases: dict[str, dict[str, str]] = {}
    for header in headers:
        _same(header.python, headers[0].python, "versions of Python")
        _same(header.ormatrix, headers[0].ormatrix, "versions of ormatrix")
        for player in header.implementations:
            one = players.setdefault(player.name, player)
            _same(one.versions, player.versions, f"versions of {player.name}")
            _same(one.configuration, player.configuration, f"configurations of {player.name}")
            _same((one.cases, one.databases), (player.cases, player.databases), f"cases of {player.name}")
        for name, versions in header.databases.items():
            _same(databases.setdefault(name, versions), versions, f"versions of {name}")
        for question in header.questions:
            known = questions.setdefault((question.scenario, question.variant), question)
            _same(msgspec.structs.astuple(known), msgspec.structs.astuple(question), "questions")
    return Header(
        headers[0].format,
        max(header.created for header in headers),
        headers[0].ormatrix,
        headers[0].python,
        databases,
        list(players.values()),
        list(questions.values()),
    )


def _same(one: object, other: object, what: str) -> None:
    if one != other:
        raise BadReport(
            f"the reports were made with different {what}: {one} and {other}",
            "Run both parts again with the same versions.",
        )

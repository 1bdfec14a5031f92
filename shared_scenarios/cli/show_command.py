"""`ormatrix show`."""

from itertools import groupby
from pathlib import Path

import click

from shared_scenarios.cell import FAILED_STATES
from shared_scenarios.cli import options
from shared_scenarios.cli.output import console, on_terminal, print_json
from shared_scenarios.cli.playing import play
from shared_scenarios.errors import FAILED, OK
from shared_scenarios.report.avoided import avoided_by
from shared_scenarios.report.read import read_report
from shared_scenarios.report.records import Question, Report
from shared_scenarios.runner.run import plan, understood


@click.command("show")
@click.argument("scenario", shell_complete=options.complete_scenario)
@options.orm
@options.database
@click.option(
    "--report", "report_path", type=options.report_file, help="Show what a report holds instead of playing now."
)
@options.timeout
@options.plain_style
def command(
    scenario: str,
    orms: tuple[str, ...],
    databases: tuple[str, ...],
    report_path: Path | None,
    timeout: float,
    style: str | None,
) -> int:
    """Timelines of a scenario, side by side: the line of code, the SQL it sent, the object, what others see.

    SCENARIO is a scenario, one of its variants (scenario/variant), or a theme. It is played now, and exit code 1 says
    that a cell has no result; unless --report names a file that holds it.

    \b
    Examples
      ormatrix show read-helper-flushes/object
      ormatrix show fields-after-rollback --orm sqlalchemy --orm django
    """
    if report_path:
        whole = read_report(report_path)
        report = _part(whole, scenario, orms)
    else:
        whole = report = play(plan(orms, [scenario], databases, timeout=timeout))
    if on_terminal(style):
        _print(report, whole)
    else:
        print_json(report.cells)
    return FAILED if not report_path and any(cell.state in FAILED_STATES for cell in report.cells) else OK


def _part(report: Report, scenario: str, orms: tuple[str, ...]) -> Report:
    """What the report holds of these names; UnknownName if it holds none."""
    header = report.header
    known = {(q.scenario, q.variant): _names(q) for q in header.questions}
    names = list(dict.fromkeys(name for own in known.values() for name in own))
    wanted = understood([scenario.replace("_", "-")], names, "scenario in the report")
    players = understood(orms, [player.name for player in header.implementations], "implementation in the report")
    cells = [
        cell for cell in report.cells if wanted.intersection(known[cell.key[:2]]) and cell.implementation in players
    ]
    return Report(header, cells)


def _names(asked: Question) -> tuple[str, ...]:
    """What a row can be chosen by: its theme, its scenario, its variant."""
    return (asked.theme, asked.scenario, *([f"{asked.scenario}/{asked.variant}"] if asked.variant else []))


def _print(report: Report, whole: Report) -> None:
    """What avoids a broken promise may stand in rows that are not shown."""
    from shared_scenarios.views.show import TerminalTimelines

    questions = {(q.scenario, q.variant): q for q in report.header.questions}
    known = {cell.key: cell for cell in whole.cells}
    broken = [cell for cell in report.cells if cell.state == "promise broken"]
    avoided = {cell.key: avoided_by(cell, whole.header, known) for cell in broken}
    for key, cells in groupby(report.cells, key=lambda cell: cell.key[:2]):
        console().print(TerminalTimelines(questions[key], list(cells), avoided=avoided))

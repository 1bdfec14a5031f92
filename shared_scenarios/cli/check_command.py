"""`ormatrix check`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from shared_scenarios.cell import Cell
from shared_scenarios.cli import options
from shared_scenarios.cli.output import console, on_terminal, print_json
from shared_scenarios.cli.playing import play, playable
from shared_scenarios.errors import FAILED, OK
from shared_scenarios.report.outcomes import Change, behaviour, changes, other_versions, recorded_kinds
from shared_scenarios.report.records import Question, Report
from shared_scenarios.runner.run import Plan, plan
from shared_scenarios.views.words import printable


@click.command("check")
@options.orm
@options.scenario
@options.recorded_database
@options.outcomes
@options.jobs
@options.timeout
@options.plain_style
def command(
    orms: tuple[str, ...],
    scenarios: tuple[str, ...],
    databases: tuple[str, ...],
    outcomes: Path,
    jobs: int | None,
    timeout: float,
    style: str | None,
) -> int:
    """Play scenarios and compare what happens with the recorded outcomes.

    Without --database: on every database that is recorded; one that cannot be had here is left out with a word.
    Exit code 0 if behaviour is as recorded, 1 if it has changed: then both timelines of each changed cell are printed,
    with the versions that each was made with. What has another version than recorded is named in any case.
    """
    asked = plan(orms, scenarios, databases or recorded_kinds(outcomes), jobs, timeout)
    reports = [play(one) for one in ([asked] if databases else _able(asked))]
    found = [(change, report) for report in reports for change in changes(report, outcomes, whole=not scenarios)]
    for report in reports:
        _say(other_versions(report, outcomes))
    if on_terminal(style):
        for change, report in found:
            _print_change(change, report)
        click.echo(f"{sum(len(report.cells) for report in reports)} cells compared, {len(found)} changed")
    else:
        print_json([change for change, _ in found])
    return FAILED if found else OK


def _able(asked: Plan) -> list[Plan]:
    """What can be played here: one plan for all databases on which the same implementations play."""
    plans, left_out = playable(asked)
    _say(f"left out: {why}" for why in left_out)
    return plans


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(printable(line), err=True)


def _print_change(change: Change, report: Report) -> None:
    click.echo()
    for line in _change(change):
        click.echo(printable(line))
    sides = [(name, cell) for name, cell in (("recorded", change.recorded), ("now", change.now)) if cell]
    titles, cells = zip(*sides, strict=True)
    question = _question(cells[0], report)
    if question:
        from shared_scenarios.views.show import TerminalTimelines

        console().print(TerminalTimelines(question, cells, titles))


def _change(change: Change) -> Iterator[str]:
    yield f"{change.case} by {change.implementation} on {change.database}"
    yield f"  recorded with {_versions(change.recorded_versions)}: {_outcome(change.recorded)}"
    yield f"  now with      {_versions(change.versions)}: {_outcome(change.now)}"
    yield from (f"  {name}: {before!r} -> {after!r}" for name, before, after in _differences(change))


def _question(cell: Cell, report: Report) -> Question | None:
    return next((q for q in report.header.questions if (q.scenario, q.variant) == cell.key[:2]), None)


def _differences(change: Change) -> list[tuple[str, object, object]]:
    """Each fact that is not what it was."""
    if not change.recorded or not change.now:
        return []
    before, after = behaviour(change.recorded)["facts"], behaviour(change.now)["facts"]
    names = dict.fromkeys([*before, *after])
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _outcome(cell: Cell | None) -> str:
    return (cell.outcome or cell.state) if cell else "no such cell"

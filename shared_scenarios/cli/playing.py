"""Plays a plan and gives back its report; what `run`, `show`, `record` and `check` have in common."""

from shared_scenarios.cli.output import with_progress
from shared_scenarios.errors import CannotRun
from shared_scenarios.report.header import header_for
from shared_scenarios.report.records import Report, in_order
from shared_scenarios.runner.registry import obstacle
from shared_scenarios.runner.run import Plan, nesting, run, started


def play(asked: Plan) -> Report:
    """The report of a plan. CannotRun, before anything is played, if an implementation cannot run here."""
    _must_be_able(asked)
    with nesting(asked) as nests, started(asked) as ready:
        header = header_for(ready)
        cells = with_progress(run(ready, nests), ready.cells())
    return Report(header, in_order(header, cells))


def _must_be_able(asked: Plan) -> None:
    for entry in asked.entries:
        for database in asked.databases:
            name, why = entry.implementation.name, obstacle(entry.implementation, database.kind)
            if why:
                raise CannotRun(
                    f"{name} cannot run on {database.kind} here: it {why}",
                    "Install that, or name the others with --orm.",
                )

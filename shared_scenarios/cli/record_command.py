"""`ormatrix record`."""

from pathlib import Path

import click

from shared_scenarios.cell import FAILED_STATES
from shared_scenarios.cli import options
from shared_scenarios.cli.playing import play
from shared_scenarios.errors import FAILED, OK
from shared_scenarios.report.outcomes import recorded_files
from shared_scenarios.report.write import must_be_writable, write_files
from shared_scenarios.runner.run import plan


@click.command("record")
@options.orm
@options.database
@options.outcomes
@options.jobs
@options.timeout
def command(orms: tuple[str, ...], databases: tuple[str, ...], outcomes: Path, jobs: int | None, timeout: float) -> int:
    """Play every scenario and write the recorded outcomes anew, where a cell has changed.

    Do this on purpose: with a release of an ORM that changed its behaviour, or with a new scenario. Nothing is
    written if a cell has no result.
    """
    asked = plan(orms, (), databases, jobs, timeout)
    must_be_writable(outcomes)
    report = play(asked)
    failed = [cell for cell in report.cells if cell.state in FAILED_STATES]
    if failed:
        click.echo(
            f"{len(failed)} cells have no result, the first {failed[0].case} by {failed[0].implementation}", err=True
        )
        return FAILED
    files = list(recorded_files(report, outcomes))
    write_files(outcomes, files)
    for name, _ in files:
        click.echo(f"recorded {outcomes / name}")
    if not files:
        click.echo("nothing has changed")
    return OK

"""`ormatrix combine`."""

import sys
from pathlib import Path

import click

from shared_scenarios.cli import options
from shared_scenarios.report.combine import combine
from shared_scenarios.report.read import read_report
from shared_scenarios.report.write import as_lines, must_be_writable, write_files


@click.command("combine")
@click.argument("reports", type=options.report_file, nargs=-1, required=True)
@click.option(
    "--output", type=options.report_file, metavar="FILE", help="Where the whole goes. [default: standard output]"
)
def command(reports: tuple[Path, ...], output: Path | None) -> None:
    """Put REPORTS of parts together into one report.

    The parts must have been made with the same versions, agree where they overlap, and leave no hole.
    """
    whole = as_lines(combine([read_report(path) for path in reports]))
    if output is None:
        sys.stdout.buffer.write(whole)
        return
    must_be_writable(output.parent)
    write_files(output.parent, [(output.name, whole)])

"""`ormatrix matrix`."""

from pathlib import Path

import click

from shared_scenarios.cli import options
from shared_scenarios.cli.output import print_matrix
from shared_scenarios.matrix import compute
from shared_scenarios.report.read import read_report


@click.command("matrix")
@click.argument("report", type=options.report_file)
@options.style
def command(report: Path, style: str | None) -> None:
    """Draw the matrix of REPORT, a report.jsonl that a run wrote. Nothing is played."""
    print_matrix(compute(read_report(report)), style)

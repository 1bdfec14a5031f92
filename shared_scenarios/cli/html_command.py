"""`ormatrix html`."""

from pathlib import Path

import click

from shared_scenarios.cli import options
from shared_scenarios.report.read import read_report
from shared_scenarios.report.write import must_be_writable, write_files
from shared_scenarios.views.html import draw_html


@click.command("html")
@click.argument("report", type=options.report_file)
@click.argument("newer", type=options.report_file, required=False)
@click.option(
    "--output", type=options.report_file, default=Path("index.html"), show_default=True, metavar="FILE",
    help="Where the page goes.",
)  # fmt: skip
def command(report: Path, newer: Path | None, output: Path) -> None:
    """Draw the page of REPORT: one file that works from disk, offline. Nothing is played.

    With NEWER, the page also shows what changed from REPORT to NEWER, cell by cell.
    """
    reports = [read_report(path) for path in (report, newer) if path]
    must_be_writable(output.parent)
    write_files(output.parent, [(output.name, draw_html(*reports).encode())])
    click.echo(f"Written: {output}")

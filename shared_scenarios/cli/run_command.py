"""`ormatrix run`."""

from pathlib import Path

import click

from shared_scenarios.cell import FAILED_STATES
from shared_scenarios.cli import options
from shared_scenarios.cli.output import on_terminal, print_matrix
from shared_scenarios.cli.playing import play
from shared_scenarios.errors import FAILED, OK
from shared_scenarios.matrix import compute
from shared_scenarios.report.write import as_lines, must_be_writable, write_files
from shared_scenarios.runner.run import plan
from shared_scenarios.views.html import draw_html
from shared_scenarios.views.json_view import draw_json
from shared_scenarios.views.markdown import draw_markdown

FILES = ("report.jsonl", "matrix.md", "matrix.json", "index.html")


@click.command("run")
@options.orm
@options.scenario
@options.database
@click.option(
    "--output", type=options.folder, default=Path("ormatrix-report"), show_default=True,
    metavar="DIR", help="Where report.jsonl, matrix.md, matrix.json and index.html go.",
)  # fmt: skip
@options.jobs
@options.timeout
@options.style
def command(
    orms: tuple[str, ...],
    scenarios: tuple[str, ...],
    databases: tuple[str, ...],
    output: Path,
    jobs: int | None,
    timeout: float,
    style: str | None,
) -> int:
    """Play scenarios, draw the matrix, write the report.

    Without options: every scenario, every implementation, on SQLite. Exit code 1 if a cell has no result because its
    answer or the harness failed; a broken promise is a result.

    \b
    Examples
      ormatrix run
      ormatrix run --orm django --orm peewee --scenario rollback
      ormatrix run --scenario kol-and-first-tweet-atomic/tweet-fails --format markdown
    """
    asked = plan(orms, scenarios, databases, jobs, timeout)
    must_be_writable(output, *FILES)
    report = play(asked)
    matrix = compute(report)
    contents = as_lines(report), draw_markdown(matrix).encode(), draw_json(matrix).encode(), draw_html(report).encode()
    write_files(output, zip(FILES, contents, strict=True))
    print_matrix(matrix, style)
    if on_terminal(style):
        click.echo(f"Written: {', '.join(str(output / name) for name in FILES)}")
    return FAILED if any(cell.state in FAILED_STATES for cell in report.cells) else OK

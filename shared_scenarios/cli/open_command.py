"""`ormatrix open`."""

import webbrowser
from pathlib import Path

import click

from shared_scenarios.errors import CannotRun


@click.command("open")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("ormatrix-report"))
def command(folder: Path) -> None:
    """Show the page of a run in the browser.

    FOLDER is where the run wrote, ormatrix-report unless named; a page itself may be named too.
    """
    page = folder / "index.html" if folder.is_dir() else folder
    if not page.is_file():
        raise CannotRun(f"there is no page at {page}", "Make one with `ormatrix run` or `ormatrix html REPORT`.")
    if not webbrowser.open(page.resolve().as_uri()):
        raise CannotRun("no browser was found on this machine", f"Open {page.resolve()} in one by hand.")

"""Two runs of the same versions give the same report, but for the time in its header."""

import tempfile
from pathlib import Path

from msgspec import structs

from shared_scenarios.report.records import Report
from shared_scenarios.report.write import as_lines
from tests.played import played


def timeless(report: Report) -> list[bytes]:
    """The lines of a report, its footer and digest included, as if it had been made at no time."""
    header = structs.replace(report.header, created="")
    return as_lines(Report(header, report.cells)).splitlines()


def test_two_runs_give_the_same_lines_whether_workers_run_together_or_one_by_one() -> None:
    together, alone = timeless(played()), timeless(played(jobs=1))
    assert len(together) == 2 + len(played().cells)
    for line, other in zip(together, alone, strict=True):
        assert line == other


def test_part_that_is_played_alone_gives_the_cells_that_the_whole_has() -> None:
    part = played("django")
    whole = [cell for cell in played().cells if cell.implementation == "django"]
    assert part.cells == whole


def test_header_names_the_second_in_which_it_was_made() -> None:
    assert played().header.created.endswith("+00:00")


def test_report_names_no_folder_of_this_machine() -> None:
    content = as_lines(played())
    for folder in (Path(__file__).parents[1], Path.home(), Path(tempfile.gettempdir()), Path("/dev/shm")):
        assert str(folder).encode() + b"/" not in content

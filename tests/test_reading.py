"""What a timeline says is read where the run is, of the record alone."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from shared_scenarios.catalogue import case_of
from shared_scenarios.cell import FAILED_STATES, CellState
from shared_scenarios.runner.reading import read
from shared_scenarios.scenario import Reading
from shared_scenarios.timeline import Timeline
from tests.handmade import cell

CASE = case_of("forgotten-commit/sent")
RUN = """
import sys
from shared_scenarios.cli import main
sys.argv[1:] = ["run", "--scenario", "forgotten-commit", "--format", "json", "--output", "out"]
try:
    main()
except SystemExit as end:
    print(end.code, {"sqlalchemy", "django", "peewee"} & set(sys.modules), file=sys.stderr)
"""


def test_who_reads_has_imported_no_orm(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "0 set()"


def test_a_reading_that_fails_is_the_matter_of_its_cell() -> None:
    def stumbles(_: Timeline) -> Reading:
        raise LookupError("no such checkpoint")

    found = read(cell(outcome=""), replace(CASE, scenario=replace(CASE.scenario, read=stumbles)))
    assert (found.state, found.outcome, found.facts) == ("error", "", {})
    assert found.failure is not None
    assert (found.failure.type, found.failure.text) == ("LookupError", "no such checkpoint")
    assert found.reason.startswith(__file__)


@pytest.mark.parametrize("state", ["not applicable", *FAILED_STATES])
def test_what_was_not_observed_has_no_outcome(state: CellState) -> None:
    assert read(cell(outcome="", state=state), CASE) == cell(outcome="", state=state)

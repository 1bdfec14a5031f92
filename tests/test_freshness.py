from pathlib import Path

import pytest

from shared_scenarios.cell import Cell
from shared_scenarios.report.read import read_report
from tests.freshness import ROOT, made
from tests.recorded import OUTCOMES


@pytest.mark.parametrize("path", made(), ids=lambda path: path.name)
def test_text_made_from_the_program_is_fresh(path: Path) -> None:
    assert path.read_text() == made()[path], "python -m tests.freshness --write"


@pytest.mark.parametrize("file", sorted(OUTCOMES.rglob("*.jsonl")), ids=lambda file: str(file.relative_to(OUTCOMES)))
def test_recorded_answers_are_those_in_the_files(file: Path) -> None:
    stale = [cell.case for cell in read_report(file).cells if not _as_in_its_file(cell)]
    assert not stale, "make record, with each version that is recorded"


def _as_in_its_file(cell: Cell) -> bool:
    return cell.source is None or cell.source.text in (ROOT / cell.source.file).read_text()

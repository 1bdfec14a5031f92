"""Cells that were really played, once per test process."""

from functools import cache

from shared_scenarios.report.header import header_for
from shared_scenarios.report.records import Report, in_order
from shared_scenarios.runner.run import plan, run


@cache
def played(*orms: str, jobs: int = 2) -> Report:
    """Every scenario by these implementations, or by all."""
    asked = plan(orms, jobs=jobs)
    header = header_for(asked)
    return Report(header, in_order(header, list(run(asked))))

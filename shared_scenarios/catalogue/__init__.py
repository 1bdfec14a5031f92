"""The questions. One module per theme; every scenario in it is found, in the order in which it is written."""

from functools import cache
from importlib import import_module

from shared_scenarios.scenario import Case, Scenario

THEMES = (
    "defaults",
    "identity_and_keys",
    "when_sql_is_sent",
    "autoflush",
    "rollback",
    "failed_transaction",
    "commit_failure",
    "savepoints",
    "hooks",
    "session_lifetime",
    "relationships",
    "bulk",
    "concurrency",
    "lost_updates",
    "locks_and_isolation",
    "connections",
    "asynchronous",
    "faults",
    "threads",
    "isolation_of_tests",
    "sqlite",
)


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario, theme by theme."""
    modules = [import_module(f"{__name__}.{theme}") for theme in THEMES]
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Scenario))


@cache
def cases() -> tuple[Case, ...]:
    """Every scenario in every variant: the rows of the matrix."""
    return tuple(case for scenario in scenarios() for case in scenario.cases())


def case_of(name: str) -> Case:
    """The case of this name, `scenario` or `scenario/variant`; KeyError if there is none."""
    return _by_name()[name]


@cache
def _by_name() -> dict[str, Case]:
    return {case.name: case for case in cases()}

"""What configurations change, measured: every case is played under each of them and beside it by its base."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from shared_scenarios.cell import FAILED_STATES, Cell
from shared_scenarios.matrix import shown
from shared_scenarios.runner.registry import Entry, entries, obstacle
from shared_scenarios.runner.run import Plan, plan, run, started
from shared_scenarios.scenario import Implementation
from tests.recorded import Cells

CONFIGURATIONS = tuple(entry.implementation for entry in entries() if entry.implementation.cases)
ONE_CONNECTION = "two threads have a connection at once, and the pool has one, so that every run finds the same"
# Where a configuration leaves a scenario no way to be played as it is meant. A reason that is not needed fails a test.
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "django:pool": dict.fromkeys(
        (
            "session-shared-by-threads/per-thread",
            "session-shared-by-threads/one-at-a-time",
            "thread-inside-transaction/own",
            "pool-exhaustion/no-pool",
        ),
        ONE_CONNECTION,
    ),
}


class Measured(NamedTuple):
    """Cases by what became of them; what is applicable to neither side is in none."""

    changed: frozenset[str]
    same: frozenset[str]
    failed: frozenset[str]


def measure(kind: str) -> dict[str, Measured]:
    """Every configuration that can run on this kind of database, on all cases."""
    able = [one for one in CONFIGURATIONS if one.works_on(kind) and not obstacle(one, kind)]
    with started(_everything(able, kind)) as ready:
        played = {(cell.case, cell.implementation): cell for cell in run(ready)}
    return {one.name: _compared(one, played) for one in able}


def _everything(able: Iterable[Implementation], kind: str) -> Plan:
    wanted = {name for one in able for name in (one.base, one.name)}
    found = [entry for entry in entries() if entry.implementation.name in wanted]
    return replace(plan(databases=[kind]), entries=tuple(_of_all_cases(entry) for entry in found))


def _of_all_cases(entry: Entry) -> Entry:
    return entry._replace(implementation=replace(entry.implementation, cases=()))


def _compared(one: Implementation, played: Mapping[tuple[str, str], Cell]) -> Measured:
    """The rule is what a user sees in the matrix, state and outcome: with a pool, say, facts such as the number of
    connections change nearly everywhere and tell nobody anything.
    """
    pairs = {case: (cell, played[case, one.base]) for (case, name), cell in played.items() if name == one.name}
    failed = frozenset(case for case, (cell, _) in pairs.items() if cell.state in FAILED_STATES)
    changed = frozenset(case for case, (cell, base) in pairs.items() if shown(cell) != shown(base)) - failed
    silent = {case for case, (cell, _) in pairs.items() if cell.state == "not applicable"} - changed
    return Measured(changed, frozenset(pairs) - changed - failed - silent, failed)


def problems(one: Implementation, measured: Iterable[Measured], elsewhere: Iterable[str] = ()) -> list[str]:
    """What to add to the cases of a configuration and what to drop; `elsewhere` is known to change on others."""
    found = list(measured)
    changed = frozenset[str]().union(*(each.changed for each in found))
    same = frozenset[str]().union(*(each.same for each in found))
    failed = frozenset[str]().union(*(each.failed for each in found))
    known = set(LEFT_OUT.get(one.name, ()))
    return [
        *(f"add {case}: {one.name} changes it" for case in sorted(changed - known) if not one.plays(case)),
        *(
            f"drop {case}: {one.name} leaves it as it is"
            for case in sorted(same - changed - {*elsewhere})
            if one.plays(case)
        ),
        *(f"{case} has no result under {one.name}: say why in LEFT_OUT" for case in sorted(failed - known)),
        *(f"{case} is as ever under {one.name}: it stands in LEFT_OUT" for case in sorted(known - failed - changed)),
    ]


def recorded_changes(one: Implementation, recorded: Cells) -> set[str]:
    """The cases that the configuration changes on some database, as recorded."""
    pairs = [
        (cell, recorded.get((case, one.base, kind)))
        for (case, name, kind), cell in recorded.items()
        if name == one.name
    ]
    return {cell.case for cell, base in pairs if base and shown(cell) != shown(base)}

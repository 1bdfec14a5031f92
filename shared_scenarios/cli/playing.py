"""Plays a plan and gives back its report; what `run`, `show`, `record` and `check` have in common."""

from contextlib import closing
from dataclasses import replace

import click

from shared_scenarios.cli.output import with_progress
from shared_scenarios.errors import CannotRun
from shared_scenarios.report.header import header_for
from shared_scenarios.report.records import Report, in_order
from shared_scenarios.runner.registry import Entry, obstacle
from shared_scenarios.runner.run import Plan, nesting, run, started
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.open import obstacle as no_server


def play(asked: Plan) -> Report:
    """The report of a plan. CannotRun, before anything is played, if an implementation cannot run here.

    A configuration that nobody has named, and that cannot, is left out with a word.
    """
    with nesting(asked) as nests:  # first of all: what can run here is found out while they import it
        asked = _without_hindered(asked)
        _must_be_able(asked)
        with started(asked) as ready:
            header = header_for(ready)
            # Closed while its nests live: an interrupt may be heard while a cell is shown, and not while it is awaited.
            with closing(run(ready, nests)) as playing:
                cells = with_progress(playing, ready.cells())
    return Report(header, in_order(header, cells))


def playable(asked: Plan) -> tuple[list[Plan], list[str]]:
    """The parts of a plan that can be played here, and in words what cannot."""
    groups: dict[tuple[str, ...], list[Database]] = {}
    left_out = []
    for database in asked.databases:
        if why := "" if database.url else no_server(database.kind):
            left_out.append(f"{database.kind}: {why}")
            continue
        hindered = _hindered(asked, database.kind)
        left_out += [f"{name} on {database.kind}: it {why}" for name, why in hindered.items()]
        names = (entry.implementation.name for entry in asked.entries)
        groups.setdefault(tuple(name for name in names if name not in hindered), []).append(database)
    return [_part(asked, names, databases) for names, databases in groups.items() if names], left_out


def _hindered(asked: Plan, kind: str) -> dict[str, str]:
    """Those that miss something on this kind of server, and what. On SQLite all must play but some configurations."""
    found = {
        entry.implementation.name: obstacle(entry.implementation, kind)
        for entry in asked.entries
        if (kind != "sqlite" or _may_be_left_out(asked, entry)) and kind in asked.kinds_of(entry.implementation)
    }
    return {name: why for name, why in found.items() if why}


def _may_be_left_out(asked: Plan, entry: Entry) -> bool:
    return bool(entry.implementation.cases) and entry.implementation.name not in asked.named


def _without_hindered(asked: Plan) -> Plan:
    able = []
    for entry in asked.entries:
        name, kinds = entry.implementation.name, asked.kinds_of(entry.implementation)
        hindered = [f"{name} on {kind}: it {why}" for kind in kinds if (why := obstacle(entry.implementation, kind))]
        if hindered and _may_be_left_out(asked, entry):
            click.echo(f"left out: {hindered[0]}", err=True)
        else:
            able.append(entry)
    return replace(asked, entries=tuple(able))


def _part(asked: Plan, names: tuple[str, ...], databases: list[Database]) -> Plan:
    part = replace(asked, databases=tuple(databases))
    able = (entry for entry in asked.entries if entry.implementation.name in names)
    return replace(part, entries=tuple(entry for entry in able if part.kinds_of(entry.implementation)))


def _must_be_able(asked: Plan) -> None:
    for entry in asked.entries:
        for kind in asked.kinds_of(entry.implementation):
            name, why = entry.implementation.name, obstacle(entry.implementation, kind)
            if why:
                raise CannotRun(
                    f"{name} cannot run on {kind} here: it {why}",
                    "Install that, or name the others with --orm.",
                )

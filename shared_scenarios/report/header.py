"""Makes the header of a run: what was asked, of whom, in which versions."""

import platform
from datetime import UTC, datetime
from importlib import metadata

from shared_scenarios.catalogue import cases
from shared_scenarios.report.records import FORMAT, Header, Player, Question
from shared_scenarios.runner.registry import Entry, versions
from shared_scenarios.runner.run import Plan
from shared_scenarios.scenario import Case
from shared_scenarios.targets.open import versions as server_versions


def header_for(plan: Plan) -> Header:
    """The header of a report on this plan; `created` is the time now, in UTC, to the second."""
    return Header(
        format=FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        ormatrix=metadata.version("ormatrix"),
        python=platform.python_version(),
        databases={database.kind: server_versions(database) for database in plan.databases},
        implementations=[player(entry) for entry in plan.entries],
        questions=[question(case) for case in plan.cases],
    )


def player(entry: Entry) -> Player:
    """An implementation with the versions that are installed."""
    one = entry.implementation
    # By name and of the whole catalogue, so that a reader needs no patterns, and headers of parts agree.
    own = [case.name for case in cases() if one.plays(case.name)] if one.cases else []
    return Player(one.name, dict(one.configuration), versions(one), own, list(one.databases))


def question(case: Case) -> Question:
    """A case in words."""
    own = case.scenario
    theme = own.theme.replace("_", "-")
    return Question(own.name, case.variant, theme, own.title, case.what, own.question, own.why, [*case.avoided_by])

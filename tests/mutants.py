"""Can the suite fail? `python -m tests.mutants` changes every answer in every way it knows, and says what nobody tells.

Exit status 1 if fewer than 95 % of the mutants that behave otherwise are told, or a survivor has no reason, or a
reason has no survivor.
"""

import os
from collections import Counter
from collections.abc import Sequence

import click

from shared_scenarios.runner.registry import Entry, choose
from shared_scenarios.runner.run import choose_cases
from tests.mutation.processes import play_all
from tests.mutation.survivors import accepted, stale
from tests.mutation.verdict import TOLD
from tests.mutation.worker import Played

ENOUGH = 0.95
SHOWN = 4  # lines of a survivor's difference


@click.command()
@click.option("--orm", "orms", multiple=True, help="Only these implementations; patterns as in `ormatrix run`.")
@click.option("--scenario", "scenarios", multiple=True, help="Only these themes or scenarios.")
@click.option("--every", default=1, show_default=True, help="Only every n-th mutant.")
def main(orms: Sequence[str], scenarios: Sequence[str], every: int) -> None:
    """Make mutants of the answers, play them on SQLite, list the survivors."""
    played = play_all(distinct(choose(orms)), choose_cases(scenarios), every, os.cpu_count() or 1)
    whole = not orms and not scenarios and every == 1
    unused = stale(played) if whole else []
    for line in report(played):
        click.echo(line)
    for reason in unused:
        click.echo(f"stale: {reason.implementation} {reason.case}: {reason.what}: no such survivor")
    unexplained = [one for one in survivors(played) if accepted(one) is None]
    raise SystemExit(int(share(played) < ENOUGH or bool(unexplained) or bool(unused)))


def distinct(entries: Sequence[Entry]) -> list[Entry]:
    """One per set of answers: a configuration is another way to play the same ones."""
    return list({entry.implementation.answers: entry for entry in reversed(entries)}.values())[::-1]


def changing(played: Sequence[Played]) -> list[Played]:
    """The mutants that behave otherwise than the original."""
    return [one for one in played if one.verdict and one.verdict.by in (*TOLD, "nothing")]


def survivors(played: Sequence[Played]) -> list[Played]:
    """Those that nobody tells from the original."""
    return [one for one in changing(played) if one.verdict and one.verdict.by == "nothing"]


def share(played: Sequence[Played]) -> float:
    """How many of the mutants that behave otherwise are told; 0 if there is none, for then nothing is proved."""
    found = changing(played)
    return 1 - len(survivors(played)) / len(found) if found else 0.0


def report(played: Sequence[Played]) -> list[str]:
    """Counts per implementation, then the survivors."""
    names = list(dict.fromkeys(one.implementation for one in played))
    lines = [_counts(name, [one for one in played if one.implementation == name]) for name in names]
    return [*lines, _counts("all", played), "", *(line for one in survivors(played) for line in _survivor(one))]


def _counts(name: str, played: Sequence[Played]) -> str:
    by = Counter(one.verdict.by for one in played if one.verdict)
    told = ", ".join(f"{by[word]} by {word}" for word in TOLD)
    return (
        f"{name}: {len(played)} mutants, {by['no program']} of them no program, {by['same']} change nothing, "
        f"{len(changing(played))} behave otherwise: told {told}; {by['nothing']} survive; {share(played):.1%} told"
    )


def _survivor(one: Played) -> list[str]:
    assert one.verdict is not None
    reason = accepted(one)
    why = f"  accepted: {reason.why}" if reason else "  NO REASON GIVEN"
    difference = [f"    {line[:200]}" for line in one.verdict.difference[:SHOWN]]
    return [f"{one.file}:{one.line} {one.implementation} {one.case}: {one.what}", why, *difference]


if __name__ == "__main__":
    main()

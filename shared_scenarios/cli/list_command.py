"""`ormatrix list`."""

from typing import Any

import click

from shared_scenarios.catalogue import cases
from shared_scenarios.cli import options
from shared_scenarios.cli.output import console, on_terminal, print_json
from shared_scenarios.report.header import question
from shared_scenarios.runner.registry import entries, obstacle
from shared_scenarios.scenario import Implementation

WHAT = ("scenarios", "implementations", "databases")


@click.command("list")
@click.argument("what", type=click.Choice(WHAT), required=False)
@options.plain_style
def command(what: str | None, style: str | None) -> None:
    """Scenarios, implementations and databases, and whether each can run here."""
    found = {name: _FOUND[name]() for name in ([what] if what else WHAT)}
    if on_terminal(style):
        for name, rows in found.items():
            _print_table(name, rows)
    else:
        print_json(found[what] if what else found)


def _scenarios() -> list[dict[str, Any]]:
    return [
        {
            "theme": q.theme,
            "name": case.name,
            "title": f"{q.title}: {q.what}" if q.what else q.title,
            "question": q.question,
        }
        for case in cases()
        for q in [question(case)]
    ]


def _implementations() -> list[dict[str, Any]]:
    return [
        {
            "name": entry.implementation.name,
            "package": entry.implementation.package,
            "configuration": dict(entry.implementation.configuration),
            "requires": list(entry.implementation.requires),
            "plays": _plays(entry.implementation),
            "cases": [case.name for case in cases() if entry.implementation.plays(case.name)],
            "can run here": obstacle(entry.implementation, (*entry.implementation.databases, "sqlite")[0]) or "yes",
        }
        for entry in entries()
    ]


def _plays(one: Implementation) -> str:
    number = sum(one.plays(case.name) for case in cases())
    said = f"{number} cases that it changes" if one.cases else "everything"
    return f"{said}, on {' and '.join(one.databases)}" if one.databases else said


def _databases() -> list[dict[str, Any]]:
    from shared_scenarios.targets.open import KINDS, obstacle

    return [
        {"name": kind, "address": example, "can run here": obstacle(kind) or "yes"} for kind, example in KINDS.items()
    ]


_FOUND = {"scenarios": _scenarios, "implementations": _implementations, "databases": _databases}


def _print_table(name: str, rows: list[dict[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(
        title=f"{name.capitalize()} ({len(rows)})",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in _COLUMNS[name]:
        table.add_column(column, no_wrap=column == "name")
    for row in rows:
        table.add_row(*(_text(row[column]) for column in _COLUMNS[name]))
    console().print(table)


# What fits on a terminal; in a pipe there is more.
_COLUMNS = {
    "scenarios": ("name", "title"),
    "implementations": ("name", "requires", "configuration", "plays", "can run here"),
    "databases": ("name", "address", "can run here"),
}


def _inner(value: object) -> str:
    return f"({_text(value)})" if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={_inner(inner)}" for name, inner in value.items()) or "default"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

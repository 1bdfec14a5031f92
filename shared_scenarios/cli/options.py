"""Options that several commands have, with the names that a shell can complete."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _starting(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_orm(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Implementations that are installed."""
    from shared_scenarios.runner.registry import entries

    return _starting((entry.implementation.name for entry in entries()), incomplete)


def complete_scenario(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Themes, scenarios and variants."""
    from shared_scenarios.runner.run import scenario_names

    return _starting(scenario_names(), incomplete)


def complete_database(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Kinds of database; an address only its owner knows."""
    from shared_scenarios.targets.open import KINDS

    return _starting(KINDS, incomplete)


orm = click.option(
    "--orm", "orms", metavar="NAME", multiple=True, shell_complete=complete_orm,
    help="An implementation, or a pattern such as 'sqlalchemy*'. May be given again. [default: all]",
)  # fmt: skip
scenario = click.option(
    "--scenario", "scenarios", metavar="NAME|THEME", multiple=True, shell_complete=complete_scenario,
    help="A scenario, one variant of it (scenario/variant), or a theme; patterns too. [default: all]",
)  # fmt: skip
database, recorded_database = (
    click.option(
        "--database", "databases", metavar="URL|NAME", multiple=True, shell_complete=complete_database,
        help="sqlite, postgresql, mariadb, or an address (postgresql://..., or sqlite:///FILE for files "
        "beside that one). May be given again. "
        f"[default: {default}]",
    )
    for default in ("sqlite", "those that are recorded")
)  # fmt: skip
jobs = click.option(
    "--jobs", type=click.IntRange(1), metavar="N",
    help="Worker processes at once. [default: one per processor, and one more where servers are played]",
)  # fmt: skip
timeout = click.option(
    "--timeout", type=click.FloatRange(0.1, 3600), default=30.0, metavar="S", show_default=True,
    help="Seconds that one cell may take.",
)  # fmt: skip
style, plain_style = (
    click.option(
        "--format", "style", type=click.Choice(formats),
        help="How to print. [default: terminal on a terminal, json in a pipe]",
    )
    for formats in (["terminal", "markdown", "json"], ["terminal", "json"])
)  # fmt: skip


class Named(click.Path):
    """A path that is not the empty one: that would mean the folder one happens to be in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click does."""
        if str(value) == "":
            self.fail("an empty name", param, ctx)
        return super().convert(value, param, ctx)


report_file, folder = Named(path_type=Path, dir_okay=False), Named(path_type=Path, file_okay=False)
outcomes = click.option(
    "--outcomes", type=folder, default=Path("tests/outcomes"), show_default=True,
    metavar="DIR", help="Where the recorded outcomes lie.",
)  # fmt: skip

"""The command group: a command's module is imported when it is called, and none for `--help`."""

from difflib import get_close_matches
from importlib import import_module

import click

from shared_scenarios.errors import EXIT_CODES

COMMANDS = {
    "run": "Play scenarios, draw the matrix, write the report.",
    "show": "Timelines of a scenario, side by side.",
    "list": "Scenarios, implementations and databases.",
    "open": "Show the page of a run in the browser.",
    "html": "Draw the page of a report, or of two.",
    "matrix": "Draw the matrix of a report.",
    "combine": "Put reports of parts together.",
    "record": "Write the recorded outcomes anew.",
    "check": "Compare behaviour with the recorded outcomes.",
    "schema": "The JSON Schema of the report file.",
    "completion": "Print the completion script of a shell.",
}
EPILOG = "Exit codes: " + "; ".join(f"{code}: {meaning}" for code, meaning in EXIT_CODES.items()) + "."


class Commands(click.Group):
    """Commands by name; each lives in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import it now; None for a name that is no command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__package__}.{cmd_name}_command").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name where there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]}?", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, which needs no command to be imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="ormatrix", message="ormatrix %(version)s")
def cli() -> None:
    """How do SQLAlchemy, Django and Peewee handle sessions, flush and transactions?

    One suite of scenarios runs against each ORM in its own idiom. Three witnesses record what happened: the SQL as the
    database received it, the objects in memory, and what an independent second connection sees. The matrix is
    computed from that record.

    \b
    Start with
      ormatrix run                         everything, on SQLite
      ormatrix show read-helper-flushes    why does a helper that reads write?
      ormatrix list                        what there is

    Results are tables on a terminal and JSON in a pipe.
    """

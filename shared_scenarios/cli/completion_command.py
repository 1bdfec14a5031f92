"""`ormatrix completion`."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL; load it in the shell's start-up file.

    \b
    bash:  eval "$(ormatrix completion bash)"
    zsh:   eval "$(ormatrix completion zsh)"
    fish:  ormatrix completion fish | source
    """
    from shared_scenarios.cli.group import cli

    made = get_completion_class(shell)
    assert made is not None, "the choice above names only shells that click knows"
    click.echo(made(cli, {}, "ormatrix", "_ORMATRIX_COMPLETE").source())

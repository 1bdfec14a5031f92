"""`ormatrix schema`."""

import click

from shared_scenarios.cli.output import print_json
from shared_scenarios.report.schema import schema


@click.command("schema")
def command() -> None:
    """The JSON Schema of the report file: each of its lines is valid against it."""
    print_json(schema())

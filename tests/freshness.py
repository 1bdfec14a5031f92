"""Text in README and docs that is made from the program: `python -m tests.freshness --check`, or `--write`."""

import re
import sys
from pathlib import Path

import click

from shared_scenarios.cli.group import COMMANDS, cli
from shared_scenarios.matrix import Matrix, compute
from shared_scenarios.report.combine import combine
from shared_scenarios.report.read import read_report
from shared_scenarios.report.records import Report
from shared_scenarios.runner.registry import entries
from shared_scenarios.views.markdown import draw_markdown, table
from shared_scenarios.views.words import versions
from tests import theme_pages, theme_prose
from tests.recorded import OUTCOMES

ROOT = Path(__file__).parents[1]
FOLDERS = [entry.implementation.name.replace(":", "+") for entry in entries()]
COLUMNS = tuple(name for name in FOLDERS if any((OUTCOMES / name).glob("*/sqlite.jsonl")))
SHOWN = (
    "kol-and-first-tweet-atomic/by-relation",
    "kol-and-first-tweet-atomic/tweet-fails-no-block",
    "read-helper-flushes/object",
    "fields-after-rollback/sent",
    "save-again-after-rollback/plain",
    "swallowed-error-clean-exit/plain",
)


def made() -> dict[Path, str]:
    """Each file that is made, or has a part that is, with what should stand in it."""
    readme = ROOT / "README.md"
    return {
        readme: _replaced(readme.read_text(), "excerpt", _excerpt()),
        ROOT / "docs" / "matrix.md": draw_markdown(recorded_matrix(COLUMNS)),
        ROOT / "docs" / "commands.md": _commands(),
        **theme_pages.pages(),
    }


def recorded_matrix(names: tuple[str, ...]) -> Matrix:
    """The matrix of the recorded outcomes, of the newest recorded version of each ORM."""
    return compute(combine([newest(name) for name in names]))


def newest(name: str) -> Report:
    """The recorded cells of an implementation on SQLite, of its newest version."""
    files = (OUTCOMES / name).glob("*/sqlite.jsonl")
    return read_report(max(files, key=lambda file: [int(part) for part in file.parent.name.split(".")]))


def _excerpt() -> str:
    matrix = recorded_matrix(("sqlalchemy", "django", "peewee"))
    rows = [row for row in matrix.rows if row.name in SHOWN]
    # The excerpt has no notes below it that a number could mean.
    lines = [re.sub(r" \\\[\d+\\\]", "", line) for line in table(matrix, rows)]
    return "\n".join([*lines, "", f"SQLite, with {versions(matrix)}."])


def _replaced(text: str, name: str, content: str) -> str:
    begin, end = f"<!-- {name}: made by tests/freshness.py -->\n", f"\n<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{content}\n{end}{after}"


def _commands() -> str:
    parts = ["# Commands\n\nWhat `--help` says, command by command.\n", _help(cli, "ormatrix")]
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        parts.append(_help(command, f"ormatrix {name}"))
    return "\n".join(parts)


def _help(command: click.Command, name: str) -> str:
    context = click.Context(command, info_name=name, terminal_width=100)
    lines = [line.rstrip() for line in command.get_help(context).splitlines()]
    return f"## {name}\n\n```text\n" + "\n".join(lines) + "\n```\n"


def main() -> int:
    """Exit status 1 if anything is stale and only looked at, or what people write is missing or untrue."""
    stale = [path for path, text in made().items() if not path.exists() or path.read_text() != text]
    if "--write" in sys.argv:
        for path in stale:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made()[path])
        stale = []
    wrong = theme_prose.problems()
    for line in [*(f"{path.relative_to(ROOT)} is stale: python -m tests.freshness --write" for path in stale), *wrong]:
        print(line)
    return bool(stale or wrong)


if __name__ == "__main__":
    sys.exit(main())

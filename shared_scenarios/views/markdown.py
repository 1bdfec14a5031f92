"""The matrix as Markdown."""

import re
from collections.abc import Iterator

from shared_scenarios.matrix import Matrix, Row
from shared_scenarios.views.words import (
    by_database,
    column_titles,
    configured,
    entry_text,
    printable,
    summary,
    theme_title,
    versions,
)


def draw_markdown(matrix: Matrix) -> str:
    """A table per theme, then notes, legend and caveats."""
    return "\n".join(_lines(matrix)) + "\n"


def _lines(matrix: Matrix) -> Iterator[str]:
    yield "# SQLAlchemy, Django, Peewee: sessions, flush and transactions"
    made = f"{versions(matrix)}; ormatrix {matrix.ormatrix}, {matrix.created}"
    yield f"\n{escape(made)}.\n\n{summary(matrix)}."
    for theme, rows in matrix.themes().items():
        yield f"\n## {escape(theme_title(theme))}\n"
        yield from table(matrix, rows)
    if matrix.notes:
        yield "\n## Notes\n"
        yield from (f"{number}. {escape(note)}" for number, note in enumerate(matrix.notes, 1))
    yield "\n## Legend\n"
    yield from (f"- `{sign}` {meaning}" for sign, meaning in matrix.legend)
    yield "\n## What this can and cannot prove\n"
    yield from (f"- {caveat}" for caveat in matrix.caveats)


def table(matrix: Matrix, rows: list[Row]) -> Iterator[str]:
    """The rows as a table; a row in which implementations differ is marked."""
    titles = ["", "question", *map(escape, column_titles(matrix))]
    yield _row(titles)
    yield _row(["---"] * len(titles))
    for row in rows:
        sign = "≠" if row.differs else ""
        title = f"{row.question.title}: {row.question.what}" if row.question.what else row.question.title
        label = f"{escape(title)}<br>{code(row.name)}"
        yield _row([sign, label, *(_cell(matrix, row, player.name) for player in matrix.implementations)])


def _cell(matrix: Matrix, row: Row, implementation: str) -> str:
    """One outcome, or one per database where they differ; then what configurations make of it."""
    found = by_database(matrix, row, implementation)
    lines = [f"{escape(', '.join(on))}: {escape(entry_text(entry))}" for entry, on in found.items()]
    if len(found) == 1:
        lines = [escape(entry_text(next(iter(found))))]
    return "<br>".join([*lines, *(escape(line.text) for line in configured(matrix, row, implementation))])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escape(text: str) -> str:
    """Text of a report as text: it can end no cell, open no tag and start no markup. Addresses become links."""
    words = printable(text).split()
    if "://" not in text:  # as nearly always
        return _escape(" ".join(words))
    return " ".join(f"<{word}>" if _ADDRESS.fullmatch(word) else _escape(word) for word in words)


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(name: str) -> str:
    """A name as code, if it is nothing but a name."""
    return f"`{name}`" if _NAME.fullmatch(name) else escape(name)


_MARKUP = re.compile(r"[\\|*_\[\]`~#]")
_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]+", re.ASCII)
_NAME = re.compile(r"[\w./:-]+", re.ASCII)

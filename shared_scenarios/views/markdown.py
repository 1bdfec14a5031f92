"""The matrix as Markdown."""

from collections.abc import Iterator

from shared_scenarios.matrix import Matrix, Row
from shared_scenarios.views.words import column_titles, entry_text, summary, theme_title, versions


def draw_markdown(matrix: Matrix) -> str:
    """A table per theme, then notes, legend and caveats."""
    return "\n".join(_lines(matrix)) + "\n"


def _lines(matrix: Matrix) -> Iterator[str]:
    yield "# SQLAlchemy, Django, Peewee: sessions, flush and transactions"
    yield f"\n{versions(matrix)}; ormatrix {matrix.ormatrix}, {matrix.created}.\n\n{summary(matrix)}."
    for theme, rows in matrix.themes().items():
        yield f"\n## {theme_title(theme)}\n"
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
    titles = ["", "question", *column_titles(matrix)]
    yield _row(titles)
    yield _row(["---"] * len(titles))
    for row in rows:
        sign = "≠" if row.differs else ""
        title = f"{row.question.title}: {row.question.what}" if row.question.what else row.question.title
        label = f"{escape(title)}<br>`{row.name}`"
        yield _row([sign, label, *(escape(entry_text(entry)) for entry in row.entries)])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escape(text: str) -> str:
    """Text of a report as text: it can end no cell, open no tag and start no markup."""
    text = " ".join(text.split())
    for character in "\\|*_[]`":
        text = text.replace(character, "\\" + character)
    return text.replace("&", "&amp;").replace("<", "&lt;")

"""Words that several views use."""

from shared_scenarios.matrix import Entry, Matrix


def printable(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey: texts of a report may hold anything."""
    return "".join(letter if letter.isprintable() else _harmless(letter) for letter in text)


def _harmless(letter: str) -> str:
    return " " if letter.isspace() else letter.encode("unicode_escape").decode()


def versions(matrix: Matrix) -> str:
    """One line that names every version."""
    parts = {"Python": matrix.python}
    for player in matrix.implementations:
        parts.update(player.versions)
    for servers in matrix.databases.values():
        parts.update(servers)
    return printable(", ".join(f"{name} {version}" for name, version in parts.items()))


def summary(matrix: Matrix) -> str:
    """One line that counts rows, columns and cells."""
    counts = dict(matrix.counts)
    rows, differ = counts.pop("rows"), counts.pop("rows that differ")
    cells = ", ".join(f"{number} {state}" for state, number in counts.items())
    return f"{rows} rows x {len(matrix.columns)} implementations: {cells}; {differ} rows differ"


def entry_text(entry: Entry) -> str:
    """The sign, the outcome and the number of the note."""
    note = f" [{entry.note}]" if entry.note else ""
    return printable(f"{entry.mark} {entry.text}".strip()) + note


def column_titles(matrix: Matrix) -> list[str]:
    """The implementations; with their databases where there are several."""
    several = len(matrix.databases) > 1
    titles = [f"{c.implementation} · {c.database}" if several else c.implementation for c in matrix.columns]
    return [printable(title) for title in titles]


def theme_title(theme: str) -> str:
    """`when-sql-is-sent` becomes `When SQL is sent`."""
    return printable(theme.replace("-", " ").capitalize().replace("sql", "SQL").replace("Sqlite", "SQLite"))

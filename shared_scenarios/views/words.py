"""Words that several views use."""

from shared_scenarios.matrix import Entry, Matrix, Row


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
    return f"{rows} rows x {len(matrix.columns)} columns: {cells}; {differ} rows differ"


def entry_text(entry: Entry) -> str:
    """The sign, the outcome and the number of the note."""
    note = f" [{entry.note}]" if entry.note else ""
    return printable(f"{entry.mark} {entry.text}".strip()) + note


def column_titles(matrix: Matrix) -> list[str]:
    """The implementations: databases are a dimension of their own, within a cell."""
    return [printable(player.name) for player in matrix.implementations]


def alike(matrix: Matrix, row: Row) -> dict[Entry, list[str]]:
    """Each outcome of a row with those that have it: an implementation by its name where all its databases agree."""
    found: dict[Entry, list[str]] = {}
    for player in matrix.implementations:
        for entry, databases in by_database(matrix, row, player.name).items():
            name = printable(player.name)
            whole = len(databases) == len(matrix.databases)
            found.setdefault(entry, []).append(name if whole else f"{name} on {' and '.join(databases)}")
    return found if len(found) > 1 else {entry: ["all"] for entry in found}


def by_database(matrix: Matrix, row: Row, implementation: str) -> dict[Entry, list[str]]:
    """What one implementation did, and on which databases."""
    found: dict[Entry, list[str]] = {}
    for column, entry in zip(matrix.columns, row.entries, strict=True):
        if column.implementation == implementation:
            found.setdefault(entry, []).append(printable(column.database))
    return found


def theme_title(theme: str) -> str:
    """`when-sql-is-sent` becomes `When SQL is sent`."""
    return printable(theme.replace("-", " ").capitalize().replace("sql", "SQL").replace("Sqlite", "SQLite"))

"""A third party's implementation: a package of its own on the path, found through its entry point.

It answers the four questions of `transaction-defaults` with nothing but `sqlite3`, and lacks every other answer.
"""

from pathlib import Path
from textwrap import dedent, indent

IMPLEMENTATION = """
from shared_scenarios.scenario import Implementation

IMPLEMENTATIONS = (
    Implementation(
        "{name}", "{name}_orm", "{name}_orm.database:Backend", "{name}_orm.answers", ("{requires}",), "-", cases={cases}
    ),
)
"""
DATABASE = """
import sqlite3

SCHEMA = '''
CREATE TABLE kols (id INTEGER PRIMARY KEY, twitter_handle TEXT, is_vip BOOLEAN, last_checked_at TEXT);
CREATE TABLE tweets (id INTEGER PRIMARY KEY, text TEXT, kol_id INTEGER);
'''


class Backend:
    def __init__(self, target):
        self.target = target

    @property
    def database(self):
        return lambda: sqlite3.connect(self.target.url)

    def create_schema(self):
        connection = self.database()
        connection.executescript(SCHEMA)
        connection.close()

    def release(self):
        pass

    def look(self, subject):
        return None
"""
ANSWER = '''
def transaction_defaults_{variant}(db, stage):
    """Explained by {name}. https://guest.example/{variant}"""
{body}
'''
READS = """
connection = db()
connection.execute("SELECT id FROM kols").fetchall()
stage.checkpoint("done")
connection.close()
stage.checkpoint("left")
"""
VARIANTS = ("write", "read", "empty_block", "reading_block")


def guest(
    folder: Path, *, name: str = "guest", requires: str = "ormatrix>=0.1", cases: str = "", **answers: str
) -> Path:
    """Install it into `folder`, which then has to be on the path. An answer that is not given reads, and is honest."""
    package = folder / f"{name}_orm"
    (package / "answers").mkdir(parents=True)
    (package / "__init__.py").write_text(
        IMPLEMENTATION.format(name=name, requires=requires, cases=tuple(cases.split()))
    )
    (package / "database.py").write_text(DATABASE)
    (package / "answers" / "__init__.py").write_text("")
    bodies = {variant: indent(dedent(answers.get(variant, READS)), "    ") for variant in VARIANTS}
    functions = [ANSWER.format(name=name, variant=variant, body=body) for variant, body in bodies.items()]
    (package / "answers" / "defaults.py").write_text("import os, sys, time\n" + "\n".join(functions))
    declare(folder, f"{name} = {name}_orm:IMPLEMENTATIONS", name)
    return folder


def declare(folder: Path, entry: str, name: str = "guest") -> Path:
    """The metadata of an installed distribution with one entry point."""
    metadata = folder / f"{name}_orm-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-orm\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[ormatrix.implementations]\n{entry}\n")
    return folder

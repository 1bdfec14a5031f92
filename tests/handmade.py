"""Reports made by hand, and what tests do to them. A header asks exactly what its cells answer."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from shared_scenarios.cell import Cell, Source
from shared_scenarios.report.records import FORMAT, Header, Player, Question, Report
from shared_scenarios.timeline import (
    Checkpoint,
    Connection,
    Failure,
    Intervention,
    Line,
    Look,
    Rows,
    Statement,
    Waiting,
)

SENT = [Line("alpha/answers.py", 6, "flush", "db.flush()"), Line("alpha/helpers.py", 3, "send", "db.send(kol)")]
COMMITTED: Rows = {"kols": [[1, "@ada", True, None]], "tweets": []}


def cell(
    implementation: str = "alpha", scenario: str = "flush", outcome: str = "sent at once", **given: Any
) -> Cell:  # fmt: skip
    """A cell that observed something, unless told otherwise."""
    given = {"variant": "", "database": "sqlite", "state": "observed", **given}
    return Cell(scenario=scenario, implementation=implementation, outcome=outcome, **given)


def report(*cells: Cell, versions: str = "1.0", created: str = "2026-01-01T00:00:00+00:00") -> Report:
    """A report whose header names what the cells name, in the order in which they name it."""
    names = unique(one.implementation for one in cells)
    players = [Player(name, {}, {name: versions}) for name in names]
    questions = [question(*key) for key in unique(one.key[:2] for one in cells)]
    databases = {name: {name.upper(): "3.0"} for name in unique(one.database for one in cells)}
    return Report(Header(FORMAT, created, "0.1.0", "3.11.7", databases, players, questions), list(cells))


def configured(*cells: Cell) -> Report:
    """A report in which what is called `alpha:safe` is asked of what its cells say alone, and its header says so."""
    made = report(*cells)
    players = [
        msgspec.structs.replace(one, cases=unique(own.case for own in cells if own.implementation == one.name))
        if one.base != one.name
        else one
        for one in made.header.implementations
    ]
    return made._replace(header=msgspec.structs.replace(made.header, implementations=players))


BROKEN: dict[str, Any] = {"state": "promise broken", "outcome": "lost", "broken": ["it is stored"]}


def avoided(*cells: Cell, by: str = "safely") -> Report:
    """A report that says of its first row that another variant avoids what is broken in it."""
    made = report(*cells)
    first, *rest = made.header.questions
    questions = [msgspec.structs.replace(first, avoided_by=[by]), *rest]
    return made._replace(header=msgspec.structs.replace(made.header, questions=questions))


def question(scenario: str, variant: str = "", theme: str = "when-sql-is-sent") -> Question:
    """A question in words that name it."""
    what = f"what {variant} changes" if variant else ""
    return Question(scenario, variant, theme, f"Title of {scenario}", what, f"Does {scenario}?", f"Why {scenario}.")


def unique(names: Iterable[Any]) -> list[Any]:
    """Each once, in the order of appearance."""
    return list(dict.fromkeys(names))


def eventful(implementation: str = "alpha", **given: Any) -> Cell:
    """A cell with every kind of event on its timeline."""
    look = Look("Kol", "pending", {"twitter_handle": "@ada"}, label="kol#1", expired=["id"], changed=["is_vip"])
    failure = Failure("IntegrityError", "UNIQUE constraint failed: kols.id", "SQLITE_CONSTRAINT_UNIQUE")
    timeline = [
        Connection(1, "c1", "opened", lines=SENT[:1]),
        Statement(2, "c1", "INSERT", "INSERT INTO kols VALUES (?, ?)", "open", 3, "open", [1, "@ada"], lines=SENT),
        Statement(4, "c1", "INSERT", "INSERT INTO kols VALUES (1)", "open", 5, "failed", error=failure),
        Checkpoint(6, "flushed", COMMITTED, {"kol": look, "all": [look], "seen": None}, failure, locked=True),
        Intervention(7, "another reader keeps its lock"),
        Statement(8, "w1", "UPDATE", "UPDATE kols", "none", 9, "none", affected=1, actor="second writer"),
        Statement(10, "c1", "UPDATE", "UPDATE tweets", "open", 14, "open", affected=2),
        Waiting(11, "c1", "second writer", "COMMIT"),
        Statement(12, "second writer", "COMMIT", "COMMIT", "open", 13, "none", actor="second writer"),
        Connection(15, "c1", "closed", "open"),
    ]
    source = Source("alpha/answers.py", 5, "def flush(db, stage):\n    db.flush()\n")
    facts = {"statements": 2, "by_verb": {"INSERT": 2}, "exceptions": ["IntegrityError"], "key": None}
    return cell(
        implementation, timeline=timeline, source=source, facts=facts,
        **{"explanation": "It waits.", "docs": "https://example.org/flush", **given},
    )  # fmt: skip


def checkpoint(name: str, committed: Rows | None = None, sequence: int = 1) -> Checkpoint:
    """A checkpoint at which nothing was shown."""
    return Checkpoint(sequence, name, committed or {"kols": [], "tweets": []})


def signed(lines: Iterable[bytes]) -> bytes:
    """The lines with a footer whose digest fits them, as a forger would write it."""
    *body, footer = lines
    return b"".join(body) + edited(footer, digest=sha256(b"".join(body)).hexdigest())


def edited(line: bytes, **changes: Any) -> bytes:
    """The line with other values."""
    return json.dumps({**json.loads(line), **changes}, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def poisoned(given: Report, poison: str) -> Report:
    """The report with `poison` in every text that a forger could put it in, names included."""
    header, *cells = (_poisoned(record, poison) for record in msgspec.to_builtins([given.header, *given.cells]))
    return Report(msgspec.convert(header, Header), msgspec.convert(cells, list[Cell]))


FIXED = {"record", "event", "state", "action", "role", "before", "after"}  # words that the format itself knows
FREE = {"objects", "fields", "committed", "databases", "versions", "facts"}  # their keys are anybody's names


def _poisoned(value: Any, poison: str, name: str = "") -> Any:
    if isinstance(value, dict):
        made = {key: inner if key in FIXED else _poisoned(inner, poison, key) for key, inner in value.items()}
        return {key + poison if name in FREE else key: inner for key, inner in made.items()}
    if isinstance(value, list):
        return [_poisoned(one, poison, name) for one in value]
    return value + poison if isinstance(value, str) else value

"""Reports of any size, in which nothing but SQL and the words of a question is the same from cell to cell."""

from collections.abc import Iterator, Sequence

from shared_scenarios.cell import Cell, Source
from shared_scenarios.report.records import FORMAT, Header, Player, Question, Report
from shared_scenarios.timeline import Checkpoint, Event, Line, Look, Rows, Scalar, State, Statement

CYCLE = ("BEGIN", "INSERT", "SELECT", "COMMIT", "")  # what stands for a checkpoint has no verb
SQL = {
    "BEGIN": "BEGIN",
    "INSERT": "INSERT INTO kols (twitter_handle, is_vip, last_checked_at) VALUES (?, ?, ?)",
    "SELECT": "SELECT kols.id, kols.twitter_handle, kols.is_vip, kols.last_checked_at FROM kols WHERE kols.id = ?",
    "COMMIT": "COMMIT",
}


def large(scenarios: int, implementations: int, databases: Sequence[str], events: int = 20) -> Report:
    """A report of so many rows and columns, each cell with so many events."""
    players = [Player(f"impl{place}", {}, {f"ORM{place}": "2.0"}) for place in range(implementations)]
    questions = [_question(number) for number in range(scenarios)]
    servers = {name: {name.upper(): "1.0"} for name in databases}
    header = Header(FORMAT, "2026-01-01T00:00:00+00:00", "0.1.0", "3.13.0", servers, players, questions)
    cells = [
        _cell(number, player.name, database, events)
        for number in range(scenarios)
        for database in databases
        for player in players
    ]
    return Report(header, cells)


def _question(number: int) -> Question:
    name, theme = f"scenario-{number}", f"theme-{number // 8}"
    return Question(name, "", theme, f"Title of {name}", "", f"What happens in {name}, and why?", "It matters.")


def _cell(number: int, implementation: str, database: str, events: int) -> Cell:
    name, outcome = f"scenario-{number}", f"what is seen; outcome {(number * len(implementation + database)) % 4}"
    text = f"def scenario_{number}(db, stage):\n" + "".join(
        f"    db.{implementation}.step_{at}()\n" for at in range(12)
    )
    return Cell(
        name, "", implementation, database, "observed", outcome,
        facts={"statements": events, "statements_by_verb": {"INSERT": 4, "SELECT": 4}, "row": number},
        explanation=f"Why {implementation} does so in {name}, in a sentence of the usual length for such a one.",
        docs=f"https://example.org/{implementation}/{number}",
        source=Source(f"{implementation}/theme.py", number * 20, text),
        timeline=list(_events(number, implementation, database, events)),
    )  # fmt: skip


def _events(number: int, implementation: str, database: str, events: int) -> Iterator[Event]:
    sequence = 1
    for at in range(events):
        verb, place = CYCLE[at % 5], at % 12
        code = f"db.{implementation}.step_{place}()"
        line = Line(f"{implementation}/theme.py", number * 20 + 1 + place, f"scenario_{number}", code)
        if verb:
            yield _statement(sequence, verb, f"{SQL[verb]} /* {database} */", number, line)
            sequence += 2
        else:
            look = Look("Kol", "persistent", {"id": 1, "twitter_handle": f"@ada{number}"}, 1, "kol#1")
            rows: Rows = {"kols": [[1, f"@ada{number}", True, None]], "tweets": []}
            yield Checkpoint(sequence, f"point-{at // 5}", rows, {"kol": look}, lines=[line])
            sequence += 1


def _statement(sequence: int, verb: str, text: str, number: int, line: Line) -> Statement:
    before: State = "none" if verb == "BEGIN" else "open"
    after: State = "none" if verb == "COMMIT" else "open"
    values: list[Scalar] = [f"@ada{number}", True, None] if verb == "INSERT" else [1] if verb == "SELECT" else []
    return Statement(
        sequence, "c1", verb, text, before, sequence + 1, after, values,
        returned=1 if verb == "SELECT" else None, affected=1 if verb == "INSERT" else None, lines=[line],
    )  # fmt: skip

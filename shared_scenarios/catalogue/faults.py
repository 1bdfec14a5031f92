"""What breaks outside of the program."""

from shared_scenarios.catalogue.reading import error_at, handles
from shared_scenarios.scenario import Facts, FillDisk, Promise, Reading, scenario
from shared_scenarios.timeline import Timeline

ALL_OR_NOTHING = Promise(
    "the KOL and the tweet of a unit are stored together, or neither is",
    lambda seen: ("@ada" in handles(seen, "left")) is bool(seen.rows("left", "tweets")),
)
REPORTED_IS_STORED = Promise(
    "a unit that raises nothing is stored",
    lambda seen: (
        (seen.at("left").error is not None or "@ada" in handles(seen, "left"))
        and (seen.at("next-unit").error is not None or "@grace" in handles(seen, "next-unit"))
    ),
)


@scenario(
    question="The disk was full. What did commit() tell me, and is half of my unit stored?",
    why="SQLite may have rolled back by itself, and who then rolls back too hides the reason.",
    checkpoints=("begun", "left", "next-unit"),
    needs=["a disk that can be full"],
    meanwhile={"begun": FillDisk()},
    promises=[ALL_OR_NOTHING, REPORTED_IS_STORED],
)
def disk_full_at_commit(seen: Timeline) -> Reading:
    """A KOL and a tweet for which the disk has no room"""
    error, again = seen.at("left").error, error_at(seen, "next-unit")
    failed = [sent for sent in seen.statements(after="begun", until="left") if sent.error]
    kept = len(handles(seen, "left")) + len(seen.rows("left", "tweets"))
    told = error is not None and any(sent.error and sent.error.text in error.text for sent in failed[:1])
    facts: Facts = {
        "exception": error_at(seen, "left"),
        "exception_tells_the_reason": told,
        "failed_at": [sent.verb for sent in failed],
        "rolled_back_by_the_database": any(sent.before == "open" and sent.after == "none" for sent in failed),
        "rows_kept": kept,
        "exception_in_next_unit": again,
    }
    raised = f"raises {error.type}, which {'tells' if told else 'hides'} the reason" if error else "raises nothing"
    stored = ("nothing stored", "half of the unit stored", "stored")[kept]
    return Reading(f"{raised}; {stored}; next unit {f'raises {again}' if again else 'works'}", facts)

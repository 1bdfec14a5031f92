"""Objects, keys and which row is whose."""

from shared_scenarios.catalogue.reading import key_known_at, visible_at
from shared_scenarios.scenario import Facts, Reading, scenario
from shared_scenarios.timeline import Timeline


@scenario(
    question="How do I get the id of the new KOL before I commit? What is the difference between flush() and commit()?",
    why="People commit early just to get the id, and lose atomicity with the first tweet.",
    checkpoints=("built", "sent", "committed"),
)
def key_before_commit(seen: Timeline) -> Reading:
    """The key of a new row before the commit"""
    known, visible = key_known_at(seen), visible_at(seen, "kols")
    insert = next(iter(seen.statements("INSERT", table="kols")), None)
    facts: Facts = {
        "key_known_at": known,
        "visible_at": visible,
        "key_comes_by": "RETURNING" if insert and "RETURNING" in insert.text else "last inserted row id",
    }
    return Reading(f"{_known(known)}; {_visible(visible)}", facts)


def _known(at: str) -> str:
    if at in ("built", "sent"):
        return "key known before the commit"
    return "key known only after the commit" if at == "committed" else "key never known"


def _visible(at: str) -> str:
    if at == "committed":
        return "others see the row after it"
    return "others never see the row" if at == "never" else "others see the row at once"

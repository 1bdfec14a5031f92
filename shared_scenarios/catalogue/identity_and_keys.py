"""Objects, keys and which row is whose."""

from shared_scenarios.catalogue.reading import ADA, error_at, handles, key_known_at, same_object, visible_at
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
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


@scenario(
    question="I load the same KOL twice. Do I get one object or two? If I change one, does the other change?",
    why="Code that keeps two copies of a KOL overwrites its own change; code that relies on one breaks when ported.",
    checkpoints=("loaded", "changed"),
    seed=[ADA],
    variants=[
        Variant("by-query", "found by its handle both times"),
        Variant("by-key", "found by its key both times"),
    ],
)
def same_row_same_object(seen: Timeline) -> Reading:
    """The same row loaded twice"""
    first, second = seen.look("changed", "first"), seen.look("changed", "second")
    same, equal = same_object(first, second), bool(seen.at("loaded").objects["equal"])
    selects = len(seen.statements("SELECT", table="kols", until="loaded"))
    facts: Facts = {
        "same_object": same,
        "compare_equal": equal,
        "selects_sent": selects,
        "change_seen_on_the_other": bool(second.fields.get("is_vip")),
    }
    objects = "one object" if same else f"two objects, {'equal' if equal else 'unequal'}"
    return Reading(f"{objects}; {selects} SELECT{'s' if selects != 1 else ''}", facts)


def _saved_or_said_so(seen: Timeline) -> bool:
    return "@grace" in handles(seen, "saved") or seen.at("saved").error is not None


SAVED_OR_SAID_SO = Promise("a save that raises nothing has stored the row", _saved_or_said_so)


@scenario(
    question="I set the id myself and call save(): nothing is in the table and there is no error.",
    why="Imports and sync jobs with keys of their own lose rows in silence, or write over those of somebody else.",
    checkpoints=("built", "saved"),
    seed=[ADA],
    promises=[SAVED_OR_SAID_SO],
    variants=[
        Variant("new-key", "no row has the key"),
        Variant("new-key-insert", "no row has the key, and the ORM is told to insert", avoids=("new-key",)),
        Variant("existing-key", "a row has the key already"),
    ],
)
def key_set_by_hand(seen: Timeline) -> Reading:
    """Saving an object whose key was set by hand"""
    error, sent = error_at(seen, "saved"), [s.verb for s in seen.statements(table="kols")]
    facts: Facts = {
        "exception": error,
        "inserts_sent": sent.count("INSERT"),
        "updates_sent": sent.count("UPDATE"),
        "handles_kept": [str(handle) for handle in handles(seen, "saved")],
    }
    return Reading(f"{' then '.join(sent) or 'nothing sent'}; {_what_became_of_it(seen, error)}", facts)


def _what_became_of_it(seen: Timeline, error: str) -> str:
    if error:
        return f"refused with {error}"
    kept = handles(seen, "saved")
    if "@grace" not in kept:
        return "nothing stored, nothing raised"
    return "stored" if "@ada" in kept else "the row that was there is overwritten"

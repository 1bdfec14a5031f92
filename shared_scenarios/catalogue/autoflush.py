"""What reading does to pending changes."""

from shared_scenarios.catalogue.reading import ADA, error_at, handles, same_object
from shared_scenarios.scenario import Facts, Reading, Variant, scenario
from shared_scenarios.timeline import Look, Timeline


@scenario(
    question="A function that only reads sent an UPDATE. Why?",
    why="Row locks and constraint errors appear inside helpers that only read; unfinished objects are sent too early.",
    checkpoints=("loaded", "changed", "in-helper", "answered", "finished"),
    seed=[ADA],
    variants=[
        Variant("object", "last_checked_at changed, the helper loads the KOL"),
        Variant("column", "is_vip changed, the helper selects that column"),
        Variant("then-failure", "last_checked_at changed, an exception follows the helper"),
    ],
)
def read_helper_flushes(seen: Timeline) -> Reading:
    """Side effects of a read helper"""
    reads = seen.statements("SELECT", after="changed", until="answered")
    writes = seen.statements("UPDATE", after="changed", until="answered")
    before = bool(writes and reads and writes[0].sequence < reads[0].sequence)
    facts: Facts = {
        "updates_sent_by_helper": len(writes),
        "update_before_select": before,
        "helper_sees": _helper_sees(seen),
        "helper_answered": bool(seen.at("answered").objects["is_vip"]),
        "change_kept": _change_kept(seen),
    }
    sent = "UPDATE sent before the SELECT" if before else "UPDATE sent after the SELECT" if writes else "no UPDATE sent"
    return Reading(f"{sent}; {facts['helper_sees']}{_remains(seen)}", facts)


def _helper_sees(seen: Timeline) -> str:
    shown = seen.at("in-helper").objects
    if "kol" not in shown:
        return "helper sees the change" if shown["is_vip"] else "helper sees the stored value"
    mine, its = seen.look("answered", "kol"), seen.look("in-helper", "kol")
    if not same_object(mine, its):
        return "helper sees another object, " + ("changed" if _checked(its) else "without the change")
    return "helper sees the caller's object" + ("" if _checked(its) else ", change overwritten")


def _checked(kol: Look) -> bool:
    return kol.fields.get("last_checked_at") is not None


def _change_kept(seen: Timeline) -> bool:
    _, _, is_vip, last_checked_at = seen.rows("finished", "kols")[0]
    return bool(is_vip) or last_checked_at is not None


def _remains(seen: Timeline) -> str:
    if not seen.at("finished").error:
        return ""
    return "; the change is stored in spite of the failure" if _change_kept(seen) else "; nothing remains of the change"


@scenario(
    question="With autoflush=False reading and writing are separate. What do I see then?",
    why="Turning autoflush off trades surprising writes for reads that contradict memory.",
    checkpoints=("changed", "column-read", "object-read", "filter-read", "finished"),
    seed=[ADA],
)
def autoflush_off_split_view(seen: Timeline) -> Reading:
    """What a read sees of a change that is only in memory"""
    column = bool(seen.at("column-read").objects["is_vip"])
    entity = bool(seen.look("object-read", "found").fields.get("is_vip"))
    found = bool(seen.at("filter-read").objects["matches"])
    facts: Facts = {
        "column_sees_change": column,
        "object_sees_change": entity,
        "filter_sees_change": found,
        "same_object": same_object(seen.look("object-read", "found"), seen.look("object-read", "kol")),
        "update_sent_by_reading": bool(seen.statements("UPDATE", after="changed", until="filter-read")),
        "change_kept": bool(seen.rows("finished", "kols")[0][2]),
    }
    return Reading(_view(column, entity, found), facts)


def _view(column: bool, entity: bool, found: bool) -> str:
    names = {"column": column, "object": entity, "filter": found}
    memory = [name for name, changed in names.items() if changed]
    database = [name for name, changed in names.items() if not changed]
    if not database:
        return "every read sees the change"
    if not memory:
        return "every read sees the stored value"
    return f"split view: {' and '.join(memory)} read sees the change, {' and '.join(database)} the stored value"


@scenario(
    question="IntegrityError in a SELECT?! And now every query fails with PendingRollbackError.",
    why="The traceback points at the wrong line, and catching it at the read leaves the whole unit rolled back.",
    checkpoints=("earlier-work", "duplicate-made", "read", "read-again", "finished"),
    seed=[ADA],
)
def autoflush_error_in_a_read(seen: Timeline) -> Reading:
    """A constraint error that surfaces in a read"""
    names = ("read", "read-again", "finished")
    errors = {name: error_at(seen, name) for name in names}
    first = next((name for name in names if errors[name]), "nowhere")
    kept = "@grace" in handles(seen, "finished")
    facts: Facts = {
        "error_first_at": first,
        "error_in_read": errors["read"],
        "error_in_next_query": errors["read-again"],
        "error_at_end": errors["finished"],
        "earlier_work_kept": kept,
    }
    where = {"read": f"{errors['read']} in the read", "finished": f"{errors['finished']} where it is saved"}
    then = f"; next query {errors['read-again'] or 'answers'}"
    return Reading(f"{where.get(first, first)}{then}; earlier work {'kept' if kept else 'lost'}", facts)

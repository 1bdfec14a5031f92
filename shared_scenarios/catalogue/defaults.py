"""What happens if I do nothing special?"""

from shared_scenarios.catalogue.reading import ADA, ended_by, handles
from shared_scenarios.scenario import Facts, Reading, Variant, scenario
from shared_scenarios.timeline import Timeline


@scenario(
    question="What is the default: autocommit or transaction? What happens if I do nothing?",
    why="Every other question depends on it: whether a write is already safe, and whether a read holds a transaction.",
    checkpoints=("done", "left"),
    seed=[ADA],
    variants=[
        Variant("write", "one write with no ceremony"),
        Variant("read", "one read with no ceremony"),
        Variant("empty-block", "a transaction block with nothing in it"),
        Variant("reading-block", "a transaction block that only reads"),
    ],
)
def transaction_defaults(seen: Timeline) -> Reading:
    """Autocommit or transaction by default"""
    begun = bool(seen.begins())
    facts: Facts = {
        "transaction_opened": begun,
        "transaction_open_at_done": _open_at_done(seen),
        "rows_seen_by_others_at_done": len(seen.rows("done", "kols")) - 1,
        "rows_kept": len(seen.rows("left", "kols")) - 1,
    }
    return Reading(f"{_transaction(seen)}{_kept(seen)}", facts)


def _transaction(seen: Timeline) -> str:
    if not seen.statements():
        return "nothing is sent"
    if not seen.begins():
        return "no transaction is opened"
    return f"a transaction is opened, {ended_by(seen, '', 'left') or 'nothing'} at the end"


def _kept(seen: Timeline) -> str:
    if not seen.statements("INSERT"):
        return ""
    if len(seen.rows("done", "kols")) > 1:
        return "; the row is stored at once"
    return (
        "; the row is stored at the end" if len(seen.rows("left", "kols")) > 1 else "; the row is lost without a commit"
    )


def _open_at_done(seen: Timeline) -> bool:
    sent = seen.statements(until="done")
    return bool(sent) and sent[-1].after == "open"


@scenario(
    question="I created a table inside the transaction and rolled back: the KOL is still there.",
    why="Migrations and fixtures commit half of their work where the database commits before a CREATE TABLE.",
    checkpoints=("first-written", "table-made", "second-written", "failed"),
)
def ddl_implicit_commit(seen: Timeline) -> Reading:
    """A write, a CREATE TABLE, a write, then a failure, in one transaction block"""
    kept = handles(seen, "failed")
    facts: Facts = {
        "commits_sent": len(seen.statements("COMMIT")),
        "open_after_create": seen.statements("CREATE")[-1].after == "open",
        "first_write_kept": "@ada" in kept,
        "second_write_kept": "@grace" in kept,
    }
    stored = {
        (False, False): "nothing is stored",
        (True, False): "the write before the CREATE TABLE is stored",
        (False, True): "the write after the CREATE TABLE is stored",
        (True, True): "both writes are stored",
    }
    return Reading(stored["@ada" in kept, "@grace" in kept], facts)

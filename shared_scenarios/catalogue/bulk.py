"""Many rows by one call, beside objects that are one row each."""

from shared_scenarios.catalogue.reading import ADA, error_at, handles
from shared_scenarios.scenario import Facts, Promise, Reading, Variant, scenario
from shared_scenarios.timeline import Look, Timeline


@scenario(
    question="bulk_create: do I get the ids? Do my signals or events run?",
    why="Audit logs and caches that live in signals miss rows; rows that refer to the new ones have no key to name.",
    checkpoints=("built", "sent", "finished"),
    variants=[
        Variant("objects", "three objects are handed over"),
        Variant("values", "three rows are handed over as plain values"),
    ],
)
def bulk_insert_keys_and_hooks(seen: Timeline) -> Reading:
    """Inserting three rows at once"""
    inserts, shown = len(seen.statements("INSERT", table="kols")), seen.at("sent").objects
    keys = [one.key for one in _looks(shown.get("kols")) if one.key is not None]
    hooks = int(str(shown["hooks"]))
    facts: Facts = {
        "inserts_sent": inserts,
        "keys_known": len(keys),
        "hooks_run": hooks,
        "in_transaction": bool(seen.begins()),
        "rows_kept": len(seen.rows("finished", "kols")),
    }
    known = f"; keys {'known' if keys else 'unknown'}" if "kols" in shown else ""
    return Reading(f"{inserts} INSERT{'s' if inserts != 1 else ''}{known}; {hooks or 'no'} hooks run", facts)


def _looks(shown: object) -> list[Look]:
    return [one for one in shown if isinstance(one, Look)] if isinstance(shown, list) else []


@scenario(
    question="I ran UPDATE ... WHERE; why does my object still show the old value?",
    why="The next save() may write the old value back over what the statement has stored.",
    checkpoints=("loaded", "statement-sent", "read", "saved"),
    seed=[ADA],
    variants=[
        Variant("orm-statement", "an UPDATE by the ORM's query"),
        Variant("raw-sql", "an UPDATE in raw SQL"),
        Variant("upsert", "an INSERT that becomes an UPDATE on conflict"),
    ],
)
def statement_update_vs_memory(seen: Timeline) -> Reading:
    """A statement changes the row of a loaded object, which is then read and saved"""
    follows = bool(seen.at("read").objects["is_vip"])
    reloaded = bool(seen.statements("SELECT", after="statement-sent", until="read"))
    kept = bool(seen.rows("saved", "kols")[0][2])
    facts: Facts = {
        "value_in_memory": follows,
        "select_sent_to_read_it": reloaded,
        "value_stored_after_save": kept,
        "updates_sent": len(seen.statements("UPDATE")),
        "other_column_stored": seen.rows("saved", "kols")[0][3] is not None,
    }
    memory = f"object shows the {'new' if follows else 'old'} value"
    return Reading(f"{memory}; saving it {'leaves the new one stored' if kept else 'stores the old one again'}", facts)


NOTHING_LEFT = Promise("nothing of a failed unit is stored", lambda seen: handles(seen, "failed") == ["@ada"])


@scenario(
    question="Batch 2 of the bulk insert failed. Is batch 1 in the database?",
    why="Half-imported files; the next run stops at the duplicates of the first.",
    checkpoints=("built", "failed"),
    seed=[ADA],
    variants=[
        Variant("no-block", "two batches of one row, the second is a duplicate; no transaction block"),
        Variant("block", "the same in a transaction block", promises=(NOTHING_LEFT,)),
    ],
)
def bulk_partial_failure(seen: Timeline) -> Reading:
    """A bulk insert whose second batch fails"""
    kept = "@grace" in handles(seen, "failed")
    facts: Facts = {
        "exception": error_at(seen, "failed"),
        "inserts_sent": len(seen.statements("INSERT", table="kols")),
        "transaction_opened": bool(seen.begins()),
        "first_batch_kept": kept,
    }
    if not facts["exception"]:
        return Reading("nothing raised", facts)
    return Reading("the first batch is stored" if kept else "nothing is stored", facts)

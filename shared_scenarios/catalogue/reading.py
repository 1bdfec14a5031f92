"""Words that several themes read out of the evidence."""

from shared_scenarios.scenario import Row
from shared_scenarios.timeline import ENDS, WRITES, Look, Scalar, Statement, Timeline

ADA: Row = ("kols", {"id": 1, "twitter_handle": "@ada", "is_vip": False})
GRACE: Row = ("kols", {"id": 1, "twitter_handle": "@grace", "is_vip": False})
ADAS_TWEET: Row = ("tweets", {"id": 1, "text": "hello", "kol_id": 1})
LOCKED_OUT = "the other writer is locked out"
WRITERS_BESIDE_READERS = frozenset({"writers beside readers"})


def handles(seen: Timeline, name: str) -> list[Scalar]:
    """The handles of the KOLs that others saw at a checkpoint."""
    return [row[1] for row in seen.rows(name, "kols")]


def key_known_at(seen: Timeline, subject: str = "kol") -> str:
    """The first checkpoint at which the object in memory carried a key, or `never`."""
    return next((c.name for c in seen.checkpoints() if _key(c.objects.get(subject)) is not None), "never")


def visible_at(seen: Timeline, table: str) -> str:
    """The first checkpoint at which others saw a row of an empty table, or `never`."""
    return next((c.name for c in seen.checkpoints() if c.committed[table]), "never")


def error_at(seen: Timeline, name: str) -> str:
    """The type of the exception that ended an attempt, or an empty string."""
    error = seen.at(name).error
    return error.type if error else ""


def commits(seen: Timeline) -> list[Statement]:
    """What made work last: each COMMIT that succeeded, and each write that ran in no transaction at all."""
    ended = [s for s in seen.statements("COMMIT") if not s.error]
    alone = [s for s in seen.statements(*WRITES) if s.before == s.after == "none" and not s.error]
    return sorted(ended + alone, key=lambda statement: statement.sequence)


def ended_by(seen: Timeline, after: str, until: str) -> str:
    """How the transaction ended between two checkpoints: COMMIT, ROLLBACK, or an empty string."""
    ends = [s.verb for s in seen.statements(*ENDS, after=after, until=until) if not s.error]
    return ends[-1] if ends else ""


def locked_out(seen: Timeline) -> bool:
    """Whether the database has refused what the other writer wanted to write, because of what the answer holds."""
    return any(other.error for other in seen.others(*WRITES))


def same_object(one: Look, other: Look) -> bool:
    """Whether two looks saw one and the same Python object."""
    return one.label == other.label


def _key(subject: object) -> Scalar:
    return subject.key if isinstance(subject, Look) else None

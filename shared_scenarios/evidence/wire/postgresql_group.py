"""What becomes of a group in which something failed: a statement has the error, and what follows it is skipped.

An error can overtake what the driver is still sending. So that every run reads alike, the group is told when it is
complete: at the Sync, before which nothing else is executed; or as far as it has come, when either side leaves.
Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

from collections.abc import Sequence

from shared_scenarios.evidence.wire.postgresql_talk import Asked, Kind, Talk
from shared_scenarios.evidence.wire.protocol import Ended, Happening
from shared_scenarios.timeline import Failure

SKIPPED = Failure("", "skipped: after an error the server ignores what comes before the next Sync")


def failed_group(talk: Talk) -> list[Happening]:
    """Ends what the server ignores; an error before anything is executed makes an event of its own."""
    failure, ignored = talk.ignored()
    culprit = _executes(ignored) if failure else None
    seen = [] if culprit or failure is None else _never_executed(talk, ignored[0], failure)
    for asked in ignored:
        error = failure if asked is culprit else SKIPPED
        seen += [talk.end(sent, error=error) for sent in asked.statements]
    return seen


def of_nothing(talk: Talk, failure: Failure) -> Sequence[Happening]:
    """A refused connection, or a server that ends it."""
    return (Ended(0, error=failure, state=talk.state, exact=False),)


def _never_executed(talk: Talk, asked: Asked, failure: Failure) -> list[Happening]:
    if asked.prepared is None:
        return list(of_nothing(talk, failure))
    values = asked.portal.values if asked.portal else ()
    sent, began = talk.begin(asked.prepared.text, values, group=asked.group)
    return [began, talk.end(sent, error=failure)]


def _executes(ignored: list[Asked]) -> Asked | None:
    """The execution that the first of these prepared, if it was sent: the error is its outcome."""
    first = ignored[0]
    for asked in ignored:
        same = asked.portal is first.portal if first.portal else asked.prepared is first.prepared
        if asked.kind == Kind.EXECUTE and (same or asked is first):
            return asked
    return None

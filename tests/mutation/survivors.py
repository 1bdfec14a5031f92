"""Survivors that are accepted, each with the reason, in a file beside this one."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec

from tests.mutation.worker import Played

FILE = Path(__file__).with_name("survivors.toml")


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which survivors: patterns for implementation, case and change; and why nobody needs to tell them."""

    implementation: str
    case: str
    what: str
    why: str

    def means(self, one: Played) -> bool:
        """Whether this is a reason for that survivor."""
        pairs = ((self.implementation, one.implementation), (self.case, one.case), (self.what, one.what))
        return all(fnmatchcase(name, pattern) for pattern, name in pairs)


@cache
def reasons() -> list[Accepted]:
    """Everything in the file."""
    return msgspec.toml.decode(FILE.read_bytes(), type=dict[str, list[Accepted]])["survivor"]


def accepted(one: Played) -> Accepted | None:
    """The reason for a survivor, if there is one."""
    return next((reason for reason in reasons() if reason.means(one)), None)


def stale(played: Sequence[Played]) -> list[Accepted]:
    """Reasons for what is told now, or is no longer there."""
    survive = [one for one in played if one.verdict and one.verdict.by == "nothing"]
    return [reason for reason in reasons() if not any(reason.means(one) for one in survive)]

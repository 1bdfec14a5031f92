"""Says why it has no answer."""

from shared_scenarios.scenario import NotApplicable
from tests.fakes.neighbours import *  # noqa: F403

visible_only_after_commit_in_block = NotApplicable(
    "the driver has no transaction block", "https://docs.python.org/3/library/sqlite3.html"
)

"""Nothing wrong here."""

from tests.fakes.neighbours import *  # noqa: F403

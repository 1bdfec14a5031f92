"""Has neither an answer nor a reason for one of its cases."""

from tests.fakes.neighbours import *  # noqa: F403

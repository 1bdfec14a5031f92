"""Implementations on raw sqlite3: one that agrees with the contract, and one for each way to break it."""

from shared_scenarios.scenario import Implementation

NAMES = (
    "agrees",
    "breaks",
    "forgets",
    "misorders",
    "aborts",
    "exits",
    "sleeps",
    "loops",
    "writes",
    "hides",
    "outsources",
    "raises",
    "looks",
    "silent",
    "declines",
    "idles",
    "forks",
    "babbles",
    "doubles",
    "orphans",
)


def fake(name: str) -> Implementation:
    return Implementation(
        name=name,
        package="tests.fakes",
        open="tests.fakes.database:open_fake",
        answers=f"tests.fakes.{name}",
        requires=(),
        docs="https://docs.python.org/",
        capabilities=frozenset({"asyncio", "synchronous code"}),
    )


IMPLEMENTATIONS = tuple(fake(name) for name in NAMES)

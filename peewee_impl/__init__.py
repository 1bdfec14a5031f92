"""Peewee: its implementations. Light on purpose; Peewee itself is imported where it plays."""

from shared_scenarios.scenario import Implementation

IMPLEMENTATIONS = (
    Implementation(
        name="peewee",
        package="peewee_impl",
        open="peewee_impl.database:open_peewee",
        answers="peewee_impl.scenarios",
        requires=("peewee>=4.5",),
        drivers={"postgresql": ("psycopg>=3.2",), "mariadb": ("PyMySQL>=1.1",)},
        docs="https://github.com/coleifer/peewee/blob/",
    ),
)

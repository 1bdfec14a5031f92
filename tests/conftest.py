"""What all tests share."""

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Makes no test database: every cell gets a fresh one of its own, and commits to it for real."""

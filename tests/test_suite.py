"""The shared suite, per ORM: `pytest --orm django`, `--orm sqlalchemy`, `--orm peewee`, or none for all."""

from shared_scenarios.cell import Cell
from shared_scenarios.pytest_plugin import must_hold


def test_cell_is_as_recorded(played_cell: Cell, recorded_cell: Cell) -> None:
    must_hold(played_cell, recorded_cell)

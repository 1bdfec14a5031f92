"""What avoids a broken promise: variants of the same scenario, and configurations of the same implementation."""

from collections.abc import Mapping

from shared_scenarios.cell import Cell, Key
from shared_scenarios.report.records import Header


def avoided_by(broken: Cell, header: Header, cells: Mapping[Key, Cell]) -> list[str]:
    """Rows and configurations by name, those alone that keep the promises on the same database.

    What a report of a part has not asked is named as well: that the rows do what they are there for is tested.
    """
    variants = next(q.avoided_by for q in header.questions if (q.scenario, q.variant) == broken.key[:2])
    asked = {(question.scenario, question.variant) for question in header.questions}
    rows = [
        f"{broken.scenario}/{variant}"
        for variant in variants
        if (broken.scenario, variant) not in asked or _keeps(_of_variant(broken, variant, cells))
    ]
    scenario, variant, name, database = broken.key
    base = name.partition(":")[0]
    beside = [one.name for one in header.implementations if one.base == base and one.name not in (base, name)]
    return [*rows, *(one for one in beside if _keeps(cells.get((scenario, variant, one, database))))]


def _of_variant(broken: Cell, variant: str, cells: Mapping[Key, Cell]) -> Cell | None:
    """A configuration that is not asked does what its base does."""
    scenario, _, name, database = broken.key
    own = cells.get((scenario, variant, name, database))
    return own or cells.get((scenario, variant, name.partition(":")[0], database))


def _keeps(cell: Cell | None) -> bool:
    return cell is not None and cell.state == "observed"

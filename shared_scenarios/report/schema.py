"""The JSON Schema of a report's lines, made from the types that write and read them."""

from typing import Any

import msgspec

from shared_scenarios.report.read import Record
from shared_scenarios.report.records import FORMAT


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of one line: a header, a cell or a footer."""
    made = msgspec.json.schema(Record)
    title = f"One line of an ormatrix report, format {FORMAT}"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **made}

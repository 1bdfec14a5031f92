"""The matrix as JSON."""

import msgspec

from shared_scenarios.matrix import Matrix

_encode = msgspec.json.Encoder(order="deterministic").encode


def draw_json(matrix: Matrix) -> str:
    """The matrix as one JSON object, indented, ending in a newline."""
    return msgspec.json.format(_encode(matrix), indent=2).decode() + "\n"

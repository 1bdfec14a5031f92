"""SQL text as the server takes it apart: the statements of one query, and the places for parameters.

Source: https://mariadb.com/kb/en/comment-syntax/, https://mariadb.com/kb/en/string-literals/
"""

import re
from collections.abc import Iterator

# What may hold a ';' or a '?' that means nothing. What is not ended ends with the text, so nothing is read twice.
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.|'')*+(?:'|\\?\Z)
      | "(?:[^"\\]|\\.|"")*+(?:"|\\?\Z)
      | `[^`]*+(?:`|\Z)
      | (?:--(?=\s|\Z)|\#)[^\n]*+
      | /\*(?!!|M!).*?(?:\*/|\Z)
      | [;?]""",
    re.DOTALL | re.VERBOSE,
)
# Programs have statements, with their semicolons, inside; they are taken whole, with what follows them.
_PROGRAM = re.compile(
    r"""(?:CREATE|ALTER)\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:AGGREGATE\s+)?
        (?:PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)\b
      | BEGIN\s+NOT\s+ATOMIC\b | (?:IF|CASE|LOOP|WHILE|REPEAT|FOR)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOTHING = re.compile(r"(?:\s|(?:--(?=\s|\Z)|\#)[^\n]*+|/\*(?!!|M!).*?(?:\*/|\Z))*+", re.DOTALL)


def statements(text: str) -> list[str]:
    """The statements of a query of several, in order, without the semicolons between them."""
    found: list[str] = []
    start = 0
    for end in _ends(text):
        if _PROGRAM.match(text, _NOTHING.match(text, start).end()):  # type: ignore[union-attr]  # matches the empty string
            break
        found.append(text[start:end].strip())
        start = end + 1
    last = text[start:].strip()
    return [*found, last] if last or not found else found


def is_nothing(text: str) -> bool:
    """Whether there is no statement in it, only blanks and comments."""
    return _NOTHING.fullmatch(text) is not None


def parameters(text: str) -> int:
    """How many question marks stand for a value."""
    return sum(token[0] == "?" for token in _TOKEN.findall(text))


def _ends(text: str) -> Iterator[int]:
    return (token.start() for token in _TOKEN.finditer(text) if token[0] == ";")

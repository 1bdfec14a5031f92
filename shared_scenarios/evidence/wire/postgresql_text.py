"""A query of several statements, cut where PostgreSQL cuts it.

Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html,
https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
"""

import re
from collections.abc import Iterator

_COMMENT = r"--[^\n]*"
_STRING = r"'[^']*(?:'|\Z)"  # a doubled quote is the end of one string and the start of the next: that does as well
_ESCAPED = r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|\Z)"
_NAME = r'"[^"]*(?:"|\Z)'
_DOLLARS = r"(?<![\w$])(\$(?:[^\W\d]\w*)?\$).*?(?:\1|\Z)"
_WORD = r"[^\W\d][\w$]*"


def _tokens(string: str) -> re.Pattern[str]:
    parts = (_COMMENT, rf"(?<![\w$])[eE]{_ESCAPED}", string, _NAME, _WORD, r"/\*", "[;()]")
    return re.compile(rf"{_DOLLARS}|" + "|".join(parts), re.DOTALL)


_STANDARD, _ESCAPING = _tokens(_STRING), _tokens(_ESCAPED)
_BLOCK = re.compile(r"/\*|\*/")


def statements_of(query: str, escaping: bool = False) -> tuple[tuple[str, int], ...]:
    """Each statement without its semicolon, and where it begins; `escaping` is standard_conforming_strings off."""
    if ";" not in query:
        return ((query, 0),)
    found: list[tuple[str, int]] = []
    start = 0
    for end in (*_ends(query, _ESCAPING if escaping else _STANDARD), len(query)):
        text = query[start:end]
        if not _is_blank(text):
            lead = len(text) - len(text.lstrip())
            found.append((text.strip(), start + lead))
        start = end + 1
    return tuple(found) if len(found) > 1 else ((query, 0),)


def _ends(query: str, tokens: re.Pattern[str]) -> Iterator[int]:
    """The semicolons between statements: in no quotes, no comment, no parentheses and no body of a function."""
    place = depth = bodies = 0
    before = ""
    while token := tokens.search(query, place):
        text, place = token.group(), token.end()
        if text == "/*":
            place = _after_comment(query, place)
        elif text == ";" and not depth and not bodies:
            yield token.start()
            before = ""
            continue
        depth += (text == "(") - (text == ")")
        word = text.upper()
        bodies += _opened(before, word, bodies)
        before = word if text != "/*" and not text.startswith("--") else before


def _opened(before: str, word: str, bodies: int) -> int:
    """BEGIN ATOMIC opens the body of a function; in it CASE opens too, and END closes either."""
    if word == "ATOMIC" and before == "BEGIN":
        return 1
    return ((word == "CASE") - (word == "END")) if bodies else 0


def _after_comment(query: str, place: int) -> int:
    """Where a block comment ends; they can hold others."""
    depth = 1
    while depth and (mark := _BLOCK.search(query, place)):
        depth += 1 if mark.group() == "/*" else -1
        place = mark.end()
    return len(query) if depth else place


def _is_blank(text: str) -> bool:
    """Whether there is nothing but space and comments, so that the server makes no statement of it."""
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text.startswith("--", place):
            place = text.find("\n", place) % (len(text) + 1)
        elif text.startswith("/*", place):
            place = _after_comment(text, place + 2)
        else:
            return False
    return True

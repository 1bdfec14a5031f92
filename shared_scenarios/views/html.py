"""The matrix and every timeline as one page: plain sources and the report's data in a file that needs nothing else."""

import re
import zlib
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from shared_scenarios.matrix import CAVEATS, LEGEND
from shared_scenarios.report.records import Report
from shared_scenarios.views.packing import packed

PAGE = Path(__file__).parent / "page"
# Of the levels of zlib, the one that is done in a few hundredths of a second and is nearly as small as the best.
LEVEL = 3
# A browser reads comments sooner than anything else, and between two of them it may stop to paint.
PIECE = 8192
# By room: a file uses what those before it define.
SCRIPTS = (
    "dom", "words", "report", "address", "outcomes", "sql", "world", "code", "steps", "story", "picture", "scrubber",
    "stream", "below", "shown", "opened", "matrix", "marks", "record", "choose", "changes", "dropped", "main",
)  # fmt: skip


def draw_html(*reports: Report) -> str:
    """The page of a report; of two, it also shows what changed from the first to the second."""
    style, scripts = _read("page.css"), [_plain(_read(f"{name}.js")) for name in SCRIPTS]
    parts = {
        "frame": _read("frame.css"),
        "start": _read("start.js"),
        "style": _commented([style]),
        "script": _commented(scripts),
        "size": _size(reports[-1]),
        "data": _commented(_small(packed(reports, LEGEND, CAVEATS))),
        "known": _harmless(_read("known.json")),
    }
    parts["policy"] = _policy((parts["frame"], style), (parts["start"], "".join(scripts)))
    before, *slots = _read("page.html").split("{{")
    return before + "".join(parts[name] + rest for name, _, rest in (slot.partition("}}") for slot in slots))


def _size(report: Report) -> str:
    """How much there is to read: the first thing that is seen."""
    header = report.header
    parts = {
        "question": len(header.questions),
        "implementation": len(header.implementations),
        "database": len(header.databases),
    }
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for name, number in parts.items()) + "."


def _read(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _small(data: str) -> list[str]:
    """Compressed, because a browser reads the whole file before it paints anything; and so nothing in it is markup."""
    text = b64encode(zlib.compress(data.encode(), LEVEL)).decode()
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def _commented(pieces: Sequence[str]) -> str:
    """What is of use only when the page has been painted: none of it ends a comment, which a test proves."""
    return "".join(f"<!--{piece}-->" for piece in pieces)


def _harmless(data: str) -> str:
    """JSON in which nothing can end the element that holds it."""
    return data.replace("<", "\\u003c")


def _plain(text: str) -> str:
    """With escapes for what is not ASCII: one such letter makes a browser keep the whole file in twice the room."""
    return re.sub(r"[^\x00-\x7f]", lambda letter: f"\\u{ord(letter[0]):04x}", text)


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Nothing is loaded from anywhere, and nothing runs but the scripts that stand here."""
    return (
        f"default-src 'none'; style-src {_hashes(styles)}; script-src {_hashes(scripts)};"
        " base-uri 'none'; form-action 'none'"
    )


def _hashes(texts: Sequence[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)

"""The matrix and every timeline as one page: plain sources and the report's data in a file that needs nothing else."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from shared_scenarios.matrix import CAVEATS, LEGEND
from shared_scenarios.report.records import Report
from shared_scenarios.views.packing import packed

PAGE = Path(__file__).parent / "page"
# By room: a file uses what those before it define.
SCRIPTS = (
    "dom", "words", "report", "address", "outcomes", "sql", "world", "code", "steps", "story", "picture", "scrubber",
    "stream", "below", "shown", "opened", "matrix", "marks", "record", "choose", "changes", "dropped", "main",
)  # fmt: skip


def draw_html(*reports: Report) -> str:
    """The page of a report; of two, it also shows what changed from the first to the second."""
    style, script = _read("page.css"), "".join(_read(f"{name}.js") for name in SCRIPTS)
    parts = {
        "policy": _policy(style, script),
        "style": style,
        "data": _harmless(packed(reports, LEGEND, CAVEATS)),
        "known": _harmless(_read("known.json")),
        "script": script,
    }
    before, *slots = _read("page.html").split("{{")
    return before + "".join(parts[name] + rest for name, _, rest in (slot.partition("}}") for slot in slots))


def _read(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _harmless(data: str) -> str:
    """JSON in which nothing can end the element that holds it: texts of a report may hold anything."""
    return data.replace("<", "\\u003c")


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere, and nothing runs but the script that stands here."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

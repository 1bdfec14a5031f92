"""The page as a file: it holds everything once, lets nothing in and nothing out, and is made quickly."""

import json
import re
import zlib
from base64 import b64decode, b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared_scenarios.cli.group import cli
from shared_scenarios.report.write import as_lines
from shared_scenarios.views import html
from shared_scenarios.views.html import PAGE, SCRIPTS, draw_html
from tests.handmade import cell, eventful, poisoned, report
from tests.large import large


def test_the_same_report_gives_the_same_page() -> None:
    assert draw_html(report(eventful())) == draw_html(report(eventful()))


def test_every_source_of_the_page_is_in_it() -> None:
    assert sorted(path.stem for path in PAGE.glob("*.js")) == sorted((*SCRIPTS, "start"))
    assert sorted(path.stem for path in PAGE.glob("*.css")) == ["frame", "page"]


def test_policy_names_the_styles_and_the_scripts_that_stand_there() -> None:
    page = draw_html(report(cell()))
    policy = _only(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page)
    for kind in ("style", "script"):
        early, late = (
            _only(rf"<{kind}>(.*?)</{kind}>", page),
            _comments(_only(rf'id="the-{kind}" hidden>(.*?)</div>', page)),
        )
        assert f"{kind}-src {_digest(early)} {_digest(late)};" in policy
    assert policy.startswith("default-src 'none';")


def test_text_of_a_report_opens_no_tag() -> None:
    harmless = draw_html(report(eventful()))
    hostile = draw_html(poisoned(report(eventful()), "</script><script>alert(1)</script><!--"))
    assert re.findall(r"<[/!a-z]+", hostile) == re.findall(r"<[/!a-z]+", harmless)


def test_page_is_ascii_whatever_the_report_holds() -> None:
    assert draw_html(poisoned(report(eventful()), "Zoë \u202e 🦆")).isascii()


def test_sql_and_source_stand_in_it_once() -> None:
    data = _data(draw_html(report(*(eventful(name) for name in ("alpha", "beta", "gamma")))))
    assert data.count("INSERT INTO kols VALUES (?, ?)") == 1
    assert data.count("def flush(db, stage):") == 1


def test_each_fact_besides_behaviour_has_a_source_and_a_date() -> None:
    known = json.loads((PAGE / "known.json").read_text())
    assert [fault for fact in known for fault in _unsourced(fact)] == []
    places = [(fact["orm"], fact["about"]) for fact in known]
    assert sorted(places) == sorted({(orm, about) for orm, _ in places for _, about in places})


@pytest.mark.parametrize(
    "change",
    [{"source": ""}, {"source": "see its documentation"}, {"read": "last year"}, {"read": "2999-01-01"}, {"says": " "}],
)
def test_a_fact_without_a_source_or_a_date_is_noticed(change: dict[str, str]) -> None:
    fact = json.loads((PAGE / "known.json").read_text())[0]
    assert _unsourced({**fact, **change}) == list(change)


def _unsourced(fact: dict[str, str]) -> list[str]:
    sound = {
        "says": fact["says"].strip() != "",
        "source": fact["source"].startswith("https://"),
        "read": re.fullmatch(r"\d{4}-\d\d-\d\d", fact["read"]) is not None and fact["read"] <= str(date.today()),
    }
    return [name for name, is_sound in sound.items() if not is_sound]


def test_large_report_is_small() -> None:
    page = draw_html(large(70, 12, ("sqlite", "postgresql", "mariadb"), events=20))
    assert len(page.encode()) < 600_000  # a fifth of what is promised: how soon the page is painted hangs on it


def test_command_writes_a_page_of_one_report_or_two(tmp_path: Path) -> None:
    paths = []
    for name, outcome in (("old", "kept"), ("new", "lost")):
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(as_lines(report(cell(outcome=outcome))))
        paths.append(str(path))
    output = tmp_path / "out" / "page.html"
    result = CliRunner().invoke(cli, ["html", *paths, "--output", str(output)])
    assert result.exit_code == 0, result.output
    data = _data(output.read_text())
    assert "kept" in data
    assert "lost" in data


def test_open_shows_the_page_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def show(address: str) -> bool:
        shown.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", show)
    (tmp_path / "index.html").write_text(html.draw_html(report(cell())))
    assert CliRunner().invoke(cli, ["open", str(tmp_path)]).exit_code == 0
    assert shown == [(tmp_path / "index.html").as_uri()]


def _data(page: str) -> str:
    return zlib.decompress(b64decode(_comments(_only(r'id="data" hidden>(.*?)</div>', page)))).decode()


def _comments(text: str) -> str:
    """What stands in comments, as a browser reads them: each to the first sign that ends it."""
    return "".join(re.findall(r"<!--(.*?)--!?>", text, re.DOTALL))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _only(pattern: str, text: str) -> str:
    (found,) = re.findall(pattern, text, re.DOTALL)
    return str(found)

"""A run that is interrupted or killed leaves nothing: no process, no folder, no report that looks complete."""

import os
import pty
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared_scenarios.cli import playing
from shared_scenarios.runner.run import plan
from shared_scenarios.runner.whole import INTERRUPTS, whole
from tests.command import eventually, living, ormatrix, started
from tests.guest import guest
from tests.hanging import folders, hanging

WAYS = {
    "Ctrl-C, to the whole group": lambda group: os.killpg(group, signal.SIGINT),
    "SIGINT": lambda group: os.kill(group, signal.SIGINT),
    "SIGTERM": lambda group: os.kill(group, signal.SIGTERM),
    "SIGTERM, to the whole group": lambda group: os.killpg(group, signal.SIGTERM),
    "SIGHUP, of a terminal that is closed": lambda group: os.killpg(group, signal.SIGHUP),
}


@pytest.mark.parametrize("how", WAYS)
def test_interrupted_run_leaves_nothing_and_says_so(tmp_path: Path, how: str) -> None:
    with hanging(tmp_path) as process:
        assert len(folders(process.pid)) == 1
        WAYS[how](process.pid)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert said.strip() == "ormatrix: interrupted; no file is left half written"
        assert living(process.pid) == []
        assert folders(process.pid) == []
    assert [file for file in tmp_path.rglob("*") if file.suffix in (".jsonl", ".md", ".json", ".db")] == []


CLICK = """
import os
import signal
os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.parametrize("argument", ["--help", "run"])
def test_interrupt_that_comes_before_anything_is_imported_is_told_as_any_other(tmp_path: Path, argument: str) -> None:
    (tmp_path / "click.py").write_text(CLICK)
    with started(argument, cwd=tmp_path, path=tmp_path) as process:
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "ormatrix: interrupted; no file is left half written\n")
    assert living(process.pid) == []


def test_impatience_does_not_stop_the_tidying_up(tmp_path: Path) -> None:
    with hanging(tmp_path) as process:
        while process.poll() is None:
            os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130
        assert said.strip() == "ormatrix: interrupted; no file is left half written"
        assert living(process.pid) == []
        assert folders(process.pid) == []


def test_run_that_is_interrupted_while_it_shows_its_progress_leaves_nothing_either(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with hanging(tmp_path, stderr=theirs) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert living(process.pid) == []
        assert folders(process.pid) == []
    said = os.read(ours, 65536).decode()
    assert "playing" in said
    assert said.endswith("ormatrix: interrupted; no file is left half written\r\n")
    os.close(ours)
    os.close(theirs)


def test_interrupted_run_leaves_an_older_report_as_it_was(tmp_path: Path) -> None:
    older = tmp_path / "ormatrix-report" / "report.jsonl"
    older.parent.mkdir()
    older.write_text("older")
    with hanging(tmp_path) as process:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert older.read_text() == "older"
    assert list(older.parent.iterdir()) == [older]


def test_interrupted_run_removes_a_database_that_it_was_told_to_make(tmp_path: Path) -> None:
    with hanging(tmp_path, "--database", f"sqlite:///{tmp_path}/made.db") as process:
        assert [file.name for file in tmp_path.glob("*.db")] == ["made-guest.db"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert list(tmp_path.glob("*.db*")) == []


def test_workers_of_a_killed_run_end_and_the_next_run_removes_its_folder(tmp_path: Path) -> None:
    with hanging(tmp_path, "--timeout", 1) as process:
        assert len(folders(process.pid)) == 1
        process.kill()
        process.wait()
        eventually(lambda: not living(process.pid), "the end of its workers")
    next_one = guest(tmp_path / "next", name="other")
    ormatrix("run", "--orm", "other", "--scenario", "defaults", cwd=tmp_path, path=next_one)
    assert folders(process.pid) == []


@pytest.mark.parametrize("number", INTERRUPTS)
def test_step_that_must_be_whole_is_done_before_an_interrupt_is_heard(number: int) -> None:
    heard: list[str] = []
    before = signal.signal(number, lambda *_: heard.append("interrupt"))
    with whole():
        signal.raise_signal(number)
        heard.append("the rest of the step")
    assert heard == ["the rest of the step", "interrupt"]
    signal.signal(number, before)


def test_thread_that_hears_no_signals_has_none_to_hold_back() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(_in_a_thread).result() == "done"


def _in_a_thread() -> str:
    with whole():
        return "done"


def test_interrupt_while_a_cell_is_shown_ends_workers_before_their_nests(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    @contextmanager
    def nests(*_: object) -> Iterator[None]:
        try:
            yield
        finally:
            ended.append("nests")

    def run(*_: object) -> Iterator[None]:
        try:
            yield
        finally:
            ended.append("workers")

    def interrupted(cells: Iterator[None], _: int) -> None:
        next(cells)
        raise KeyboardInterrupt

    monkeypatch.setattr(playing, "nesting", nests)
    monkeypatch.setattr(playing, "run", run)
    monkeypatch.setattr(playing, "with_progress", interrupted)
    with pytest.raises(KeyboardInterrupt) as heard:  # and everything that it has left is held by its traceback
        playing.play(plan(["django"], ["key-before-commit"]))
    assert heard.traceback
    assert ended == ["workers", "nests"]

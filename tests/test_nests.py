"""What forks the workers: whatever of it dies or hangs, the parent knows, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared_scenarios.catalogue import case_of
from shared_scenarios.cli import _will_play
from shared_scenarios.runner import stem
from shared_scenarios.runner.nest import COMMON
from shared_scenarios.runner.nests import Nest, Nests
from shared_scenarios.runner.registry import Entry
from shared_scenarios.runner.run import Plan, run
from shared_scenarios.targets.address import Database
from shared_scenarios.targets.private_folder import alive
from tests.command import eventually, living, started
from tests.fakes import fake

MODULES = {"quick": "quick_impl.database", "other": "other_impl.database", "stuck": "stuck_impl.database"}


@pytest.fixture
def nests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nests]:
    for name, code in (("quick", ""), ("other", ""), ("stuck", "import time\ntime.sleep(60)\n")):
        package = tmp_path / f"{name}_impl"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "database.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(Path(__file__).parents[1]))))
    made = Nests(tmp_path, MODULES)
    yield made
    made.end()


def born(nest: Nest) -> int:
    eventually(lambda: nest.process, "a nest is born")
    assert nest.process is not None
    return nest.process


def parent_of(process: int) -> int:
    """As the system tells it."""
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(process)], capture_output=True, check=True).stdout)


def not_running(process: int) -> bool:
    """Whether it has ended; it may not have been collected, for nobody may do that here."""
    stat = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return stat.strip()[:1] in ("", "Z")


def stem_of(nest: Nest) -> int:
    return parent_of(born(nest))


def test_nests_of_one_run_are_forked_from_one_stem(nests: Nests) -> None:
    one, other = stem_of(nests.start("quick")), stem_of(nests.start("other"))
    assert one == other
    assert parent_of(one) == os.getpid()


def test_a_nest_is_used_as_long_as_it_lives(nests: Nests) -> None:
    first = nests.start("quick")
    assert nests.start("quick") is first
    os.kill(born(first), signal.SIGKILL)
    eventually(first.is_dead, "its death is seen")
    second = nests.start("quick")
    assert born(second) != first.process
    assert stem_of(second) == stem_of(nests.start("other"))
    assert first.status() == first.status() == -signal.SIGKILL
    assert nests._stems[0].bury(born(first)) is None
    assert stem_of(nests.start("quick")) == stem_of(second)
    first.let_go()


def test_a_stem_that_was_killed_is_replaced_and_its_nests_live_on(nests: Nests) -> None:
    first = nests.start("quick")
    killed = stem_of(first)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: parent_of(born(first)) != killed, "its nest is an orphan")
    assert stem_of(nests.start("other")) != killed
    assert nests.start("quick") is first
    assert (first.status(), first.last_words()) == (-signal.SIGKILL, "")
    eventually(first.is_dead, "its death is seen")
    assert nests.start("quick") is not first


def test_a_nest_that_hangs_is_ended_though_its_stem_was_killed(nests: Nests) -> None:
    stuck = nests.start("stuck")
    os.kill(stem_of(stuck), signal.SIGKILL)
    process = born(stuck)
    nests.end()
    eventually(lambda: not_running(process), "it is gone")


def test_a_nest_that_hangs_is_ended_with_the_others(nests: Nests) -> None:
    processes = [born(nests.start(name)) for name in MODULES]
    processes.append(stem_of(nests.start("stuck")))
    nests.end()
    assert not any(alive(process) for process in processes)


KILLED = """
import os, signal, time
from pathlib import Path
from shared_scenarios.runner.nests import Nests
nest = Nests(Path(), {"quick": "json.decoder"}).start("quick")
while nest.process is None:
    time.sleep(0.01)
print(nest.process)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_they_end_by_themselves_when_their_parent_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-uc", KILLED], cwd=tmp_path, env=environment, start_new_session=True, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip().isdigit()
        assert parent.wait() == -signal.SIGKILL
    eventually(lambda: living(parent.pid) == [], "stem and nest are gone")


def test_a_stem_that_cannot_start_says_why(nests: Nests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stem, "START", "raise SystemExit('no room')")
    nest = nests.start("quick")
    eventually(nest.is_dead, "its death is seen")
    assert nest.process is None
    assert nest.status() == 1
    assert nest.last_words() == "no room\n"


def test_a_stem_that_has_much_to_say_is_not_held_up(nests: Nests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stem, "START", f"print('x' * 200_000)\n{stem.START}")
    assert born(nests.start("quick"))


@pytest.mark.parametrize(
    ("start", "code", "how"),
    [
        (stem.START, "import os\nos._exit(3)\n", "the process ended with exit status 3"),
        ("raise SystemExit('no room')", "", "the process ended with exit status 1: no room"),
    ],
)
def test_all_workers_that_are_lost_with_one_are_told_why(
    nests: Nests, monkeypatch: pytest.MonkeyPatch, start: str, code: str, how: str
) -> None:
    monkeypatch.setattr(stem, "START", start)
    (nests.folder / "other_impl" / "database.py").write_text(code)
    lost = [replace(fake("agrees"), name=f"agrees:{n}", open="other_impl.database:open") for n in range(3)]
    entries = tuple(Entry(one, "tests.fakes:IMPLEMENTATIONS") for one in lost)
    asked = Plan(entries, (case_of("forgotten-commit/sent"),), (Database("sqlite"),), jobs=3, timeout=30)
    assert [(cell.state, cell.reason) for cell in run(asked)] == [("crashed", how)] * 3


def test_one_that_was_started_early_is_taken_once(nests: Nests) -> None:
    stem.start_early()
    (early,) = stem._early
    assert stem_of(nests.start("quick")) == early.process.pid
    assert stem._early == []


def test_one_that_nobody_takes_is_ended() -> None:
    stem.start_early()
    (early,) = stem._early
    stem.end_early()
    assert not alive(early.process.pid)
    assert stem._early == []


@pytest.mark.parametrize("arguments", [("run", "--orm", "djnago"), ("run", "--jobs", "none"), ("check", "--no-such")])
def test_a_command_that_refuses_leaves_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with started(*arguments, cwd=tmp_path) as refused:
        _, said = refused.communicate(timeout=30)
    assert refused.returncode == 2
    assert "Traceback" not in said
    assert living(refused.pid) == []


@pytest.mark.parametrize(
    ("arguments", "will"),
    [
        (["run"], True),
        (["show", "rollback", "--orm", "django"], True),
        (["show", "rollback", "--report", "report.jsonl"], False),
        (["show", "rollback", "--report=report.jsonl"], False),
        (["check", "--help"], False),
        (["list"], False),
        (["matrix", "report.jsonl"], False),
        ([], False),
    ],
)
def test_none_is_started_for_a_command_that_plays_nothing(arguments: list[str], will: bool) -> None:
    assert _will_play(arguments) is will


@pytest.mark.parametrize("package", ["sqla_impl", "django_impl", "peewee_impl"])
def test_what_a_stem_imports_every_orm_imports_anyway(package: str) -> None:
    code = f"import sys, {package}.database; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert set(COMMON) <= set(told.split())

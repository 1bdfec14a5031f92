"""Every statement names the line that sent it, and of a helper both lines; upkeep is marked as what it is."""

import asyncio
import linecache
import sys
import threading
import time
import traceback
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from shared_scenarios.catalogue.reading import ADA, ADAS_TWEET
from shared_scenarios.evidence.frames import Found, Frames
from shared_scenarios.evidence.tasks import _coroutines
from shared_scenarios.evidence.wire.waiting import Waiting
from shared_scenarios.runner.loop import Loop
from shared_scenarios.runner.venue import Venue
from shared_scenarios.timeline import Connection, Event, Line, Statement, Timeline
from tests.venues import watch

ANSWERS = {
    "sqlalchemy": "in_sqlalchemy",
    "sqlalchemy-async": "in_sqlalchemy_async",
    "django": "in_django",
    "peewee": "in_peewee",
    "django-async": "in_django_async",
    "peewee-async": "in_peewee_async",
}
SYNC = ["sqlalchemy", "django", "peewee"]
ASYNC = ["sqlalchemy-async", "django-async", "peewee-async"]
everywhere = pytest.mark.parametrize("venue", ANSWERS, indirect=True)
where_awaited = pytest.mark.parametrize("venue", ASYNC, indirect=True)
where_plain = pytest.mark.parametrize("venue", SYNC, indirect=True)
HOUSEKEEPING = {
    "sqlalchemy": ["ROLLBACK"],
    "sqlalchemy-async": ["ROLLBACK"],
    "django": [
        "select sqlite_compileoption_used('ENABLE_MATH_FUNCTIONS')",
        "PRAGMA foreign_keys = ON",
        "PRAGMA legacy_alter_table = OFF",
    ],
    "peewee": [],
    "peewee-async": [],
}
HOUSEKEEPING["django-async"] = HOUSEKEEPING["django"]


def answer(venue: Venue, name: str) -> Callable[[Any], Any]:
    module = import_module(f"tests.answers.{ANSWERS[venue.implementation.name]}")
    function: Callable[[Any], Any] = getattr(module, name)
    return function


def played(venue: Venue, name: str) -> list[Event]:
    return watch(venue, answer(venue, name), ADA, ADAS_TWEET)


def notes(lines: list[Line]) -> list[str]:
    """What the comments at the ends of the lines say."""
    return [line.code.rpartition("  # ")[2] for line in lines]


def sent(events: list[Event], *verbs: str) -> list[list[str]]:
    return [notes(statement.lines) for statement in Timeline(events).statements(*verbs)]


@everywhere
def test_a_write_names_its_line_and_through_a_helper_both(venue: Venue) -> None:
    assert sent(played(venue, "writes"), "INSERT") == [["first"], ["through a helper", "in the helper"]]


@everywhere
def test_the_commit_of_a_block_names_the_line_of_the_block(venue: Venue) -> None:
    assert sent(played(venue, "writes"), "COMMIT") == [["end of block"]]


@everywhere
def test_a_lazy_load_names_the_attribute_that_caused_it(venue: Venue) -> None:
    assert [line[-1] for line in sent(played(venue, "loads_lazily"), "SELECT")] == ["query", "lazy load"]


@pytest.mark.parametrize(
    ("venue", "name"),
    [
        ("sqlalchemy", "loads_what_has_expired"),
        ("django", "loads_what_was_deferred"),
        ("django", "iterates_lazily"),
        ("peewee", "iterates_lazily"),
    ],
    indirect=["venue"],
)
def test_whatever_is_loaded_late_names_the_line_that_needed_it(venue: Venue, name: str) -> None:
    assert sent(played(venue, name), "SELECT") == [["query"], ["lazy load"]]


@where_plain
def test_a_thread_of_the_answer_names_the_lines_that_it_ran(venue: Venue) -> None:
    lines = sent(played(venue, "works_in_a_thread"), "INSERT")
    assert [line[-2:] for line in lines] == [lines[0][-2:], ["through a helper", "in the helper"]]
    assert lines[0][-1] == "first"


@where_awaited
def test_tasks_that_take_turns_keep_their_own_lines(venue: Venue) -> None:
    events = played(venue, "reads_in_two_tasks")
    found = {table: [notes(s.lines)[-1] for s in selects(events) if s.touches(table)] for table in ("kols", "tweets")}
    assert found == {"kols": ["kols"], "tweets": ["tweets"]}


@pytest.mark.parametrize("venue", ["django-async", "peewee-async"], indirect=True)
def test_a_synchronous_function_names_the_line_that_awaits_it_and_its_own(venue: Venue) -> None:
    lines = sent(played(venue, "calls_a_block"))
    assert {line[0] for line in lines} == {"called here"}
    assert [line[1:] for line in lines[:2]] == [["end of block"], ["first"]]
    assert lines[-1] == lines[0]


@pytest.mark.parametrize("venue", ["django-async"], indirect=True)
def test_a_method_that_works_in_a_thread_names_the_line_that_awaits_it(venue: Venue) -> None:
    lines = sent(played(venue, "writes_with_a_method"), "INSERT")
    assert lines == [["created"], ["through a helper", "in the helper"]]


@pytest.mark.parametrize("venue", ["django-async"], indirect=True)
def test_what_a_thread_does_while_it_waits_is_for_the_task_that_gave_it_last(venue: Venue) -> None:
    """Two tasks wait for the thread; which of them is looked at first, is left to chance."""
    lines = [sent(played(venue, "goes_back_and_forth"), "INSERT") for _ in range(20)]
    assert lines == [[["inner", "add"]]] * 20


@pytest.mark.parametrize("venue", ["django-async"], indirect=True)
def test_a_thread_keeps_the_lines_of_a_task_that_has_been_cancelled(venue: Venue) -> None:
    lines = sent(played(venue, "is_cancelled"), "INSERT")
    assert lines == [["started here", "before"], ["started here", "after"]]


@pytest.mark.parametrize("venue", ["django-async", "peewee-async"], indirect=True)
def test_an_asynchronous_generator_names_the_line_that_it_is_iterated_in(venue: Venue) -> None:
    assert sent(played(venue, "iterates"), "SELECT") == [["query"]]


@pytest.mark.parametrize("venue", ["sqlalchemy-async", "peewee-async"], indirect=True)
def test_what_an_asynchronous_generator_of_the_answer_awaits_names_its_line(venue: Venue) -> None:
    events = played(venue, "writes_in_a_generator")
    (insert,) = (one for one in Timeline(events).statements("INSERT") if one.touches("kols"))
    assert notes(insert.lines) == ["entered here", "in the generator"]


async def waits() -> AsyncGenerator[None, None]:
    await asyncio.Event().wait()
    yield


async def lingers() -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await asyncio.Event().wait()


async def goes_on() -> None:
    await anext(waits())


async def iterates() -> None:
    async for _ in waits():
        pass


async def leaves() -> None:
    generator = lingers()
    await anext(generator)
    await generator.aclose()


@pytest.mark.parametrize(("does", "inside"), [(goes_on, "waits"), (iterates, "waits"), (leaves, "lingers")])
def test_a_task_is_followed_into_the_generator_that_it_waits_in(
    does: Callable[[], Coroutine[Any, Any, None]], inside: str
) -> None:
    async def looked_at() -> list[tuple[str, str]]:
        task = asyncio.create_task(does())
        await asyncio.sleep(0)
        found = [(name, frame.f_code.co_name) for name, frame in _coroutines(task.get_coro())]
        task.cancel()
        await asyncio.wait([task])
        return found

    assert asyncio.run(looked_at()) == [(name, name) for name in (does.__name__, inside, "wait")]


@where_awaited
def test_a_task_names_the_line_that_started_it(venue: Venue) -> None:
    found: list[Line] = []
    frames = venue.recorder.frames
    venue.wait(answer(venue, "asks_in_a_task")(lambda: found.extend(frames.here()[0])))
    assert notes(found) == ["started here", "asked here"]


def selects(events: list[Event]) -> list[Statement]:
    return Timeline(events).statements("SELECT")


@everywhere
def test_every_line_is_that_of_the_file(venue: Venue) -> None:
    events = [event for event in played(venue, "writes") if isinstance(event, Statement | Connection)]
    lines = [line for event in events for line in event.lines]
    module = ANSWERS[venue.implementation.name]
    assert {line.file for line in lines} == {f"answers/{module}.py"}
    assert {line.function for line in lines} == {"writes", "add_tweet"}
    for line in lines:
        assert line.code == linecache.getline(str(Path(__file__).parent / line.file), line.number).strip()


@everywhere
def test_every_statement_of_the_answer_has_a_line(venue: Venue) -> None:
    statements = [e for name in ("writes", "loads_lazily") for e in played(venue, name) if isinstance(e, Statement)]
    assert [statement for statement in statements if not statement.lines] == []


@everywhere
def test_upkeep_is_marked_and_kept(venue: Venue) -> None:
    statements = [event for event in played(venue, "writes_past_the_orm") if isinstance(event, Statement)]
    upkeep = [statement for statement in statements if statement.role == "housekeeping"]
    assert [statement.text for statement in upkeep] == HOUSEKEEPING[venue.implementation.name]
    assert all(statement.lines for statement in upkeep)
    assert not set(map(id, upkeep)).intersection(map(id, Timeline(statements).statements()))


@pytest.mark.parametrize(
    ("folder", "found"), [("impl", ["here()"]), ("impl/deep", ["here()"]), ("impl_of_others", []), ("", [])]
)
def test_only_the_implementations_own_files_count(tmp_path: Path, folder: str, found: list[str]) -> None:
    file = tmp_path / folder / "module.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("here()")
    lines: list[Line] = []
    frames = Frames(tmp_path / "impl")
    exec(compile("here()", file, "exec"), {"__file__": str(file), "here": lambda: lines.extend(frames.here()[0])})
    assert [line.code for line in lines] == found


def test_code_that_python_writes_itself_stands_on_no_line() -> None:
    frames = Frames(Path(__file__).parent)
    names: dict[str, Any] = {"__file__": __file__, "here": frames.here}
    exec(compile("def __init__(): return here()", "<string>", "exec"), names)  # as a dataclass has it
    lines, _ = names["__init__"]()
    assert [line.function for line in lines] == ["test_code_that_python_writes_itself_stands_on_no_line"]


def test_functions_on_one_line_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("def outer(): return (lambda: here())(), here()")
    frames = Frames(tmp_path)
    names: dict[str, Any] = {"__file__": str(file), "here": frames.here}
    exec(compile(file.read_text(), file, "exec"), names)
    (inner, _), (itself, _) = names["outer"]()
    assert [line.function for line in inner] == ["outer", "<lambda>"]
    assert [line.function for line in itself] == ["outer"]


def test_a_thread_of_nobody_has_no_lines() -> None:
    found: list[Any] = []
    frames = Frames(Path("/x/impl"))
    thread = threading.Thread(target=lambda: found.append(frames.here()))
    thread.start()
    thread.join()
    assert found == [([], False)]


def test_a_stack_that_changes_while_it_is_read_is_read_again() -> None:
    go, back, done = threading.Event(), threading.Event(), threading.Event()

    def inner() -> Iterator[None]:
        go.wait(5)
        yield

    def outer() -> None:
        steps = inner()
        next(steps)
        back.set()
        done.wait(5)

    class Slow(Frames):
        def on_stack(self, frame: FrameType | None) -> Found:
            if not go.is_set():
                go.set()  # the generator gives way in the middle of the look, and has no caller then
                back.wait(5)
            return super().on_stack(frame)

    thread = threading.Thread(target=outer)
    thread.start()
    while thread.ident is None or "inner" not in _functions(thread.ident):
        time.sleep(0.001)
    lines, _ = Waiting(Slow(Path(__file__).parent)).find(1)
    done.set()
    thread.join()
    assert "outer" in [line.function for line in lines]


def _functions(thread: int) -> list[str]:
    return [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._current_frames()[thread])]


def test_a_task_that_others_have_made_is_found_beside_one_that_has_no_lines() -> None:
    frames = Frames(Path(__file__).parent)
    nobodys: dict[str, Any] = {"asyncio": asyncio}
    exec("async def waits(): await asyncio.get_running_loop().create_future()", nobodys)
    found: list[Line] = []

    def asks_without_work() -> None:
        assert frames.tasks is not None
        found.extend(frames.tasks.awaited([], ([], False))[0])

    async def asks() -> None:
        await asyncio.get_running_loop().run_in_executor(None, asks_without_work)

    async def makes_both() -> None:
        asyncio.get_running_loop().call_soon(asyncio.ensure_future, nobodys["waits"]())
        await asyncio.sleep(0.01)
        await asyncio.Task(asks(), loop=asyncio.get_running_loop())

    loop = Loop(frames)
    loop.wait(makes_both())
    loop.close()
    assert [line.function for line in found] == ["asks"]


def test_a_task_that_others_have_made_is_found_too() -> None:
    frames = Frames(Path(__file__).parent)
    found: list[Line] = []

    async def asks() -> None:
        lines, _ = await asyncio.get_running_loop().run_in_executor(None, frames.here)
        found.extend(lines)

    async def makes_it_itself() -> None:
        await asyncio.Task(asks(), loop=asyncio.get_running_loop())  # past the loop's own way to make one

    loop = Loop(frames)
    loop.wait(makes_it_itself())
    loop.close()
    assert [line.function for line in found] == ["asks"]

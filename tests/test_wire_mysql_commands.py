"""The MySQL protocol, read from bytes: prepared statements, other commands, and the transaction's state."""

import struct

import pytest

from shared_scenarios.evidence.wire.protocol import Began, CancelAsked, Ended, StateTold, Unseen
from shared_scenarios.timeline import Failure, Scalar
from tests import mywire as my
from tests.mywire import OPEN, ended, failed, happenings, texts

# Prepared statements


def test_a_prepared_statement_is_told_when_it_is_executed() -> None:
    seen = happenings(
        my.prepare("SELECT ?"), my.prepared(5, 1, 1), my.execute(5, [(3, struct.pack("<i", -1))]), my.rows(1),
        my.execute(5, [(3, struct.pack("<i", 2))], types=False), my.rows(1),
    )  # fmt: skip
    assert seen == [
        Began(1, "SELECT ?", (-1,), 1), ended(1, returned=1), Began(2, "SELECT ?", (2,), 2), ended(2, returned=1)
    ]  # fmt: skip


def test_with_the_new_end_of_rows_lists_have_none() -> None:
    seen = happenings(
        my.prepare("SELECT ?"), my.prepared(5, 1, 2, ends=False), my.execute(5, [(6, None)]), my.short_rows(1),
        asks=my.CLIENT | my.DEPRECATE_EOF,
    )  # fmt: skip
    assert seen == [Began(1, "SELECT ?", (None,), 1), ended(1, returned=1)]


def test_a_refused_preparation_is_an_event_of_its_own() -> None:
    seen = happenings(my.prepare("SELEC"), my.error(1064, "42000"))
    assert seen == [Began(1, "SELEC", group=1), failed(1, error=Failure("", "no", "42000/1064"))]


def test_an_execution_may_be_sent_with_its_preparation() -> None:
    ahead = my.prepare("INSERT INTO t VALUES (?, '?')") + my.execute(my.LAST, [(0x8001, b"\xff")])
    seen = happenings(ahead, my.prepared(9, 1) + my.ok(affected=1), my.execute(9, [(1, b"\xff")]), my.ok(affected=1))
    assert [one.values for one in seen if isinstance(one, Began)] == [(255,), (-1,)]
    assert seen[1] == ended(1, affected=1)


def test_the_error_of_the_preparation_is_that_of_an_execution_sent_with_it() -> None:
    ahead = my.prepare("INSERT INTO t VALUES (?)") + my.execute(my.LAST, [(1, b"\1")])
    unknown = my.error(1243, "HY000", "Unknown prepared statement handler")
    seen = happenings(ahead, my.error() + unknown, my.query("SELECT 1"), my.rows(1))
    assert seen == [
        Began(1, "INSERT INTO t VALUES (?)", (1,), 1), failed(1), Began(2, "SELECT 1", group=2),
        StateTold("none"), ended(2, returned=1),
    ]  # fmt: skip


def test_rows_of_a_cursor_are_fetched_later() -> None:
    fetch = my.packet(b"\x1c" + struct.pack("<II", 5, 2))
    opened = my.packet(b"\1", 1) + my.COLUMN + my.eof(my.CURSOR | OPEN)
    seen = happenings(
        my.prepare("SELECT 1"), my.prepared(5, 0, 1), my.execute(5, flags=1), opened,
        fetch, my.ROW * 2 + my.eof(OPEN | my.CURSOR), fetch, my.ROW + my.eof(128 | OPEN),
    )  # fmt: skip
    assert seen[:2] == [Began(1, "SELECT 1", group=1), ended(1, state="open")]
    assert seen[2] == Began(2, "SELECT 1", group=2, resumes=1)
    assert seen[4:] == [Began(3, "SELECT 1", group=3, resumes=1), ended(3, returned=1, state="open")]


def test_values_sent_ahead_are_counted() -> None:
    data = my.packet(b"\x18" + struct.pack("<IH", 5, 1) + b"x" * 10)
    values: list[my.Value] = [(8, struct.pack("<q", 3)), (252, b"")]
    seen = happenings(
        my.prepare("INSERT ?, ?"), my.prepared(5, 2), data + data + my.execute(5, values), my.ok(affected=1),
        my.execute(5, [(8, struct.pack("<q", 4)), (252, my.counted(b"abc"))]), my.ok(affected=1),
    )  # fmt: skip
    assert [one.values for one in seen if isinstance(one, Began)] == [(3, "<20 bytes>"), (4, "<3 bytes>")]


def test_closing_and_resetting_are_no_statements() -> None:
    close, reset = (my.packet(bytes([code]) + struct.pack("<I", 5)) for code in (0x19, 0x1A))
    seen = happenings(
        my.prepare("SELECT 1"), my.prepared(5), reset, my.ok(), close + my.execute(5), my.error(1243, "HY000"), my.QUIT
    )
    assert texts(seen) == ["<prepared statement 5>"]


@pytest.mark.parametrize("forgetting", [my.RESET, my.packet(b"\x11ada\0\0\0")])
def test_a_reset_connection_has_forgotten_what_was_prepared(forgetting: bytes) -> None:
    seen = happenings(my.prepare("SELECT 1"), my.prepared(5), forgetting, my.ok(), my.execute(5), my.error())
    assert texts(seen)[1:] == ["<prepared statement 5>"]


def test_an_execution_in_bulk_counts_its_sets_of_values() -> None:
    def bulk(*rows: bytes) -> bytes:
        return my.packet(b"\xfa" + struct.pack("<IH", 5, 128) + struct.pack("<HH", 3, 253) + b"".join(rows))

    one, two = b"\0" + struct.pack("<i", 1) + b"\0\1a", b"\1\2"
    seen = happenings(
        my.prepare("INSERT ?, ?"), my.prepared(5, 2), bulk(one, two), my.ok(affected=2), bulk(two), my.ok(affected=1)
    )
    values = [one.values for one in seen if isinstance(one, Began)]
    assert values == [("<2 sets of values>",), (None, "<default>")]


@pytest.mark.parametrize(
    ("kind", "data", "read"),
    [
        (1, b"\x80", -128),
        (0x8001, b"\x80", 128),
        (2, b"\xff\xff", -1),
        (13, b"\xea\x07", 2026),
        (9, struct.pack("<i", -5), -5),
        (8, struct.pack("<q", -(2**63)), -(2**63)),
        (0x8008, b"\xff" * 8, 2**64 - 1),
        (4, struct.pack("<f", 1.5), 1.5),
        (5, struct.pack("<d", 0.1), 0.1),
        (6, b"", None),
        (0, my.counted(b"1.50"), "1.50"),
        (246, my.counted(b"-0.1"), "-0.1"),
        (253, my.counted("Käse".encode()), "Käse"),
        (254, my.counted(b"x" * 300), "x" * 300),
        (254, my.counted(b"\xff\xfe"), "<2 bytes>"),
        (252, my.counted(b"text"), "<4 bytes>"),
        (255, my.counted(b"point"), "<5 bytes>"),
        (10, b"\x04\xea\x07\x01\x02", "2026-01-02"),
        (12, b"\x04\xea\x07\x01\x02", "2026-01-02 00:00:00"),
        (12, b"\x07\xea\x07\x01\x02\x03\x04\x05", "2026-01-02 03:04:05"),
        (7, b"\x0b\xea\x07\x01\x02\x03\x04\x05\x06\0\0\0", "2026-01-02 03:04:05.000006"),
        (12, b"\x00", "0000-00-00 00:00:00"),
        (11, b"\x00", "00:00:00"),
        (11, b"\x08\x01\x02\0\0\0\x03\x04\x05", "-51:04:05"),
        (11, b"\x0c\0\0\0\0\0\x03\x04\x05\x06\0\0\0", "03:04:05.000006"),
    ],
)
def test_values_are_read_by_their_types(kind: int, data: bytes, read: object) -> None:
    assert bound(kind, data) == (read,)


@pytest.mark.parametrize(("kind", "data"), [(3, b"\1"), (253, b"\x05ab"), (253, b"\xff"), (8, b"")])
def test_values_that_cannot_be_read_are_counted_together(kind: int, data: bytes) -> None:
    assert bound(kind, data) == (f"<{4 + len(data)} bytes>",)


def bound(kind: int, data: bytes) -> tuple[Scalar, ...]:
    (began,) = happenings(my.prepare("SELECT ?"), my.prepared(5, 1), my.execute(5, [(kind, data)]))
    assert isinstance(began, Began)
    return began.values


# Other commands


@pytest.mark.parametrize(
    ("command", "answer", "text"),
    [
        (my.PING, my.ok(), "COM_PING"),
        (my.RESET, my.ok(), "COM_RESET_CONNECTION"),
        (my.packet(b"\x02test"), my.ok(), "COM_INIT_DB test"),
        (my.packet(b"\x04kols\0%"), my.COLUMN * 3 + my.eof(), "COM_FIELD_LIST kols"),
        (my.packet(b"\x09"), my.packet(b"Uptime: 1", 1), "COM_STATISTICS"),
        (my.packet(b"\x0d"), my.eof(), "COM_DEBUG"),
        (my.packet(b"\x0a"), my.rows(2), "COM_PROCESS_INFO"),
    ],
)
def test_a_command_without_sql_has_its_own_name(command: bytes, answer: bytes, text: str) -> None:
    seen = happenings(command, answer, my.query("SELECT 1"), my.rows(1))
    assert texts(seen) == [text, "SELECT 1"]
    assert not [one for one in seen if isinstance(one, Unseen)]


def test_a_process_is_killed_by_a_command_too() -> None:
    assert happenings(my.packet(b"\x0c" + struct.pack("<I", 12)), my.ok())[:2] == [
        CancelAsked(12),
        Began(1, "COM_PROCESS_KILL 12", group=1),
    ]


def test_commands_may_be_sent_ahead_of_their_answers() -> None:
    ahead = my.query("A") + my.query("B") + my.PING
    seen = happenings(ahead, my.ok(affected=1) + my.error() + my.ok(OPEN))
    assert texts(seen[:3]) == ["A", "B", "COM_PING"]
    assert seen[3:] == [ended(1, affected=1), failed(2), StateTold("open"), ended(3, state="open")]


# The transaction's state


def test_the_state_comes_from_the_servers_flag() -> None:
    seen = happenings(my.query("BEGIN"), my.ok(OPEN), my.query("SELECT"), my.rows(1, OPEN), my.query("COMMIT"), my.ok())
    assert [one.state for one in seen if isinstance(one, Ended)] == ["open", "open", "none"]
    assert all(one.exact for one in seen if isinstance(one, Ended))


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("SELECT", OPEN, ["open"]),
        ("INSERT", my.AUTOCOMMIT, ["none"]),
        ("SAVEPOINT a", OPEN, ["open"]),
        ("SELECT", my.IN_TRANS, []),  # without autocommit, this one may have opened it
        ("SELECT", 0, ["none"]),
        ("COMMIT", my.AUTOCOMMIT, []),
        ("BEGIN", OPEN, []),
        ("SET autocommit = 1", my.AUTOCOMMIT, []),
        ("DROP TABLE x", my.AUTOCOMMIT, []),
    ],
)
def test_the_state_after_an_error_is_a_guess_until_it_is_told(text: str, status: int, told: list[str]) -> None:
    seen = happenings(
        my.query("BEGIN"), my.ok(OPEN), my.query("INSERT"), my.error(), my.query(text), my.ok(status)
    )[3:]  # fmt: skip
    assert seen[0] == failed(2, "open")
    assert [one.state for one in seen if isinstance(one, StateTold)] == told
    assert isinstance(seen[-1], Ended)
    assert seen[-1].exact


def test_a_ping_tells_the_state_in_any_case() -> None:
    seen = happenings(my.query("INSERT"), my.error(), my.PING, my.ok(my.IN_TRANS))
    assert seen[2:] == [Began(2, "COM_PING", group=2), StateTold("open"), ended(2, state="open")]


@pytest.mark.parametrize(("number", "state"), [(1213, "40001"), (1020, "HY000")])
def test_a_deadlock_leaves_nothing_open(number: int, state: str) -> None:
    seen = happenings(my.query("BEGIN"), my.ok(OPEN), my.query("UPDATE"), my.error(number, state))
    assert seen[-1] == failed(2, error=Failure("", "no", f"{state}/{number}"))

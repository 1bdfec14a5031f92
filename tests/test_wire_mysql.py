"""The MySQL protocol, read from bytes: what drivers do that can put a decoder out of step. No server is needed."""

import struct
import time
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared_scenarios.evidence.wire.mysql import MysqlDecoder
from shared_scenarios.evidence.wire.mysql_handshake import MARIADB
from shared_scenarios.evidence.wire.mysql_packets import KEPT
from shared_scenarios.evidence.wire.mysql_session import MOST_HELD
from shared_scenarios.evidence.wire.mysql_text import is_nothing, parameters, statements
from shared_scenarios.evidence.wire.protocol import Began, CancelAsked, Ended, Greeted, Happening, StateTold, Unseen
from shared_scenarios.timeline import Failure, Scalar
from tests import mywire as my
from tests.mywire import happenings, hear, talk
from tests.pgwire import Said, Who
from tests.test_wire_postgresql import everything_in

NO = Failure("", "no", "23000/1062")
OPEN = my.IN_TRANS | my.AUTOCOMMIT


def ended(number: int, **more: object) -> Ended:
    return Ended(number, **{"state": "none", **more})  # type: ignore[arg-type]  # its fields


def failed(number: int, state: str = "none", error: Failure = NO, **more: object) -> Ended:
    return ended(number, error=error, state=state, exact=False, **more)


def texts(seen: list[Happening]) -> list[str]:
    return [one.text for one in seen if isinstance(one, Began)]


# The handshake


def test_the_server_says_who_a_connection_is() -> None:
    assert hear(my.HELLO).happenings == [Greeted(7, "10.11.4-MariaDB")]


def test_nothing_is_offered_that_would_hide_the_conversation() -> None:
    offered = hear(my.HELLO[:1]).to_client
    hiding = my.SSL | my.COMPRESS | my.ZSTD | my.OPTIONAL_METADATA | my.ATTRIBUTES
    assert offered == my.greeting(0xFFFFFFFF & ~hiding)


def test_of_mariadbs_capabilities_only_the_known_ones_are_offered() -> None:
    everything = 0xFFFFFFFF_FFFFFFFE
    offered = hear([Said("server", my.greeting(everything))]).to_client
    hiding = my.SSL | my.COMPRESS | my.ZSTD | my.OPTIONAL_METADATA | my.ATTRIBUTES
    assert offered == my.greeting((0xFFFFFFFE & ~hiding) | MARIADB)
    assert not MARIADB & my.COM_MULTI


def test_a_driver_that_demands_tls_is_refused_before_the_server_hears_of_it() -> None:
    request = my.packet(struct.pack("<IIB23x", my.CLIENT | my.SSL, 1 << 24, 45), 1)
    heard = hear([my.HELLO[0], Said("client", request + b"\x16\x03\x01 hello, encrypted"), Said("client", b"more")])
    assert heard.to_server == b""
    error = heard.to_client.removeprefix(hear(my.HELLO[:1]).to_client)
    assert error[3:7] == b"\x02\xff" + (2026).to_bytes(2, "little")
    assert len(error) == 4 + int.from_bytes(error[:3], "little")
    assert b"TLS" in error
    (unseen,) = heard.happenings
    assert isinstance(unseen, Unseen)
    assert "demands TLS" in unseen.why


def test_a_login_that_asks_for_tls_without_its_request_is_refused_too() -> None:
    heard = hear([my.HELLO[0], Said("client", my.login(my.CLIENT | my.SSL, b"s3cret"))])
    assert heard.to_server == b""
    assert len(heard.happenings) == 1


def test_compression_that_was_not_offered_is_unseen() -> None:
    heard = hear([my.HELLO[0], Said("client", my.login(my.CLIENT | my.COMPRESS))])
    assert isinstance(heard.happenings[0], Unseen)
    assert heard.to_server == my.login(my.CLIENT | my.COMPRESS)


def test_secrets_pass_through_and_are_not_kept() -> None:
    decoder = MysqlDecoder()
    said = [
        my.HELLO[0],
        Said("client", my.login(secret=b"hunter2-hash")),
        Said("server", my.packet(b"\xfeclient_ed25519\0salt", 2)),
        Said("client", my.packet(b"hunter2-signature", 3)),
        Said("server", my.packet(b"\x01\x04", 4)),
        Said("client", my.packet(b"\x02", 5)),
        Said("server", my.packet(b"\x01-----BEGIN PUBLIC KEY", 6)),
        Said("client", my.packet(b"hunter2-encrypted", 7)),
        Said("server", my.packet(b"\x01\x03", 8) + my.ok(sequence=9)),
        Said("client", my.packet(b"\x11ada\0\x07hunter2test\0")),
        Said("server", my.packet(b"\xfemysql_native_password\0salt", 1)),
        Said("client", my.packet(b"hunter2", 2)),
        Said("server", my.ok(sequence=3)),
    ]
    heard = hear(said, decoder=decoder)
    assert heard.happenings == [Greeted(7, "10.11.4-MariaDB"), Began(1, "COM_CHANGE_USER", group=1), ended(1)]
    assert b"hunter2-encrypted" in heard.to_server
    assert "hunter2" not in everything_in(decoder)


def test_a_refused_login_is_an_error_of_no_statement() -> None:
    denied = Said("server", my.error(1045, "28000", "Access denied"))
    heard = hear([*my.HELLO[:2], denied])
    assert heard.happenings == [failed(0, error=Failure("", "Access denied", "28000/1045"))]


def test_a_server_that_is_full_says_so_in_place_of_a_greeting() -> None:
    full = my.packet(b"\xff\x10\x04Too many connections")
    heard = hear([Said("server", full)])
    assert heard.happenings == [ended(0, error=Failure("", "Too many connections", "HY000/1040"))]
    assert heard.to_client == full


def test_a_server_that_ends_an_idle_connection_says_why() -> None:
    said = talk(Said("server", my.error(1927, "70100", "Connection was killed", 0)))
    assert hear(said).happenings[1:] == [failed(0, error=Failure("", "Connection was killed", "70100/1927"))]


# Queries


@pytest.mark.parametrize(
    ("text", "answer", "end"),
    [
        ("SELECT 1", my.rows(3), ended(1, returned=3)),
        ("SELECT 1", my.rows(0), ended(1, returned=0)),
        ("BEGIN", my.ok(OPEN), ended(1, state="open")),
        ("INSERT", my.ok(OPEN, 2, info=b"Records: 2"), ended(1, affected=2, state="open")),
        ("UPDATE", my.ok(affected=0), ended(1, affected=0)),
        ("/* a */ delete", my.ok(affected=300), ended(1, affected=300)),
        ("CREATE TABLE", my.ok(), ended(1)),
        ("CREATE TABLE t AS SELECT", my.ok(affected=5), ended(1, affected=5)),
        ("INSERT .. RETURNING", my.rows(2), ended(1, returned=2)),
        ("INSERT", my.error(), failed(1)),
        ("SELECT", my.packet(b"\x01", 1) + my.COLUMN + my.eof() + my.ROW + my.error(), failed(1, returned=1)),
    ],
)
def test_a_query_begins_and_ends(text: str, answer: bytes, end: Ended) -> None:
    assert happenings(my.query(text), answer) == [Began(1, text, group=1), end]


def test_the_end_of_rows_may_have_the_new_form() -> None:
    asks = my.CLIENT | my.DEPRECATE_EOF
    seen = happenings(my.query("SELECT"), my.short_rows(2, OPEN), my.query("SELECT"), my.short_rows(0), asks=asks)
    assert seen[1::2] == [ended(1, returned=2, state="open"), ended(2, returned=0)]


@pytest.mark.parametrize("ends_early", [True, False])
def test_names_of_columns_may_be_left_out(ends_early: bool) -> None:
    asks = (my.CLIENT | my.CACHE_METADATA) + my.DEPRECATE_EOF * ends_early
    end = my.ok(header=0xFE) if ends_early else my.eof()
    named = my.packet(b"\x02\x01", 1) + my.COLUMN * 2 + (b"" if ends_early else my.eof()) + my.ROW + end
    unnamed = my.packet(b"\x02\x00", 1) + (b"" if ends_early else my.eof()) + my.ROW * 2 + end
    seen = happenings(my.query("SELECT"), named, my.query("SELECT"), unnamed, asks=asks)
    assert seen[1::2] == [ended(1, returned=1), ended(2, returned=2)]


def test_a_row_that_begins_like_an_end_is_a_row() -> None:
    long = my.packet(b"\xfe" + (1 << 24).to_bytes(8, "little") + b"x" * (1 << 24), 4)
    answer = my.packet(b"\x01", 1) + my.COLUMN + my.eof() + long + my.ROW + my.eof()
    heard = hear(talk(my.query("SELECT"), answer), chunks)
    assert heard.happenings[2] == ended(1, returned=2)
    assert heard.to_client.endswith(answer)


def test_reports_of_progress_are_no_errors() -> None:
    progress = my.packet(b"\xff\xff\xff\x01\x01\x02\x00\x00\x00\x05stage", 1)
    assert happenings(my.query("ALTER"), progress * 3 + my.ok()) == [Began(1, "ALTER", group=1), ended(1)]


@pytest.mark.parametrize("content", [b"1,2\n", b""])
def test_the_content_of_a_local_file_is_no_command(content: bytes) -> None:
    file = my.packet(content, 2) + my.packet(b"\x03DROP", 3) + my.packet(b"", 4) if content else my.packet(b"", 2)
    seen = happenings(
        my.query("LOAD DATA"), my.packet(b"\xfb/tmp/data.csv", 1), file, my.ok(affected=2), my.PING, my.ok()
    )
    assert seen == [Began(1, "LOAD DATA", group=1), ended(1, affected=2), Began(2, "COM_PING", group=2), ended(2)]


def test_text_that_is_not_utf8_stays_readable() -> None:
    (began, _) = happenings(my.query(b"SELECT _binary'\xff'"), my.rows(1))
    assert isinstance(began, Began)
    assert began.text == "SELECT _binary'\\xff'"


@pytest.mark.parametrize("text", ["KILL 12", "kill query 12;", "KILL HARD CONNECTION 12"])
def test_a_kill_is_a_cancel_request_as_well(text: str) -> None:
    assert happenings(my.query(text), my.ok()) == [CancelAsked(12), Began(1, text, group=1), ended(1)]


def test_nothing_is_passed_on_before_it_is_told() -> None:
    decoder = MysqlDecoder()
    hear(my.HELLO, decoder=decoder)
    (step,) = decoder.client(my.query("SELECT 1"))
    assert (step.happening, step.data) == (Began(1, "SELECT 1", group=1), my.query("SELECT 1"))
    (step,) = decoder.server(my.rows(2))
    assert (step.happening, step.data) == (ended(1, returned=2), my.rows(2))


# Several statements in one query


def test_several_statements_are_told_apart() -> None:
    text = "INSERT INTO t VALUES (';', \"it's;\", `a;b`) -- ;\n; /* ; */ UPDATE t SET x = 'a\\'; b';SELECT 1; # end ;\n"
    answer = my.ok(OPEN | my.MORE, 1) + my.ok(OPEN | my.MORE, 2) + my.rows(1, OPEN)
    seen = happenings(my.query(text), answer)
    first, second, third = (
        "INSERT INTO t VALUES (';', \"it's;\", `a;b`) -- ;",
        "/* ; */ UPDATE t SET x = 'a\\'; b'",
        "SELECT 1",
    )
    assert seen == [
        Began(1, first, group=1),
        ended(1, affected=1, state="open"),
        Began(2, second, group=1),
        ended(2, affected=2, state="open"),
        Began(3, third, group=1),
        ended(3, returned=1, state="open"),
    ]


def test_an_error_ends_them_all() -> None:
    seen = happenings(my.query("INSERT; UPDATE; DELETE"), my.ok(my.MORE, 1) + my.error())
    assert texts(seen) == ["INSERT", "UPDATE"]
    assert seen[-1] == failed(2)


def test_a_call_among_them_has_all_its_results() -> None:
    answer = my.rows(1, my.MORE) + my.rows(2, my.MORE) + my.ok(my.MORE) + my.rows(4)
    seen = happenings(my.query("CALL p(); SELECT 1"), answer)
    assert seen[1::2] == [ended(1, returned=3), ended(2, returned=4)]


def test_results_without_statements_of_their_own_belong_to_the_last() -> None:
    seen = happenings(my.query("CALL p()"), my.rows(1, my.MORE) + my.rows(2, my.MORE) + my.ok(affected=3))
    assert seen == [Began(1, "CALL p()", group=1), ended(1, returned=3, affected=3)]


def test_a_program_is_not_taken_apart() -> None:
    text = "CREATE OR REPLACE DEFINER=`a`@`b` PROCEDURE p() BEGIN SELECT 1; SELECT 2; END; SELECT 3"
    seen = happenings(my.query("SELECT 0; " + text), my.rows(1, my.MORE) + my.ok(my.MORE) + my.rows(1))
    assert texts(seen) == ["SELECT 0", text]


def test_a_query_that_the_server_takes_apart_otherwise_is_unseen() -> None:
    seen = happenings(my.query("SELECT 1; SELECT 2"), my.rows(1))
    assert isinstance(seen[-1], Unseen)


def test_without_the_capability_a_query_is_one_statement() -> None:
    seen = happenings(my.query("SELECT 1; SELECT 2"), my.error(1064, "42000"), asks=my.PROTOCOL_41)
    assert texts(seen) == ["SELECT 1; SELECT 2"]


def test_the_capability_can_be_changed_later() -> None:
    on = my.packet(b"\x1b\0\0")
    seen = happenings(on, my.eof(), my.query("A; B"), my.ok(my.MORE) + my.ok(), asks=my.PROTOCOL_41)
    assert texts(seen) == ["COM_SET_OPTION", "A", "B"]


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


# Large, broken and hostile packets


def test_of_a_long_packet_the_beginning_is_read() -> None:
    text = "SELECT '" + "x" * (17 << 20) + "'; DROP"
    said = my.query(text)
    heard = hear(talk(said, my.rows(1), my.query("after"), my.ok()), chunks)
    first, end, second, _ = heard.happenings[1:]
    assert isinstance(first, Began)
    assert first.text.startswith("SELECT 'xxx")
    assert first.text.endswith(f" … <{len(text) + 1} bytes>")
    assert len(first.text) < KEPT + 50
    assert end == ended(1, returned=1)
    assert second == Began(2, "after", group=2)
    assert heard.to_server == my.LOGIN + said + my.query("after")


@pytest.mark.parametrize("size", [0xFFFFFF - 1, 0xFFFFFF - 2, 0xFFFFFF, KEPT - 1, KEPT, 2 * 0xFFFFFF - 1])
def test_packets_at_the_bounds_are_whole(size: int) -> None:
    said = my.query("x" * size)
    heard = hear(talk(said, my.ok(), my.PING, my.ok()), chunks)
    assert texts(heard.happenings)[1:] == ["COM_PING"]
    assert heard.to_server == my.LOGIN + said + my.PING


def test_a_long_packet_reaches_the_server_only_after_it_is_told() -> None:
    decoder = MysqlDecoder()
    hear(my.HELLO, decoder=decoder)
    said, passed = my.query("x" * (3 << 20)), 0
    for piece in chunks(said):
        for step in decoder.client(piece):
            if step.happening:
                assert passed < len(said)
            passed += len(step.data)
    assert passed == len(said)


def test_values_beyond_what_is_kept_are_counted() -> None:
    values: list[my.Value] = [(3, struct.pack("<i", 1)), (252, my.counted(b"x" * (2 << 20)))]
    execute = my.execute(5, values)
    heard = hear(talk(my.prepare("INSERT ?, ?"), my.prepared(5, 2), execute, my.ok(affected=1)), chunks)
    assert heard.happenings[1] == Began(1, "INSERT ?, ?", (f"<{KEPT - 10} bytes>",), 1)


def chunks(data: bytes) -> Iterator[bytes]:
    return (data[start : start + 65536] for start in range(0, len(data), 65536))


def test_what_is_kept_is_bounded() -> None:
    text = "x" * (KEPT - 1)
    said = [
        my.prepare(text) if number % 2 == 0 else my.prepared(number) for number in range(2 * (MOST_HELD // KEPT) + 4)
    ]
    heard = hear(talk(*said), chunks)
    assert isinstance(heard.happenings[-1], Unseen)
    assert heard.to_server == my.LOGIN + my.prepare(text) * (len(said) // 2)


def test_commands_ahead_of_their_answers_are_bounded() -> None:
    (*_, last) = hear(talk(my.query("x") * 100_000)).happenings
    assert isinstance(last, Unseen)


def test_nothing_stays_held_when_all_is_answered_and_closed() -> None:
    decoder = MysqlDecoder()
    close = my.packet(b"\x19" + struct.pack("<I", 5))
    hear(
        talk(my.prepare("SELECT ?"), my.prepared(5, 1), close + my.query("A; B"), my.ok(my.MORE) + my.ok()),
        decoder=decoder,
    )
    assert decoder._commands
    assert decoder._commands._session._held == 0


@pytest.mark.parametrize(
    "said",
    [
        (Said("client", my.LOGIN),),
        (Said("server", my.packet(b"\x09old\0")),),
        (Said("server", my.packet(b"\x0ashort")),),
        (Said("server", my.packet(b"")),),
        (Said("server", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9),),
        (Said("server", my.GREETING + my.GREETING),),
        (my.HELLO[0], Said("client", my.packet(struct.pack("<H", 1) + b"old\0", 1))),
        (my.HELLO[0], Said("client", my.packet(b"\1", 1))),
        (*my.HELLO, Said("client", my.packet(b"\x99"))),
        (*my.HELLO, Said("client", my.packet(b""))),
        (*my.HELLO, Said("client", my.packet(b"\x03SELECT", 1))),
        (*my.HELLO, Said("client", my.packet(b"\x12binlog"))),
        (*my.HELLO, Said("client", my.packet(b"\x17\1"))),
        (*my.HELLO, Said("client", my.packet(b"\x1b"))),
        (*my.HELLO, Said("server", my.ok())),
        (*my.HELLO, Said("client", my.PING), Said("server", my.packet(b"", 1))),
        (*my.HELLO, Said("client", my.PING), Said("server", my.packet(b"\0", 1))),
        (*my.HELLO, Said("client", my.PING), Said("server", my.packet(b"\xff", 1))),
        (*my.HELLO, Said("client", my.query("x")), Said("server", my.packet(b"\1", 1) + my.COLUMN + my.ROW)),
        (*my.HELLO, Said("client", my.prepare("x")), Said("server", my.packet(b"\0\1", 1))),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unseen_and_passed_on(said: tuple[Said, ...]) -> None:
    rest = [Said("client", my.query("SELECT 1")), Said("server", my.rows(1))]
    heard = hear([*said, *rest])
    unseen = [one for one in heard.happenings if isinstance(one, Unseen)]
    assert unseen == heard.happenings[-1:]
    assert heard.to_server == b"".join(one.data for one in [*said, *rest] if one.who == "client")
    from_server = b"".join(one.data for one in [*said, *rest] if one.who == "server")
    assert heard.to_client in {from_server, from_server.replace(my.GREETING, hear(my.HELLO[:1]).to_client, 1)}


def test_what_was_held_when_reading_ended_is_passed_on() -> None:
    decoder = MysqlDecoder()
    query = my.query("SELECT 1")
    said = [*my.HELLO, Said("client", query[:5]), Said("server", my.ok()), Said("client", query[5:])]
    heard = hear(said, decoder=decoder)
    assert heard.to_server == my.LOGIN + query


# Pieces of any size, and anything at all


def everything() -> list[Said]:
    """A conversation with every kind of packet, in the form with as many ends as there are."""
    values: list[my.Value] = [(3, struct.pack("<i", -1)), (253, my.counted(b"a")), (6, None)]
    file = Said("client", my.packet(b"1\n", 2) + my.packet(b"", 3))
    return [
        *talk(
            my.query("BEGIN"), my.ok(OPEN), my.query("INSERT; SELECT 1; UPDATE"),
            my.ok(OPEN | my.MORE, 1) + my.rows(2, OPEN | my.MORE) + my.error(),
            my.PING, my.ok(OPEN), my.prepare("SELECT ?, ?, ?"), my.prepared(5, 3, 2), my.execute(5, values), my.rows(3),
            my.prepare("INSERT ?") + my.execute(my.LAST, [(1, b"1")]), my.error() + my.error(),
            my.packet(b"\x02test") + my.packet(b"\x19" + struct.pack("<I", 5)), my.ok(),
            my.query("LOAD DATA"), my.packet(b"\xfbfile", 1), file, my.ok(affected=1),
            my.packet(b"\x11ada\0\0\0"), my.packet(b"\xfeplugin\0salt", 1), my.packet(b"secret", 2), my.ok(),
            my.query("CALL p()"), my.rows(1, my.MORE) + my.ok(), my.QUIT,
        )
    ]  # fmt: skip


def test_pieces_of_one_byte_say_the_same() -> None:
    whole, pieces = hear(everything()), hear(everything(), lambda data: (data[n : n + 1] for n in range(len(data))))
    assert pieces == whole
    assert not [one for one in whole.happenings if isinstance(one, Unseen)]


def test_a_cut_at_any_byte_says_the_same() -> None:
    said = everything()
    whole = hear(said)
    for at in range(max(len(one.data) for one in said)):

        def pieces(data: bytes, at: int = at) -> tuple[bytes, bytes]:
            return data[:at], data[at:]

        assert hear(said, pieces) == whole


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_pieces_say_the_same(data: st.DataObject) -> None:
    sizes = st.integers(1, 60)

    def pieces(said: bytes) -> Iterator[bytes]:
        while said:
            size = data.draw(sizes)
            yield said[:size]
            said = said[size:]

    assert hear(everything(), pieces) == hear(everything())


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_a_damaged_conversation_is_passed_on_as_it_is(data: st.DataObject) -> None:
    """Whatever is wrong, no exception, nothing lost, and nothing recorded after what could not be read."""
    said = everything()
    index = data.draw(st.integers(1, len(said) - 1))
    who, good = said[index]
    at = data.draw(st.integers(0, len(good)))
    bad = good[:at] + data.draw(st.binary(max_size=12)) + good[at + data.draw(st.integers(0, 8)) :]
    said[index] = Said(who, bad)
    assume(not (index == 1 and len(bad) > 7 and bad[5] & 8))  # TLS, which is refused
    heard = hear(said)
    first = len(my.GREETING)  # which is changed
    assert b"".join(one.data for one in said if one.who == "client").startswith(heard.to_server)
    assert b"".join(one.data for one in said if one.who == "server")[first:].startswith(heard.to_client[first:])
    unseen = [index for index, one in enumerate(heard.happenings) if isinstance(one, Unseen)]
    assert unseen in ([], [len(heard.happenings) - 1])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["client", "server"]), st.binary(max_size=80)), max_size=20), st.booleans())
def test_anything_at_all_is_survived(said: list[tuple[Who, bytes]], greeted: bool) -> None:
    hear([*(my.HELLO if greeted else ()), *(Said(*one) for one in said)])


commands = st.one_of(
    st.binary(max_size=40),
    st.tuples(st.sampled_from([*range(0x20), 0xFA, 0xFE]), st.binary(max_size=40)).map(lambda c: bytes([c[0]]) + c[1]),
)
answers = st.one_of(
    st.binary(max_size=30),
    st.tuples(st.sampled_from([0, 1, 2, 0xFB, 0xFE, 0xFF]), st.binary(max_size=30)).map(lambda a: bytes([a[0]]) + a[1]),
)
turns = st.one_of(
    commands.map(lambda body: Said("client", my.packet(body))),
    answers.map(lambda body: Said("server", my.packet(body, 1))),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(turns, max_size=25), st.sampled_from([my.CLIENT, my.CLIENT | my.DEPRECATE_EOF | my.CACHE_METADATA]))
def test_well_framed_nonsense_is_survived_and_passed_on(said: list[Said], asks: int) -> None:
    whole = [*my.hello(asks), *said]
    heard = hear(whole)
    assert heard.to_server == b"".join(one.data for one in whole if one.who == "client")


@settings(max_examples=200, deadline=None)
@given(st.text("ab;'\"`\\-#/*!? \n", max_size=60))
def test_statements_are_parts_of_the_text_in_their_order(text: str) -> None:
    at = 0
    for part in statements(text):
        at = text.index(part, at) + len(part)
    assert parameters(text) <= text.count("?")


@pytest.mark.parametrize("text", ["'\\'" * 300_000, "/*" * 300_000, "`'\"" * 200_000, "-- " * 300_000, "\\" * 500_000])
def test_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    start = time.monotonic()
    statements(text + ";")
    parameters(text)
    is_nothing(text)
    assert time.monotonic() - start < 2

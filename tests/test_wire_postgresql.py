"""PostgreSQL's protocol, read from bytes: what drivers do that can put a decoder out of step. No server is needed."""

import gc
import math
import struct
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest

from shared_scenarios.evidence.wire.postgresql import PostgresDecoder
from shared_scenarios.evidence.wire.postgresql_client import SKIPPED
from shared_scenarios.evidence.wire.postgresql_frames import BOUND
from shared_scenarios.evidence.wire.postgresql_server import NOT_RUN
from shared_scenarios.evidence.wire.protocol import Began, CancelAsked, Ended, Greeted, Happening, StateTold, Unseen
from shared_scenarios.timeline import Failure, Scalar
from tests import pgwire as pg
from tests.pgwire import Said, happenings, hear, talk

NO = Failure("", "no", "23505")


def ended(number: int, tag: str | None = None, **more: object) -> Ended:
    return Ended(number, tag, **{"state": "none", "exact": False, **more})  # type: ignore[arg-type]  # its fields


def outcomes(seen: list[Happening]) -> list[tuple[str, str | None, str | None]]:
    """Each statement with its tag and what its error says."""
    ends = {one.number: one for one in seen if isinstance(one, Ended)}
    begun = [one for one in seen if isinstance(one, Began)]
    return [(one.text, ends[one.number].tag, (ends[one.number].error or NO_ERROR).text) for one in begun]


NO_ERROR = Failure("", "")


# The handshake


def test_the_server_says_who_a_connection_is() -> None:
    assert hear(pg.HELLO).happenings == [Greeted(4711, "15.4")]


def test_encryption_is_refused_by_the_proxy_itself() -> None:
    heard = hear([Said("client", pg.SSL), Said("client", pg.GSSENC), *pg.HELLO])
    assert (heard.to_client, heard.to_server) == (b"NN" + pg.WELCOME, pg.STARTUP)
    assert heard.happenings == [Greeted(4711, "15.4")]


def test_passwords_and_keys_pass_through_and_are_not_kept() -> None:
    secret = b"hunter2-secret"
    decoder = PostgresDecoder()
    asked = pg.message("R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0")
    said = [
        Said("client", pg.STARTUP),
        Said("server", asked),
        Said("client", pg.message("p", secret)),
        Said("server", pg.message("R", struct.pack("!I", 12) + secret) + pg.WELCOME),
    ]
    heard = hear(said, decoder=decoder)
    assert secret in heard.to_server
    assert heard.happenings == [Greeted(4711, "15.4")]
    assert "15.4" in everything_in(decoder)
    assert "hunter2" not in everything_in(decoder)
    assert str(0xDEADBEEF) not in everything_in(decoder)


def test_a_cancel_request_names_the_backend_that_it_is_for() -> None:
    heard = hear([Said("client", pg.CANCEL)])
    assert heard.happenings == [CancelAsked(4711)]
    assert heard.to_server == pg.CANCEL


def test_a_refused_connection_is_an_error_of_no_statement() -> None:
    refusal = pg.error("28000", "no such role", severity="FATAL")
    heard = hear([Said("client", pg.STARTUP), Said("server", refusal)])
    assert heard.happenings == [ended(0, error=Failure("", "no such role", "28000"))]


def test_a_server_that_ends_an_idle_connection_says_why() -> None:
    said = [*pg.HELLO, Said("server", pg.error("57P01", "terminating", severity="FATAL"))]
    assert hear(said).happenings[1:] == [ended(0, error=Failure("", "terminating", "57P01"))]


# Simple queries


def test_a_query_begins_and_ends() -> None:
    assert happenings(pg.query("SELECT 1"), pg.DESCRIPTION + pg.ROW * 3 + pg.done("SELECT 3") + pg.ready()) == [
        Began(1, "SELECT 1", group=1),
        ended(1, "SELECT 3", returned=3),
        StateTold("none"),
    ]


@pytest.mark.parametrize(
    ("tag", "rows", "counts"),
    [
        ("INSERT 0 2", 0, (None, 2)),
        ("UPDATE 0", 0, (None, 0)),
        ("MERGE 4", 0, (None, 4)),
        ("SELECT 0", 0, (0, None)),
        ("CREATE TABLE", 0, (None, None)),
        ("SELECT 7", 0, (None, 7)),  # CREATE TABLE AS
    ],
)
def test_counts_come_from_the_tag(tag: str, rows: int, counts: tuple[int | None, int | None]) -> None:
    end = happenings(pg.query("..."), pg.done(tag) + pg.ready())[1]
    assert isinstance(end, Ended)
    assert (end.returned, end.affected) == counts


def test_an_insert_that_returns_rows_has_both_counts() -> None:
    end = happenings(pg.query("INSERT ..."), pg.DESCRIPTION + pg.ROW * 2 + pg.done("INSERT 0 2") + pg.ready())[1]
    assert end == ended(1, "INSERT 0 2", returned=2, affected=2)


def test_the_commit_of_a_failed_transaction_is_answered_rollback() -> None:
    seen = happenings(
        pg.query("BEGIN"),
        pg.done("BEGIN") + pg.ready("T"),
        pg.query("INSERT"),
        pg.error() + pg.ready("E"),
        pg.query("COMMIT"),
        pg.done("ROLLBACK") + pg.ready("I"),
    )
    assert outcomes(seen) == [("BEGIN", "BEGIN", ""), ("INSERT", None, "no"), ("COMMIT", "ROLLBACK", "")]
    assert [one.state for one in seen if isinstance(one, StateTold)] == ["open", "failed", "none"]


def test_each_statement_of_a_query_has_its_own_outcome() -> None:
    answer = pg.done("BEGIN") + pg.done("INSERT 0 1") + pg.done("COMMIT") + pg.ready()
    seen = happenings(pg.query("BEGIN; INSERT 'a;b'; COMMIT;"), answer)
    assert outcomes(seen) == [("BEGIN", "BEGIN", ""), ("INSERT 'a;b'", "INSERT 0 1", ""), ("COMMIT", "COMMIT", "")]
    assert {one.group for one in seen if isinstance(one, Began)} == {1}
    assert [one.state for one in seen if isinstance(one, Ended)] == ["open", "open", "none"]


def test_after_an_error_in_a_query_the_rest_is_not_run() -> None:
    seen = happenings(pg.query("a; b; c"), pg.done("A") + pg.error() + pg.ready())
    assert outcomes(seen) == [("a", "A", ""), ("b", None, "no"), ("c", None, NOT_RUN.text)]


def test_an_error_that_points_into_a_later_statement_is_that_statements() -> None:
    seen = happenings(pg.query("a; b; selec"), pg.error("42601", place=7) + pg.ready())
    assert outcomes(seen) == [("a", None, NOT_RUN.text), ("b", None, NOT_RUN.text), ("selec", None, "no")]


@pytest.mark.parametrize("text", ["", "  ", ";", "-- nothing"])
def test_an_empty_query_is_a_statement_too(text: str) -> None:
    assert outcomes(happenings(pg.query(text), pg.EMPTY + pg.ready())) == [(text, None, "")]


def test_a_fastpath_call_is_named_by_its_number() -> None:
    call = pg.message("F", struct.pack("!IhhH", 952, 0, 0, 0))
    seen = happenings(call, pg.message("V", b"\0\0\0\0") + pg.ready(), call, pg.error() + pg.ready())
    assert outcomes(seen) == [("fastpath function call 952", None, ""), ("fastpath function call 952", None, "no")]


# The extended protocol


def test_a_statement_begins_where_it_is_executed() -> None:
    seen = happenings(pg.sent("INSERT $1", b"x") + pg.SYNC, pg.did("INSERT 0 1") + pg.ready())
    assert seen == [Began(1, "INSERT $1", ("x",), 1), ended(1, "INSERT 0 1", affected=1), StateTold("none")]


def test_a_named_statement_is_known_by_its_text_until_it_is_closed() -> None:
    again = pg.bind([b"1"], statement="s") + pg.execute() + pg.SYNC
    answer = pg.BOUND + pg.done("SELECT 0") + pg.ready()
    closing = pg.close("S", "s") + pg.SYNC
    seen = happenings(
        pg.parse("SELECT $1", "s") + again, pg.PARSED + answer, again, answer, closing, pg.CLOSED + pg.ready(), again
    )
    assert [one.text for one in seen if isinstance(one, Began)] == [
        "SELECT $1", "SELECT $1", "<prepared statement s>"
    ]  # fmt: skip


def test_a_parse_that_failed_leaves_the_older_statement_of_that_name() -> None:
    again = pg.bind(statement="s") + pg.execute() + pg.SYNC
    seen = happenings(
        pg.parse("old", "s") + pg.SYNC,
        pg.PARSED + pg.ready(),
        pg.parse("new", "s") + pg.SYNC,
        pg.error("42P05") + pg.ready(),
        again,
        pg.BOUND + pg.done("SELECT 0") + pg.ready(),
    )
    assert outcomes(seen) == [("new", None, "no"), ("old", "SELECT 0", "")]


@pytest.mark.parametrize("answered", [b"", pg.PARSED, pg.PARSED + pg.BOUND, pg.PARSED + pg.BOUND + pg.NO_DATA])
def test_an_error_before_the_execution_is_its_outcome(answered: bytes) -> None:
    seen = happenings(pg.sent("selec") + pg.SYNC, answered + pg.error() + pg.ready())
    assert seen == [Began(1, "selec", group=1), ended(1, error=NO), StateTold("none")]


def test_an_error_without_an_execution_makes_an_event() -> None:
    """As asyncpg prepares: it asks for the types first, and executes only when it has them."""
    seen = happenings(pg.parse("selec", "s") + pg.describe("S", "s") + pg.SYNC, pg.error() + pg.ready())
    assert seen == [Began(1, "selec", group=1), ended(1, error=NO), StateTold("none")]


def test_after_an_error_everything_up_to_the_next_sync_is_skipped() -> None:
    group = pg.sent("a") + pg.sent("b") + pg.sent("c") + pg.SYNC
    seen = happenings(group + pg.sent("d") + pg.SYNC, pg.did("A") + pg.error() + pg.ready() + pg.did("D") + pg.ready())
    assert outcomes(seen) == [("a", "A", ""), ("b", None, "no"), ("c", None, SKIPPED.text), ("d", "D", "")]
    assert [one.group for one in seen if isinstance(one, Began)] == [1, 1, 1, 2]


def test_what_is_sent_after_an_error_is_skipped_as_well() -> None:
    seen = happenings(
        pg.sent("a"), pg.error(), pg.sent("b") + pg.query("c") + pg.SYNC, pg.ready(), pg.query("d"), pg.done("D")
    )
    assert outcomes(seen) == [("a", None, "no"), ("b", None, SKIPPED.text), ("c", None, SKIPPED.text), ("d", "D", "")]


def test_a_skipped_parse_is_not_remembered() -> None:
    group = pg.sent("a") + pg.parse("new", "s") + pg.SYNC
    seen = happenings(group, pg.error() + pg.ready(), pg.bind(statement="s") + pg.execute() + pg.SYNC)
    assert seen[-1] == Began(2, "<prepared statement s>", group=2)


def test_an_early_success_is_undone_by_the_commit_at_the_end_of_its_group() -> None:
    """A deferred constraint fails at the Sync, when the statement has already been answered."""
    seen = happenings(pg.sent("INSERT") + pg.SYNC, pg.did("INSERT 0 1") + pg.error() + pg.ready())
    assert seen[1:] == [ended(1, "INSERT 0 1", affected=1), ended(1, error=NO), StateTold("none")]


def test_the_state_within_a_group_is_a_guess() -> None:
    group = pg.sent("BEGIN") + pg.sent("SAVEPOINT a") + pg.sent("ROLLBACK TO a") + pg.sent("COMMIT") + pg.SYNC
    answers = b"".join(map(pg.did, ("BEGIN", "SAVEPOINT", "ROLLBACK", "COMMIT")))
    ends = [one for one in happenings(group, answers + pg.ready()) if isinstance(one, Ended)]
    assert [(one.state, one.exact) for one in ends] == [
        ("open", False),
        ("open", False),
        ("open", False),
        ("none", False),
    ]


def test_more_rows_of_a_portal_resume_its_statement() -> None:
    first = pg.parse("SELECT") + pg.bind(portal="p") + pg.execute("p", 2) + pg.FLUSH
    seen = happenings(
        first,
        pg.PARSED + pg.BOUND + pg.ROW * 2 + pg.SUSPENDED,
        pg.execute("p", 2) + pg.SYNC,
        pg.ROW + pg.done("SELECT 1") + pg.ready("T"),
    )
    assert seen == [
        Began(1, "SELECT", group=1),
        ended(1, returned=2),
        Began(2, "SELECT", group=1, resumes=1),
        ended(2, "SELECT 1", returned=1),
        StateTold("open"),
    ]


def test_an_unnamed_portal_that_is_bound_again_is_another() -> None:
    one = pg.bind() + pg.execute()
    seen = happenings(pg.parse("SELECT") + one + one + pg.SYNC)
    assert seen == [Began(1, "SELECT", group=1), Began(2, "SELECT", group=1)]


def test_no_rows_are_rows_where_the_statement_was_described() -> None:
    answer = pg.PARSED + pg.BOUND + pg.DESCRIPTION + pg.done("INSERT 0 0") + pg.ready()
    assert happenings(pg.sent("INSERT") + pg.SYNC, answer)[1] == ended(1, "INSERT 0 0", returned=0, affected=0)


# COPY


def test_copy_in_by_a_query() -> None:
    rows = pg.message("d", b"1\n") * 2 + pg.COPY_DONE
    seen = happenings(pg.query("COPY t FROM STDIN"), pg.COPY_IN, rows, pg.done("COPY 2") + pg.ready())
    assert seen[1:] == [ended(1, "COPY 2", affected=2), StateTold("none")]


def test_in_copy_the_server_ignores_a_sync() -> None:
    """libpq sends one with the statement, which is ignored, and one after the rows."""
    rows = pg.message("d", b"1\n") + pg.COPY_DONE + pg.SYNC
    after = pg.query("SELECT"), pg.done("SELECT 0") + pg.ready()
    seen = happenings(
        pg.sent("COPY t FROM STDIN") + pg.SYNC, pg.PARSED + pg.BOUND + pg.NO_DATA + pg.COPY_IN,
        pg.SYNC + rows, pg.done("COPY 1") + pg.ready(), *after,
    )  # fmt: skip
    assert outcomes(seen) == [("COPY t FROM STDIN", "COPY 1", ""), ("SELECT", "SELECT 0", "")]
    assert Unseen not in map(type, seen)


def test_copy_in_that_fails_is_an_error_and_leaves_the_connection_in_step() -> None:
    failing = pg.message("f", b"gave up\0") + pg.SYNC
    seen = happenings(
        pg.sent("COPY t FROM STDIN") + pg.SYNC, pg.PARSED + pg.BOUND + pg.NO_DATA + pg.COPY_IN,
        failing, pg.error("57014") + pg.ready(), pg.query("SELECT"), pg.done("SELECT 0") + pg.ready(),
    )  # fmt: skip
    assert outcomes(seen) == [("COPY t FROM STDIN", None, "no"), ("SELECT", "SELECT 0", "")]


def test_copy_out_returns_rows() -> None:
    answer = pg.COPY_OUT + pg.message("d", b"1\n") * 3 + pg.COPY_DONE + pg.done("COPY 3") + pg.ready()
    assert happenings(pg.query("COPY t TO STDOUT"), answer)[1] == ended(1, "COPY 3", returned=3)


def test_replication_cannot_be_read() -> None:
    seen = happenings(pg.query("START_REPLICATION"), pg.message("W", b"\0\0\0"))
    assert isinstance(seen[-1], Unseen)


# Bound values


@pytest.mark.parametrize(
    ("kind", "text", "binary", "value"),
    [
        (16, b"t", b"\1", True),
        (16, b"f", b"\0", False),
        (21, b"-7", struct.pack("!h", -7), -7),
        (23, b"70000", struct.pack("!i", 70000), 70000),
        (20, b"5000000000", struct.pack("!q", 5_000_000_000), 5_000_000_000),
        (700, b"0.5", struct.pack("!f", 0.5), 0.5),
        (701, b"0.1", struct.pack("!d", 0.1), 0.1),
        (701, b"NaN", struct.pack("!d", math.nan), "nan"),
        (25, b"K\xc3\xa4se", b"K\xc3\xa4se", "Käse"),
        (1043, b"", b"", ""),
        (17, b"\\x00ff", b"\x00\xff\x00", None),
        (1114, b"2026-01-02 03:04:05", struct.pack("!q", 820638245_000_000), "2026-01-02 03:04:05"),
        (1184, b"2026-01-02 03:04:05+00:00", struct.pack("!q", 820638245_000_000), "2026-01-02 03:04:05+00:00"),
        (1082, b"2026-01-02", struct.pack("!i", 9498), "2026-01-02"),
        (2950, b"12345678-1234-5678-1234-567812345678", bytes.fromhex("12345678" * 4), None),
        (3802, b'{"a": 1}', b'\1{"a": 1}', '{"a": 1}'),
    ],
)  # fmt: skip
def test_values_are_read_in_both_forms(kind: int, text: bytes, binary: bytes, value: Scalar) -> None:
    expected = {17: ("<6 bytes>", "<3 bytes>"), 2950: ("12345678-1234-5678-1234-567812345678",) * 2}.get(
        kind, (value,) * 2
    )
    assert (bound([text], [kind], [0]), bound([binary], [kind], [1])) == ((expected[0],), (expected[1],))


@pytest.mark.parametrize(
    ("value", "kind", "form", "read"),
    [
        (None, 23, 1, None),
        (b"12", 0, 0, "12"),
        (b"12", 0, 1, "<2 bytes>"),
        (b"\0\1\0\0", 1700, 1, "<4 bytes>"),
        (b"ab", 23, 1, "<2 bytes>"),
        (b"many", 23, 0, "<4 bytes>"),
        (struct.pack("!q", 2**63 - 1), 1184, 1, "<8 bytes>"),
        (b"\xff\xfe", 25, 1, "\ufffd\ufffd"),
    ],
)
def test_what_cannot_be_read_is_counted(value: bytes | None, kind: int, form: int, read: Scalar) -> None:
    assert bound([value], [kind], [form]) == (read,)


def test_types_that_the_server_told_are_used() -> None:
    """asyncpg sends no types, asks the server for them, and then sends binary values."""
    preparing = pg.parse("SELECT $1", "s") + pg.describe("S", "s") + pg.SYNC
    seen = happenings(
        preparing, pg.PARSED + pg.types(23) + pg.NO_DATA + pg.ready(),
        pg.bind([struct.pack("!i", 42)], [1], "s") + pg.execute() + pg.SYNC,
    )  # fmt: skip
    assert seen[-1] == Began(1, "SELECT $1", (42,), 2)


def test_one_format_stands_for_all_values() -> None:
    assert bound([struct.pack("!i", 1), struct.pack("!i", 2)], [23, 23], [1]) == (1, 2)


def bound(values: list[bytes | None], kinds: list[int], formats: list[int]) -> tuple[Scalar, ...]:
    (began,) = happenings(pg.parse("...", types=kinds) + pg.bind(values, formats) + pg.execute())
    assert isinstance(began, Began)
    return began.values


# Large, broken and hostile frames


@pytest.mark.parametrize("kind", [pg.query, pg.parse])
def test_of_a_frame_beyond_the_bound_the_beginning_is_read(kind: object) -> None:
    text = "SELECT " + "x" * (3 * BOUND)
    said = pg.query(text) if kind is pg.query else pg.sent(text) + pg.SYNC
    answer = pg.done("SELECT 0") + pg.ready() if kind is pg.query else pg.did("SELECT 0") + pg.ready()
    heard = hear(talk(said, answer, pg.query("after"), pg.done("A") + pg.ready()), chunks)
    first, _, _, second, *_ = heard.happenings[1:]
    assert isinstance(first, Began)
    assert first.text.startswith("SELECT xxx")
    assert len(first.text) < BOUND + 100
    assert heard.to_server == pg.STARTUP + said + pg.query("after")
    assert second == Began(2, "after", group=2)


def test_large_values_are_streamed() -> None:
    said = pg.parse("INSERT") + pg.bind([b"x" * (2 * BOUND)]) + pg.execute() + pg.SYNC
    heard = hear(talk(said, pg.PARSED + pg.BOUND + pg.done("INSERT 0 1") + pg.ready()), chunks)
    assert heard.happenings[1] == Began(1, "INSERT", (f"<{2 * BOUND + 12} bytes>",), 1)
    assert heard.to_server == pg.STARTUP + said


def chunks(data: bytes) -> Iterator[bytes]:
    return (data[start : start + 65536] for start in range(0, len(data), 65536))


@pytest.mark.parametrize(
    "said",
    [
        (Said("client", b"\x16\x03\x01\x02\x00hello"),),  # TLS without asking
        (Said("client", b"\0\0\0\4"),),
        (*pg.HELLO, Said("client", b"\x99\0\0\0\4")),
        (*pg.HELLO, Said("client", b"Q\0\0\0\3")),
        (*pg.HELLO, Said("client", pg.message("Q", b"no end"))),
        (*pg.HELLO, Said("client", pg.message("B", b"\0\0\0\1\0\1\0\5\0\0\0\x09ab"))),
        (*pg.HELLO, Said("client", pg.message("E"))),
        (*pg.HELLO, Said("server", pg.done("SELECT 1"))),
        (*pg.HELLO, Said("server", pg.PARSED)),
        (*pg.HELLO, Said("server", pg.ready())),
        (*pg.HELLO, Said("client", pg.SYNC), Said("server", pg.PARSED)),
        (*pg.HELLO, Said("client", pg.query("a; b")), Said("server", pg.done("A") + pg.ready())),
        (*pg.HELLO, Said("client", pg.query("a")), Said("server", pg.done("A") + pg.done("B"))),
        (*pg.HELLO, Said("client", pg.query("a")), Said("server", pg.message("Z", b"?"))),
        (*pg.HELLO, Said("server", b"\x00\x00\x00\x00\x00\x00")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unseen_and_passed_on(said: tuple[Said, ...]) -> None:
    rest = [Said("client", pg.query("SELECT 1")), Said("server", pg.done("SELECT 1") + pg.ready())]
    heard = hear([*said, *rest])
    assert [one for one in heard.happenings if isinstance(one, Unseen)] == heard.happenings[-1:]
    assert heard.to_server == b"".join(one.data for one in [*said, *rest] if one.who == "client")
    assert heard.to_client == b"".join(one.data for one in [*said, *rest] if one.who == "server")


def everything_in(thing: object) -> str:
    """The texts and numbers that can be reached from an object, but for what belongs to modules and classes."""
    found: dict[int, object] = {}
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) not in found and not isinstance(one, ModuleType | type):
            found[id(one)] = one
            waiting += one.__closure__ or () if isinstance(one, FunctionType) else gc.get_referents(one)
    return " ".join(repr(one) for one in found.values() if isinstance(one, str | bytes | bytearray | int))

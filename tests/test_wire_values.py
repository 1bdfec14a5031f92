"""What the wire witness knows of a statement: its text, its values, the rows that it gave or changed."""

from tests.watched import ADD, Watched, add


def test_text_and_values_are_as_they_were_given(watched: Watched) -> None:
    connection = watched.connect()
    connection.execute("  INSERT INTO kols VALUES (:id, :handle)\n", {"id": 7, "handle": "@ada"})
    sent = watched.statements[-1]
    assert (sent.text, sent.values) == ("INSERT INTO kols VALUES (:id, :handle)", [7, "@ada"])


def test_values_without_a_form_in_json_become_text(watched: Watched) -> None:
    watched.connect().execute("SELECT ?, ?, ?", (b"abc", 1.5, None))
    assert watched.statements[-1].values == ["<3 bytes>", 1.5, None]


def test_executemany_is_one_event_per_set_with_the_rows_of_that_set(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada", "@grace")
    connection.executemany("UPDATE kols SET handle = handle || ? WHERE id <= ?", [("!", 2), ("?", 1), ("-", 0)])
    updates = watched.statements[-3:]
    assert [(update.values, update.affected) for update in updates] == [(["!", 2], 2), (["?", 1], 1), (["-", 0], 0)]


def test_executemany_of_nothing_sends_nothing(watched: Watched) -> None:
    watched.connect(isolation_level=None).executemany(ADD, [])
    assert watched.story() == ["c1 opened"]


def test_rows_are_counted_as_they_are_fetched(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada", "@grace", "@joan")
    counts: list[int | None] = []
    cursor = connection.execute("SELECT * FROM kols")
    for fetch in (lambda: None, cursor.fetchone, lambda: cursor.fetchmany(1), cursor.fetchall, cursor.fetchone):
        fetch()
        counts.append(watched.statements[-1].returned)
    assert counts == [0, 1, 2, 3, 3]


def test_rows_are_counted_as_they_are_iterated(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada", "@grace")
    assert len(list(connection.execute("SELECT * FROM kols"))) == watched.statements[-1].returned


def test_affected_rows_are_counted_and_a_select_affects_none(watched: Watched) -> None:
    connection = watched.connect()
    add(connection, "@ada", "@grace")
    connection.execute("UPDATE kols SET handle = handle || '!'")
    connection.execute("SELECT * FROM kols")
    assert [(s.affected, s.returned) for s in watched.statements[-2:]] == [(2, None), (None, 0)]


def test_returning_counts_both_when_the_last_row_is_fetched(watched: Watched) -> None:
    cursor = watched.connect().execute("INSERT INTO kols (handle) VALUES ('@ada'), ('@grace') RETURNING id")
    assert cursor.fetchall() == [(1,), (2,)]
    sent = watched.statements[-1]
    assert (sent.returned, sent.affected) == (2, 2)


def test_text_with_nul_among_the_values_is_kept(watched: Watched) -> None:
    add(watched.connect(), "a\0b")
    assert watched.statements[-1].values == ["a\0b"]

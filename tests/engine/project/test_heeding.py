import sqlite3
from contextlib import closing

import pytest

from engine.jobs import Cancelled, CancelToken
from engine.project.heeding import heeding

COUNT = "WITH RECURSIVE n (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ?)"
COUNT += " SELECT count(*) FROM n"


def count(connection, to):
    return connection.execute(COUNT, (to,)).fetchone()[0]


def test_a_long_statement_stops_in_the_middle_and_a_short_one_is_done():
    token = CancelToken()
    with closing(sqlite3.connect(":memory:")) as connection:
        with heeding(connection, token):
            assert count(connection, 100_000) == 100_000
        token.cancel()
        with pytest.raises(Cancelled), heeding(connection, token):
            count(connection, 1_000_000_000)
        assert count(connection, 100_000) == 100_000


def test_other_trouble_stays_what_it_is():
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError),
        heeding(connection, CancelToken()),
    ):
        connection.execute("SELECT nonsense")

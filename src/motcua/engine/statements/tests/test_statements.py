"""Hot statements: the text as the server takes it, several in one journey, inside Django's transaction and its watch."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import Jsonb, Prepared, fetch, fetch_each, learn_sizes, run

INSERT = "INSERT INTO provinces_province (key, agency_code, place_code, colour, simulated) VALUES (%s, 'H99', '99', '', false)"


@pytest.mark.django_db
def test_values_travel_as_parameters_and_percent_signs_stay():
    moment, uid = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC), uuid.uuid4()
    [row] = fetch(
        "SELECT %s::text LIKE 'a%%', %s::timestamptz, %s::uuid, %s::jsonb, 'b' = ANY(%s)",
        ["a'; --", moment, uid, Jsonb({"é": [1]}), ["a", "b"]],
    )
    assert row == (True, moment, uid, '{"é": [1]}', True)


@pytest.mark.django_db
def test_run_counts_rows_and_fetch_gives_none_of_a_statement_without_rows():
    assert run(INSERT, ["mau-1"]) == 1
    assert fetch("UPDATE provinces_province SET colour = 'x' WHERE key = %s", ["mau-1"]) == []
    assert Province.objects.get(key="mau-1").colour == "x"


@pytest.mark.django_db(transaction=True)
def test_several_in_one_journey_run_in_order_and_fail_as_one():
    with transaction.atomic():
        rows = fetch_each(
            [(INSERT, ["mau-2"]), ("SELECT key FROM provinces_province WHERE key = %s", ["mau-2"])]
        )
    assert rows == [[], [("mau-2",)]]
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        fetch_each([(INSERT, ["mau-3"]), (INSERT, ["mau-2"]), (INSERT, ["mau-4"])])
    assert list(Province.objects.filter(key__startswith="mau-").values_list("key", flat=True)) == ["mau-2"]
    assert fetch("SELECT 1") == [(1,)]


@pytest.mark.django_db
def test_whoever_watches_statements_sees_these(django_assert_num_queries):
    with django_assert_num_queries(3) as seen:
        fetch("SELECT %s::int", [1])
        fetch_each([("SELECT 2", []), ("SELECT 3", [])])
    assert [query["sql"] for query in seen.captured_queries] == ["SELECT 1::int", "SELECT 2", "SELECT 3"]
    assert connection.execute_wrappers == []


@pytest.mark.django_db
def test_the_planner_learns_of_rows_written_a_moment_ago():
    run(INSERT, ["mau-3"])
    learn_sizes(Province)
    known = fetch("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", ["provinces_province"])
    assert known == [(Province.objects.count(),)]


@pytest.mark.django_db
def test_prepared_rows_are_the_orms_objects(django_assert_num_queries):
    run(INSERT, ["mau-5"])
    run(INSERT, ["mau-6"])
    known = Province.objects.get(key="mau-5")
    by_key = Prepared(Province, "key = %s")
    with django_assert_num_queries(1):
        [read] = by_key.rows("mau-5")
    assert read == known and read.__dict__ | {"_state": None} == known.__dict__ | {"_state": None}
    read.colour = "#000000"
    read.save()
    assert Province.objects.get(key="mau-5").colour == "#000000"
    assert Province.objects.get(key="mau-6").colour == ""
    assert by_key.rows("mau-7") == []

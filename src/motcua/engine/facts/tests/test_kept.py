"""Counts kept over files that stay are those of the rows as they are now, whatever came and went since."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from django.db import connection

from motcua.engine.facts import duck, engines, refreshing, segments
from motcua.engine.facts.api import (
    catch_up,
    measure_figures,
    measure_live,
    measure_spread,
    one_state,
    rebuild,
    source_of,
    units_scope,
    whole_province,
)
from motcua.engine.facts.engines import DuckEngine
from motcua.engine.facts.kept import KEPT, Kept
from motcua.engine.facts.shelf import SHELF
from motcua.engine.facts.tests import things
from motcua.engine.facts.tests.test_measuring import ENDED, FEES, FIELDS, FIGURES, RATE, WINDOW
from motcua.engine.figures.api import UNIT, FactShape, FigureError, Spread, count_of, open_at_end
from motcua.engine.figures.tests import made

GOING_ON = made.figure("made.going-on", count=count_of("test_things", *open_at_end("began_on", "ended_on")))
ALL = [*FIGURES, GOING_ON, FIELDS]
DAYS = Spread(
    "made.days", 1, ENDED.effective_from, {"vi": "Ngày"}, ENDED.unit, ("Thử",), "test_things", "days"
)
UIDS = [UUID(int=(number * 37 % 11 << 120) + number) for number in range(40)]


@pytest.fixture
def asked(monkeypatch):
    """The texts that DuckDB was asked, in order."""
    texts: list[str] = []
    straight = DuckEngine.rows

    def rows(self, text, parameters):
        texts.append(text)
        return straight(self, text, parameters)

    monkeypatch.setattr(DuckEngine, "rows", rows)
    return texts


@pytest.fixture
def filled(built, province):
    for number, uid in enumerate(UIDS[:20]):
        change(province, uid, random.Random(number))
    rebuild(province, built)
    return province


def change(province, uid, chance):
    things.put(
        province,
        uid,
        unit=f"H05.{chance.randrange(4)}",
        field=chance.choice(["đất", "hộ tịch", "", None]),
        days=chance.choice([None, -2, 0, 3, 3, 8]),
        fee=chance.choice([None, things.SAMPLE["fee"], "99999999999999999999999999.9999999999"]),
        online=chance.choice([True, False, None]),
        ended_at=chance.choice([None, things.SAMPLE["ended_at"]]),
    )


def assert_as_the_rows_are(province):
    whole = whole_province(province)
    for cuts in ((), (UNIT,), ("online", UNIT), ("began_on",)):
        for scope in (whole, units_scope(province, ["H05.1", "H05.2"])):
            got = measure_figures(province, ALL, WINDOW, cuts, scope=scope)
            wanted = measure_live(province, ALL, WINDOW, cuts, scope=scope)
            assert [dict(each) for each in got.groups] == [dict(each) for each in wanted.groups]
    with SHELF.open(province.pk, ["test_things"]) as (engine, _snapshot):
        bare = DuckEngine(engine.connection, engine.relations)
        assert measure_spread(province, DAYS, WINDOW, (UNIT,), scope=whole)[0] == engines.measure_spread(
            bare, DAYS, WINDOW, cuts=(UNIT,)
        )


@pytest.mark.parametrize("seed", range(2))
def test_counts_stay_those_of_the_rows_through_changes_merging_and_folding(filled, monkeypatch, seed):
    monkeypatch.setattr(refreshing, "MOST_DELTAS", 3)
    monkeypatch.setattr(refreshing, "LEAST_FOLD", 6)
    monkeypatch.setattr(segments, "BASE_ROWS", 6)
    chance, shapes = random.Random(seed), set()
    assert_as_the_rows_are(filled)
    for _round in range(6):
        for uid in chance.sample(UIDS, chance.randrange(1, 5)):
            if chance.random() < 0.25:
                things.remove(filled, uid)
            else:
                change(filled, uid, chance)
        catch_up(filled)
        shapes.add(tuple(sorted({each.kind for each in segments.live(filled.pk, "test_things")})))
        assert_as_the_rows_are(filled)
    assert shapes == {("base",), ("base", "delta")}  # folded in and not


def test_records_beyond_those_looked_for_by_name_are_found_too(filled, monkeypatch):
    monkeypatch.setattr(segments, "FEW", 1)
    chance = random.Random(1)
    for _round in range(3):
        for uid in chance.sample(UIDS, 4):
            change(filled, uid, chance)
        catch_up(filled)
        assert_as_the_rows_are(filled)


def test_files_that_stay_are_counted_once_and_only_what_changed_anew(filled, asked):
    whole = whole_province(filled)

    def count():
        asked.clear()
        return measure_figures(filled, [ENDED, FEES], WINDOW, (UNIT,), scope=whole)

    first = count()
    assert len(asked) == 1 and "read_parquet" in asked[0]
    assert count().groups == first.groups and asked == []
    change(filled, UIDS[0], random.Random(7))
    catch_up(filled)
    count()
    assert len(asked) == 1 and "read_parquet" not in asked[0]
    rebuild(filled, source_of("test_things"))
    count()
    assert len(asked) == 1 and "read_parquet" in asked[0]


def test_what_does_not_add_up_is_counted_over_all_rows(filled, asked):
    whole = whole_province(filled)
    change(filled, UIDS[0], random.Random(3))
    catch_up(filled)
    measure_figures(filled, [FIELDS], WINDOW, scope=whole)
    assert len(asked) == 1 and "read_parquet" in asked[0]


def test_another_window_scope_or_province_is_another_count(filled, province, asked):
    measure_figures(filled, [RATE], WINDOW, scope=whole_province(filled))
    for scope in (units_scope(filled, ["H05.1"]), units_scope(filled, ["H05.2"])):
        asked.clear()
        got = measure_figures(filled, [RATE], WINDOW, (UNIT,), scope=scope)
        assert set(got.of(RATE)) <= {(code,) for code in scope.codes} and len(asked) == 1


def test_rows_still_going_on_lie_behind_the_others_each_in_key_order(filled):
    [base] = segments.live(filled.pk, "test_things")
    found = duck.connect().execute(
        f"SELECT ended_on IS NULL, thing FROM read_parquet({duck.quoted(segments.path_of(base))})"
    )  # fmt: skip
    rows = found.fetchall()
    assert rows == sorted(rows) and {open_ for open_, _thing in rows} == {False, True}


def test_until_is_a_day_of_the_fact():
    for until, code in (("gone", "FIG-COLUMN"), ("name", "FIG-TYPE")):
        with pytest.raises(FigureError, match=code):
            FactShape("test_x", {"name": "text"}, key="name", until=until)


def test_the_latest_asked_for_stay():
    kept, made_ = Kept(most=8), []

    def find(key):
        def work():
            made_.append(key)
            return [(key,)] * 3 if key != "wide" else [(key,)] * 50_000

        return kept.of(key, work)

    assert find("a") == find("a") == [("a",)] * 3 and made_ == ["a"]
    find("b"), find("a"), find("c")
    made_.clear()
    find("a")
    assert made_ == []
    find("b")
    assert made_ == ["b"]
    find("wide"), find("wide")
    assert made_ == ["b", "wide", "wide"]  # too much to keep
    kept.clear()
    find("a")
    assert made_[-1] == "a"


def test_nothing_is_kept_of_a_failure(filled, monkeypatch):
    def fails(self, text, parameters):
        raise RuntimeError

    KEPT.clear()
    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(DuckEngine, "rows", fails)
        measure_figures(filled, [ENDED], WINDOW, scope=whole_province(filled))
    assert (
        measure_figures(filled, [ENDED], WINDOW, scope=whole_province(filled)).at(ENDED).numerator is not None
    )
    assert connection.is_usable()


def test_a_page_counts_all_its_parts_from_one_state(filled):
    whole = whole_province(filled)

    def count():
        found = measure_figures(filled, [RATE], WINDOW, scope=whole)
        return found.at(RATE).denominator, found.snapshot.position

    catch_up(filled)
    with one_state(filled, ["test_things"]):
        before = count()
        change(filled, UIDS[30], random.Random(1))
        catch_up(filled)
        assert count() == before
        with one_state(filled, ["test_things"]):
            assert count() == before
    assert count() == (before[0] + 1, before[1] + 1)
    with SHELF.open(filled.pk, ["test_things"]) as (engine, _now):
        assert engine.connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone()[0] == 2

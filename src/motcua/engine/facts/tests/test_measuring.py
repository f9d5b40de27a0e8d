"""The door: figures within a scope, equal to PostgreSQL's own; lists as long as figures; a stated cut-off."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from motcua.engine.accounts.models import User
from motcua.engine.facts import engines, scopes, segments
from motcua.engine.facts.api import (
    FactsError,
    Scope,
    catch_up,
    measure,
    measure_figures,
    measure_live,
    open_records,
    rebuild,
    register_codes_under,
    scope_of,
    snapshot_of,
    spark_engine,
    units_scope,
    whole_province,
)
from motcua.engine.facts.shelf import SHELF
from motcua.engine.facts.tests import things
from motcua.engine.figures.api import (
    UNIT,
    Filter,
    Operator,
    Tally,
    climbed,
    count_of,
    distinct_of,
    in_period,
    sum_of,
)
from motcua.engine.figures.tests import made
from motcua.engine.permissions.api import Grant, NotPermitted, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window

SEE = "events.log.view"  # any that stands
WINDOW = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
ENDED = made.figure("made.ended", count=count_of("test_things", *in_period("ended_on")))
FEES = made.figure("made.fees", count=sum_of("test_things", "fee", *in_period("ended_on")))
RATE = made.figure(
    "made.rate",
    numerator=count_of("test_things", Filter("online", Operator.EQUAL, True)) - count_of("test_things", Filter("days", Operator.LESS, 0)),
    denominator=count_of("test_things"),
)  # fmt: skip
FIELDS = made.figure("made.fields", count=distinct_of("test_things", "field"))
FIGURES = [ENDED, FEES, RATE]


@pytest.fixture
def filled(built, province):
    for number in range(7):
        things.put(
            province,
            unit=f"H05.{number % 3}",
            days=number - 3,
            online=number % 2 == 0,
            ended_at=None if number == 6 else things.SAMPLE["ended_at"],
        )
    catch_up(province)
    return province


def test_figures_are_counted_by_group_and_equal_postgresql(filled):
    whole = whole_province(filled)
    for cuts in ((), (UNIT,), ("online", UNIT)):
        got = measure_figures(filled, FIGURES, WINDOW, cuts, scope=whole)
        assert got.groups == measure_live(filled, FIGURES, WINDOW, cuts, scope=whole).groups
    by_unit = measure_figures(filled, FIGURES, WINDOW, (UNIT,), scope=whole)
    assert {key: each.numerator for key, each in by_unit.of(ENDED).items()} == {
        ("H05.0",): 2,
        ("H05.1",): 2,
        ("H05.2",): 2,
    }
    assert by_unit.at("made.rate", "H05.0").denominator == 3
    assert by_unit.at(ENDED, "H05.9").numerator == 0
    total = measure_figures(filled, [ENDED], WINDOW, scope=whole).at(ENDED)
    assert climbed(by_unit.of(ENDED), {f"H05.{one}": ["H05"] for one in range(3)})[("H05",)] == total


def test_an_increment_is_counted_beside_the_bases(filled, built):
    rebuild(filled, built)
    uid = things.put(filled, unit="H05.0")
    catch_up(filled)
    assert [each.kind for each in segments.live(filled.pk, built.name)] == ["base", "delta"]
    whole = whole_province(filled)
    assert measure_figures(filled, [ENDED], WINDOW, scope=whole).at(ENDED).numerator == 7
    things.put(filled, uid, ended_at=None)
    catch_up(filled)
    assert measure_figures(filled, [ENDED], WINDOW, scope=whole).at(ENDED).numerator == 6


def test_nobody_counts_without_a_scope_or_outside_it(filled):
    for scope in (None, "/", whole_province(filled.pk + 1)):
        with pytest.raises(FactsError, match="FACTS-SCOPE"):
            measure_figures(filled, [ENDED], WINDOW, scope=scope)
        with pytest.raises(FactsError, match="FACTS-SCOPE"):
            open_records(filled, ENDED, "count", WINDOW, scope=scope)
        with pytest.raises(FactsError, match="FACTS-SCOPE"):
            measure_live(filled, [ENDED], WINDOW, scope=scope)
    with pytest.raises(TypeError):
        measure_figures(filled, [ENDED], WINDOW)
    own = units_scope(filled, ["H05.1"])
    assert measure_figures(filled, [RATE], WINDOW, (UNIT,), scope=own).of(RATE).keys() == {("H05.1",)}
    assert measure_figures(filled, [RATE], WINDOW, units=["H05.2"], scope=own).at(RATE).denominator == 0
    assert (
        measure_figures(filled, [RATE], WINDOW, units=["H05.2"], scope=whole_province(filled))
        .at(RATE)
        .denominator
        == 2
    )
    assert open_records(filled, ENDED, "count", WINDOW, scope=own).tally.rows == 2
    assert open_records(filled, ENDED, "count", WINDOW, units=["H05.2"], scope=own).records == ()


def viewer(province, *paths, permission=SEE):
    user = User.objects.create_user(f"u{User.objects.count()}", password="x")
    role, _made = Role.objects.get_or_create(code="seer", label="Xem")
    RolePermission.objects.get_or_create(role=role, permission=permission)
    for path in paths:
        code = path.rstrip("/").rpartition("/")[2]
        Grant.objects.create(
            user=user,
            role=role,
            province=province,
            unit_path=path,
            unit_code=code,
            valid_from=dt.date(2025, 1, 1),
        )
    return Viewer(user)


def test_a_scope_is_what_a_viewers_grants_reach(filled, monkeypatch):
    monkeypatch.setattr(scopes, "_codes_under", [])
    register_codes_under(lambda province, path: ["H05.1", "H05.1.1"] if path == "/H05/H05.1/" else [])
    assert scope_of(viewer(filled, "/"), SEE, filled) == whole_province(filled)
    assert scope_of(viewer(filled, "/H05/H05.1/", "/H05/H05.2/"), SEE, filled) == Scope(
        filled.pk, frozenset({"H05.1", "H05.1.1", "H05.2"})
    )
    other = Province.objects.create(key="tinh-khac", agency_code="H98", place_code="98")
    for stranger in (viewer(filled), viewer(other, "/")):
        with pytest.raises(NotPermitted):
            scope_of(stranger, SEE, filled)


@pytest.mark.parametrize(("figure", "part"), [(ENDED, "count"), (FEES, "count"), (RATE, "denominator")])
def test_a_figure_opens_to_as_many_records_as_it_counts(filled, figure, part):
    whole = whole_province(filled)
    number = getattr(
        measure_figures(filled, [figure], WINDOW, scope=whole).at(figure),
        "denominator" if part == "denominator" else "numerator",
    )
    found, after = [], ""
    while True:
        page = open_records(filled, figure, part, WINDOW, after=after, limit=2, scope=whole)
        found += page.records
        after = page.next
        if not after:
            break
    assert len({key for key, _ in found}) == len(found) == page.tally.rows
    assert sum(amount for _key, amount in found) == number == page.tally.total


def test_different_values_open_to_values_and_each_to_its_records(filled):
    whole = whole_province(filled)
    things.put(filled, unit="H05.0", field="hộ tịch")
    things.put(filled, unit="H05.1", field="hộ tịch")
    catch_up(filled)
    got = measure_figures(filled, [FIELDS], WINDOW, (UNIT,), scope=whole)
    assert got.groups == measure_live(filled, [FIELDS], WINDOW, (UNIT,), scope=whole).groups
    assert {key: one.numerator for key, one in got.of(FIELDS).items()} == {
        ("H05.0",): 2, ("H05.1",): 2, ("H05.2",): 1,
    }  # fmt: skip
    assert measure_figures(filled, [FIELDS], WINDOW, scope=whole).at(FIELDS).numerator == 2
    first = open_records(filled, FIELDS, "count", WINDOW, limit=1, scope=whole)
    rest = open_records(filled, FIELDS, "count", WINDOW, after=first.next, scope=whole)
    values = dict(first.records + rest.records)
    assert first.tally.total == len(values) == 2 and values["hộ tịch"] == 2
    for value, records in values.items():
        opened = open_records(filled, FIELDS, "count", WINDOW, value=value, scope=whole)
        assert len(opened.records) == opened.tally.rows == records
    with pytest.raises(FactsError, match="FACTS-PART"):
        open_records(filled, ENDED, "count", WINDOW, value="x", scope=whole)


def test_every_term_of_a_quantity_opens(filled):
    whole = whole_province(filled)
    measured = measure_figures(filled, [RATE], WINDOW, scope=whole).at(RATE)
    pages = [open_records(filled, RATE, "numerator", WINDOW, scope=whole, term=term) for term in (0, 1)]
    assert sum(page.factor * page.tally.total for page in pages) == measured.numerator
    with pytest.raises(FactsError, match="FACTS-PART"):
        open_records(filled, RATE, "numerator", WINDOW, scope=whole, term=2)
    with pytest.raises(FactsError, match="FACTS-PART"):
        open_records(filled, RATE, "count", WINDOW, scope=whole)


def test_a_list_that_is_not_the_figure_is_never_shown(filled, monkeypatch):
    monkeypatch.setattr(engines, "tally", lambda *given, **named: Tally(1, 0, 1))
    with pytest.raises(FactsError, match="FACTS-OPENED"):
        open_records(filled, ENDED, "count", WINDOW, scope=whole_province(filled))


def test_a_page_can_state_its_cut_off(filled, built):
    snapshot = snapshot_of(filled, [built.name])
    assert snapshot.position == 7 and snapshot.as_of is not None
    assert snapshot == measure_figures(filled, [ENDED], WINDOW, scope=whole_province(filled)).snapshot
    things.put(filled)
    catch_up(filled)
    later = snapshot_of(filled, [built.name])
    assert later.position == 8 and later.event_at > snapshot.event_at and later.versions != snapshot.versions


def test_a_fact_not_built_says_so(source, province):
    with pytest.raises(FactsError, match="FACTS-NOT-READY"):
        measure_figures(province, [ENDED], WINDOW, scope=whole_province(province))
    with pytest.raises(FactsError, match="FACTS-NOT-READY"):
        snapshot_of(province, [source.name])


def test_lost_files_are_told_and_not_counted_as_nothing(filled, built):
    for segment in segments.live(filled.pk, built.name):
        segments.path_of(segment).unlink()
    with pytest.raises(FactsError, match="FACTS-FILES"):
        measure_figures(filled, [ENDED], WINDOW, scope=whole_province(filled))


def test_a_reader_keeps_its_snapshot_while_facts_move_on_and_leaves_nothing_behind(filled, built):
    with SHELF.open(filled.pk, [built.name]) as (engine, before):
        things.put(filled)
        catch_up(filled)
        with SHELF.open(filled.pk, [built.name]) as (newer, after):
            assert engines.measure(newer, [RATE], WINDOW)[0][()].denominator == 8
        assert engines.measure(engine, [RATE], WINDOW)[0][()].denominator == 7
        assert after.position == before.position + 1
    with SHELF.open(filled.pk, [built.name]) as (engine, _now):
        tables = engine.connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone()[0]
    assert tables == 2  # the rows of deltas and the places they replace, of the present version alone


@pytest.mark.django_db(transaction=True)
def test_threads_share_what_a_process_holds_open(filled, built):
    failures = []

    def count():
        try:
            for _round in range(15):
                got = measure_figures(filled, [RATE], WINDOW, (UNIT,), scope=whole_province(filled))
                assert sum(each.denominator for each in got.of(RATE).values()) >= 7
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _number in range(4)]
    for thread in threads:
        thread.start()
    for _round in range(5):
        things.put(filled)
        catch_up(filled)
    for thread in threads:
        thread.join(30)
    assert failures == []


def test_spark_counts_the_same_over_segments_of_many_provinces(filled, built, spark):
    rebuild(filled, built)
    uid = things.put(filled, unit="H05.0")
    things.put(filled, unit="H05.1")
    things.remove(filled, uid)
    catch_up(filled)
    other = Province.objects.create(key="tinh-khac", agency_code="H98", place_code="98")
    things.put(other, unit="H98.1")
    rebuild(other, built)
    empty = Province.objects.create(key="tinh-trong", agency_code="H97", place_code="97")
    rebuild(empty, built)
    for provinces in ([filled], [filled, other, empty]):
        engine = spark_engine(spark, provinces, [built.name])
        got = measure(engine, FIGURES, WINDOW, cuts=(UNIT,))
        parts = [
            measure_figures(each, FIGURES, WINDOW, (UNIT,), scope=whole_province(each)) for each in provinces
        ]
        for number, groups in enumerate(got):
            assert dict(groups) == {key: one for part in parts for key, one in part.groups[number].items()}

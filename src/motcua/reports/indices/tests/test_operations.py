"""Operations: permission, rule, row and event together, or nothing at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction

from motcua.engine.events.api import Event, tell
from motcua.engine.events.testing import replays
from motcua.engine.figures.api import REGISTRY, Registry, State, Value
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.periods import Window
from motcua.reports.indices import events, queries
from motcua.reports.indices.errors import DefinitionRefused, IndexRefused
from motcua.reports.indices.facts import EVENTS, SHAPE, SQL
from motcua.reports.indices.figures import PORTAL_FIGURES, define_portal_figures
from motcua.reports.indices.memory import MemoryMeasures
from motcua.reports.indices.models import ChosenParameter, PortalImport, PortalValue, StoredSet
from motcua.reports.indices.operations import (
    Reading,
    choose_parameter,
    end_index_set,
    enter_index_set,
    explain_difference,
    import_portal_values,
)
from motcua.reports.indices.permissions import EXPLAIN, IMPORT, MANAGE, VIEW
from motcua.reports.indices.portal import Line, read_csv
from motcua.reports.indices.queries import PortalMeasures
from motcua.reports.indices.tests.made import component, document, figures

pytestmark = pytest.mark.django_db
MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def at(day, month=4):
    return dt.datetime(2026, month, day, 8, tzinfo=dt.UTC)


def reading(day=2, content=b"", **more):
    return Reading("Cổng Dịch vụ công quốc gia", at(day), content=content, **more)


@pytest.fixture
def units(province):
    return [each.code for each in queries.subjects_on(province, MARCH.last)]


@pytest.fixture
def coordinator(person, province):
    return person("dieu-phoi", province, [VIEW, IMPORT, EXPLAIN, MANAGE])


def lines(units, *numbers):
    return [
        Line(unit, "DOSSIER_SYNC", Decimal(top), Decimal(bottom))
        for unit, (top, bottom) in zip(units, numbers, strict=False)
    ]


def refused(code, act, *args, **kwargs):
    counts = [
        model.objects.count() for model in (PortalImport, PortalValue, StoredSet, ChosenParameter, Event)
    ]
    with pytest.raises(IndexRefused) as refusal, transaction.atomic():
        act(*args, **kwargs)
    assert refusal.value.code == code and refusal.value.message
    after = [
        model.objects.count() for model in (PortalImport, PortalValue, StoredSet, ChosenParameter, Event)
    ]
    assert after == counts
    return refusal.value


# Replaying: old state + events = new state.


def state() -> dict[str, Any]:
    values = PortalValue.objects.select_related("source").order_by("pk")
    return {
        "values": {
            str(each.uid): {
                "set": each.set_code, "component": each.component, "unit": each.unit_code, "path": each.unit_path,
                "first": each.first_on, "last": each.last_on, "numerator": plain(each.numerator),
                "denominator": plain(each.denominator), "points": plain(each.points), "as_of": each.as_of,
                "revision": each.revision, "import": each.source.uid, "explanation": each.explanation,
                "explained_revision": each.explained_revision,
            }
            for each in values
        },
        "imports": {
            str(each.uid): {
                "set": each.set_code, "first": each.first_on, "last": each.last_on, "as_of": each.as_of,
                "source": each.source, "file_name": each.file_name, "sha256": each.sha256,
                "changed": each.changed, "unchanged": each.unchanged, "older": each.older,
            }
            for each in PortalImport.objects.order_by("pk")
        },
        "sets": {
            str(each.uid): {"code": each.code, "version": each.version, "valid_from": each.valid_from,
                            "valid_to": each.valid_to, "document": each.document}
            for each in StoredSet.objects.order_by("pk")
        },
        "parameters": {
            f"{each.set_code}.{each.parameter}.{each.valid_from}": [each.value, each.reason]
            for each in ChosenParameter.objects.order_by("pk")
        },
    }  # fmt: skip


def plain(number):
    return None if number is None else f"{number.normalize():f}"


def stated(found, event):
    uid, told = event.subject.partition(":")[2], event.payload
    known = found["values"].get(uid, {"explanation": "", "explained_revision": 0})
    found["values"][uid] = {**known, **told, "unit": event.unit_code, "path": event.unit_path}
    return found


def imported(found, event):
    told = dict(event.payload)
    found["imports"][told.pop("import")] = told
    return found


def explained(found, event):
    value = found["values"][event.subject.partition(":")[2]]
    value["explanation"], value["explained_revision"] = (
        event.payload["explanation"],
        event.payload["revision"],
    )
    return found


def entered(found, event):
    told = {name: event.payload[name] for name in ("code", "version", "valid_from", "valid_to", "document")}
    found["sets"][event.payload["set"]] = told
    return found


def ended(found, event):
    found["sets"][event.subject.partition(":")[2]]["valid_to"] = event.payload["valid_to"]
    return found


def chosen(found, event):
    told = event.payload
    found["parameters"][f"{told['set']}.{told['parameter']}.{told['valid_from']}"] = [
        told["value"],
        told["reason"],
    ]
    return found


APPLY = {
    events.PORTAL_STATED: stated,
    events.PORTAL_IMPORTED: imported,
    events.DIFFERENCE_EXPLAINED: explained,
    events.SET_ENTERED: entered,
    events.SET_ENDED: ended,
    events.PARAMETER_CHOSEN: chosen,
}


# Imports.


def test_an_import_keeps_values_with_where_they_come_from(coordinator, province, units):
    content = f'unit,component,numerator,denominator,points\n{units[1]},DOSSIER_SYNC,95,100,"5,7"\n'.encode()
    with replays(state, APPLY) as happened:
        batch = import_portal_values(
            coordinator,
            province,
            "qd766",
            MARCH,
            read_csv(content),
            reading(content=content, file_name="thang-3.csv"),
        )
    value = PortalValue.objects.get()
    assert (value.numerator, value.denominator, value.points) == (95, 100, Decimal("5.7"))
    assert value.source == batch and batch.file_name == "thang-3.csv" and len(batch.sha256) == 64
    assert (
        batch.imported_by_id == coordinator.user_id
        and value.unit_path == f"/{province.agency_code}/{units[1]}/"
    )
    assert [event.type for event in happened] == [events.PORTAL_STATED, events.PORTAL_IMPORTED]
    assert "qd766" in tell(happened[-1]) and happened[0].unit_code == units[1]


def test_the_same_reading_twice_is_once(coordinator, province, units):
    first = import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (1, 2)), reading())
    before = Event.objects.count()
    again = import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (1, 2)), reading())
    assert again == first and Event.objects.count() == before
    keyed = import_portal_values(
        coordinator, province, "qd766", MARCH, lines(units, (3, 4)), reading(3), idempotency_key="k"
    )
    other = import_portal_values(
        coordinator, province, "qd766", MARCH, lines(units, (5, 6)), reading(4), idempotency_key="k"
    )
    assert other == keyed and PortalValue.objects.get().numerator == 3


def test_a_later_reading_replaces_an_earlier_one_and_never_the_other_way(coordinator, province, units):
    import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (95, 100), (1, 2)), reading(2))
    with replays(state, APPLY):
        later = import_portal_values(
            coordinator, province, "qd766", MARCH, lines(units, (98, 100), (1, 2)), reading(9)
        )
    assert (later.changed, later.unchanged) == (1, 1)
    value = PortalValue.objects.get(unit_code=units[0])
    assert (value.numerator, value.revision, value.source) == (98, 2, later)
    with replays(state, APPLY):
        older = import_portal_values(
            coordinator, province, "qd766", MARCH, lines(units, (90, 100)), reading(5)
        )
    value.refresh_from_db()
    assert (older.changed, older.older, value.numerator) == (0, 1, 98)
    told = Event.objects.filter(type=events.PORTAL_STATED, unit_code=units[0]).order_by("pk")
    assert [event.payload["numerator"] for event in told] == ["95", "98"]


def test_who_may_import_and_for_which_units(person, province, units):
    own = f"/{province.agency_code}/{units[2]}/"
    local = person("xa", province, [IMPORT], own)
    import_portal_values(local, province, "qd766", MARCH, lines(units[2:], (1, 2)), reading())
    for viewer, whose in ((local, units), (person("khac", province, [VIEW]), units[2:])):
        with pytest.raises(NotPermitted):
            import_portal_values(viewer, province, "qd766", MARCH, lines(whose, (1, 2), (1, 2)), reading(3))
    assert PortalValue.objects.count() == 1


def test_a_stranger_learns_not_even_that_a_unit_is_unknown(person, province):
    with pytest.raises(NotPermitted):
        import_portal_values(
            person("la", province, []), province, "qd766", MARCH, lines(["H05.999"], (1, 2)), reading()
        )


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("indices.portal.unit", Line("H05.không", "DOSSIER_SYNC", Decimal(1))),
        ("indices.portal.component", Line("H05", "NOWHERE", Decimal(1))),
        ("indices.portal.blank", Line("H05", "DOSSIER_SYNC")),
        ("indices.portal.numerator", Line("H05", "DOSSIER_SYNC", None, Decimal(1), Decimal(1))),
        ("indices.portal.number", Line("H05", "DOSSIER_SYNC", Decimal(-1))),
        ("indices.portal.number", Line("H05", "DOSSIER_SYNC", Decimal("0.1234567"))),
        ("indices.portal.number", Line("H05", "DOSSIER_SYNC", None, None, Decimal(10) ** 7)),
    ],
)
def test_one_wrong_line_and_nothing_is_kept(coordinator, province, units, code, line):
    good = lines(units[1:], (1, 2))
    refused(code, import_portal_values, coordinator, province, "qd766", MARCH, [*good, line], reading())


def test_other_refusals_of_an_import(coordinator, province, units):
    one = lines(units, (1, 2))
    refused(
        "indices.portal.empty", import_portal_values, coordinator, province, "qd766", MARCH, [], reading()
    )
    refused(
        "indices.portal.twice",
        import_portal_values,
        coordinator,
        province,
        "qd766",
        MARCH,
        one * 2,
        reading(),
    )
    refused("indices.set.unknown", import_portal_values, coordinator, province, "par", MARCH, one, reading())
    future = Reading("Cổng", dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    refused("indices.portal.as-of", import_portal_values, coordinator, province, "qd766", MARCH, one, future)


def test_an_error_half_way_leaves_nothing(coordinator, province, units, monkeypatch):
    from motcua.reports.indices import operations

    kept = operations._write_value
    calls = []

    def failing(*args):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("đứt giữa chừng")
        kept(*args)

    monkeypatch.setattr(operations, "_write_value", failing)
    before = Event.objects.count()
    with pytest.raises(RuntimeError):
        import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (1, 2), (3, 4)), reading())
    assert len(calls) == 2
    assert (PortalImport.objects.count(), PortalValue.objects.count(), Event.objects.count()) == (
        0,
        0,
        before,
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "indices.portal.encoding"),
        (b"unit,points\nH05,1\n", "indices.portal.columns"),
        (b"unit,component\nH05,A\n", "indices.portal.columns"),
        ("unit,component,points\nH05,A,nhiều\n".encode(), "indices.portal.number"),
        (b"x" * (5 * 1024 * 1024 + 1), "indices.portal.too-large"),
    ],
)
def test_files_that_cannot_be_read(content, code):
    with pytest.raises(IndexRefused) as refusal:
        read_csv(content)
    assert refusal.value.code == code


def test_files_as_spreadsheets_write_them():
    content = "\ufeffunit;component;numerator;denominator;points\nH05;DOSSIER_SYNC;1.234;2.000;3,7\nH05;X;;;2\n".encode()
    assert read_csv(content) == [
        Line("H05", "DOSSIER_SYNC", Decimal(1234), Decimal(2000), Decimal("3.7"), 2),
        Line("H05", "X", None, None, Decimal(2), 3),
    ]


# Explanations.


def test_an_explanation_holds_until_the_portal_says_something_else(coordinator, province, units):
    import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (95, 100)), reading(2))
    value = PortalValue.objects.get()
    with replays(state, APPLY):
        value = explain_difference(coordinator, value, "Năm hồ sơ chờ đồng bộ lại sau sự cố đường truyền")
    assert value.explained
    before = Event.objects.count()
    explain_difference(coordinator, value, "Năm hồ sơ chờ đồng bộ lại sau sự cố đường truyền")
    assert Event.objects.count() == before
    import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (97, 100)), reading(9))
    value.refresh_from_db()
    assert value.explanation and not value.explained
    refused("indices.difference.reason", explain_difference, coordinator, value, " … ")


def test_who_may_explain(coordinator, person, province, units):
    import_portal_values(coordinator, province, "qd766", MARCH, lines(units, (95, 100)), reading(2))
    value = PortalValue.objects.get()
    with pytest.raises(NotPermitted):
        explain_difference(person("xem", province, [VIEW, IMPORT]), value, "Không được phép ghi")
    other = f"/{province.agency_code}/{units[3]}/"
    with pytest.raises(NotPermitted):
        explain_difference(person("xa", province, [EXPLAIN], other), value, "Không phải đơn vị mình")


# The fact.


def test_the_fact_is_what_the_rows_hold_and_the_figures_read_it_alike(coordinator, province, units):
    rows = [
        *lines(units, (95, 100), (0, 0), (7, 9)),
        Line(units[0], "PUBLISH_ON_TIME", Decimal(3), Decimal(4), Decimal("4.5")),
        Line(units[0], "ELECTRONIC_CERTIFIED_COPY", None, None, Decimal("1.5")),
    ]
    import_portal_values(coordinator, province, "qd766", MARCH, rows, reading())
    april = Window(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"province": province.pk, "uids": None})
        facts = [dict(zip(SHAPE.columns, row, strict=True)) for row in cursor.fetchall()]
        assert [column.name for column in cursor.description][2:] == list(SHAPE.columns)[2:]
        one = PortalValue.objects.first()
        cursor.execute(SQL, {"province": province.pk, "uids": [one.uid]})
        assert [row[0] for row in cursor.fetchall()] == [str(one.uid)]
        cursor.execute(SQL, {"province": province.pk + 1, "uids": None})
        assert cursor.fetchall() == []
    assert len(facts) == 5 and EVENTS == (events.PORTAL_STATED,)
    registry = Registry()
    define_portal_figures(registry)
    memory, stored = MemoryMeasures(registry, {SHAPE.name: facts}), PortalMeasures(province)
    for figure in PORTAL_FIGURES:
        for window in (MARCH, april):
            for unit in units[:5]:
                read = memory.values(figure, [unit], window)[unit]
                assert stored.values(figure, [unit], window).get(unit, Value.blank()) == read
    sync = stored.values("portal.dossier-sync", units, MARCH)
    assert sync[units[0]].exact() == Fraction(95, 100) and sync[units[1]].state is State.NOT_APPLICABLE
    assert memory.failing("portal.dossier-sync", units[0], MARCH) == []


def test_the_portals_figures_are_declared_for_the_installation():
    for code in PORTAL_FIGURES:
        figure = REGISTRY.figure(code, dt.date(2026, 3, 1))
        assert figure.labels["en"] and figure.legal_basis and figure.is_ratio


# Sets of the province.


def own_set(version=1, first="2026-01-01", **changes):
    return document(
        [component("A", {"ratio": "dossiers.on-time"}), component("B", {"ratio": "records.digitised-rate"}, 5)],
        code="bac-ninh-xa", version=version, valid_from=first, **changes,
    )  # fmt: skip


def test_a_set_is_entered_versioned_and_ended(coordinator, province):
    registry = figures()
    with replays(state, APPLY):
        first = enter_index_set(
            coordinator, province, own_set(), reason="Quyết định của tỉnh", registry=registry
        )
    refusal = refused(
        "indices.definition.refused", enter_index_set, coordinator, province, own_set(2, "2026-07-01"),
        reason="Quyết định mới", registry=registry,
    )  # fmt: skip
    assert isinstance(refusal, DefinitionRefused) and refusal.codes == ("IDX-OVERLAP",)
    with replays(state, APPLY):
        end_index_set(coordinator, first, dt.date(2026, 7, 1), reason="Có bộ mới")
        enter_index_set(
            coordinator, province, own_set(2, "2026-07-01"), reason="Quyết định mới", registry=registry
        )
    for day, version in ((dt.date(2026, 6, 30), 1), (dt.date(2026, 7, 1), 2)):
        assert queries.set_in_force(province, "bac-ninh-xa", day).version == version
        assert [each.code for each in queries.sets_in_force(province, day)][-1] == "bac-ninh-xa"
    refused("indices.set.ended", end_index_set, coordinator, first, dt.date(2026, 8, 1), reason="Lại hết hạn")
    with pytest.raises(IndexRefused):
        queries.set_in_force(province, "bac-ninh-xa", dt.date(2025, 12, 31))


def test_sets_that_do_not_hold_are_refused(coordinator, province):
    registry = figures()

    def enter(entry, **more):
        return {"registry": registry, "reason": "Quyết định của tỉnh"} | more | {"document": entry}

    bad = refused(
        "indices.definition.refused",
        enter_index_set,
        coordinator,
        province,
        **enter({**own_set(), "maximum": 1}),
    )
    assert bad.codes == ("IDX-TOTAL",)
    unknown = refused(
        "indices.definition.refused",
        enter_index_set,
        coordinator,
        province,
        **enter(own_set(), registry=Registry()),
    )
    assert set(unknown.codes) == {"IDX-FIGURE"}
    packaged = {**own_set(), "code": "qd766"}
    refused("indices.set.packaged", enter_index_set, coordinator, province, **enter(packaged))
    refused("indices.set.reason", enter_index_set, coordinator, province, **enter(own_set(), reason=""))


def test_entering_twice_by_key_is_once(coordinator, province):
    entry = {"registry": figures(), "reason": "Quyết định của tỉnh", "idempotency_key": "mot"}
    first = enter_index_set(coordinator, province, own_set(), **entry)
    assert enter_index_set(coordinator, province, own_set(), **entry) == first
    assert StoredSet.objects.count() == 1


def test_who_may_enter_end_and_choose(coordinator, person, province, units):
    first = enter_index_set(coordinator, province, own_set(), reason="Quyết định", registry=figures())
    for viewer in (person("xem", province, [VIEW, IMPORT]), person("la", province, [])):
        with pytest.raises(NotPermitted):
            enter_index_set(viewer, province, own_set(2), reason="Không được", registry=figures())
        with pytest.raises(NotPermitted):
            end_index_set(viewer, first, dt.date(2027, 1, 1), reason="Không được")
        with pytest.raises(NotPermitted):
            choose_parameter(
                viewer,
                province,
                "qd766",
                "ties",
                "exact",
                valid_from=dt.date(2026, 1, 1),
                reason="Không được",
            )
        assert list(queries.stored_sets(viewer)) == []
    assert list(queries.stored_sets(coordinator)) == [first]


# Parameters.


def test_a_parameter_counts_from_its_day(coordinator, province):
    with replays(state, APPLY):
        for day, value in ((dt.date(2026, 1, 1), "0.8"), (dt.date(2026, 6, 1), "1")):
            choose_parameter(
                coordinator,
                province,
                "qd766",
                "digitised-full-at",
                value,
                valid_from=day,
                reason="Theo hướng dẫn",
            )

    def full_at(day):
        index = queries.set_in_force(province, "qd766", day)
        return index.component("SO_HOA_GIAY_TO_GIAI_QUYET").scoring[""].full_at

    assert full_at(dt.date(2025, 12, 31)) == 1
    assert full_at(dt.date(2026, 1, 1)) == full_at(dt.date(2026, 5, 31)) == Fraction(4, 5)
    assert full_at(dt.date(2026, 6, 1)) == 1
    before = Event.objects.count()
    choose_parameter(
        coordinator,
        province,
        "qd766",
        "digitised-full-at",
        "1",
        valid_from=dt.date(2026, 6, 1),
        reason="Lần nữa",
    )
    assert Event.objects.count() == before


def test_parameters_that_are_not_there_are_refused(coordinator, province):
    day = {"valid_from": dt.date(2026, 1, 1), "reason": "Theo hướng dẫn"}
    wrong = ("qd766", "digitised-full-at", "0.7"), ("qd766", "nothing", "1")
    for args, code in zip(wrong, ("IDX-CHOICE", "IDX-PARAMETER"), strict=True):
        refusal = refused("indices.definition.refused", choose_parameter, coordinator, province, *args, **day)
        assert code in refusal.codes
    refused("indices.set.unknown", choose_parameter, coordinator, province, "par", "x", "y", **day)


def test_a_choice_of_another_version_does_not_break_a_set(coordinator, province):
    ChosenParameter.objects.create(
        province=province,
        set_code="qd766",
        parameter="gone",
        valid_from=dt.date(2026, 1, 1),
        value="x",
        reason="cũ",
    )
    assert queries.set_in_force(province, "qd766", dt.date(2026, 3, 1)).code == "qd766"

"""Operations: permission, rule, revision and event together, or nothing at all."""

import datetime as dt
import io
import threading
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import NotPermitted
from motcua.reports.forms import api, queries
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.exporting import export_workbook
from motcua.reports.forms.models import FormSheet, FormValue, ImportBatch
from motcua.reports.forms.operations import differences_of
from motcua.reports.forms.permissions import EDIT, IMPORT, VIEW

pytestmark = pytest.mark.django_db


def refused(code, act, *args, **kwargs):
    with pytest.raises(FormsError) as refusal, transaction.atomic():
        act(*args, **kwargs)
    assert refusal.value.code == code and refusal.value.message
    return refusal.value


def replayed(sheet):
    """The current cells as the events alone tell them."""
    cells = {}
    for event in Event.objects.filter(subject=f"forms:{sheet.uid}").order_by("id"):
        for entry in event.payload.get("cells", [event.payload]):
            if "revision" in entry:
                cells[entry["row"]] = entry
    return cells


def assert_events_tell_the_state(sheet):
    told = replayed(sheet)
    now = queries.current_values(sheet)
    assert set(told) == set(now)
    for key, value in now.items():
        entry = told[key]
        assert (entry["revision"], entry["status"], entry["note"], entry["raw"], entry["source"]) == (
            value.revision,
            value.status,
            value.note,
            value.raw,
            value.source,
        )
        assert (None if entry["value"] is None else Decimal(entry["value"])) == value.value
        assert entry["as_of"] == value.as_of.isoformat()


def test_published_figures_are_loaded_once_with_their_lines(province, published):
    assert published.values.count() == 117
    value = queries.current_values(published)["3!3.1"]
    assert (value.raw, value.value, value.places, value.source_line) == ("99,61%", Decimal("99.61"), 2, 396)
    assert value.source == "imported" and value.batch.kind == "published"
    blank = queries.current_values(published)["7!5.2"]
    assert blank.status == "blank" and blank.value is None and blank.source_line == 495
    zero = queries.current_values(published)["1!5.3"]
    assert zero.status == "known" and zero.value == 0
    assert api.load_published(province) == [published]
    assert published.values.count() == 117 and Event.objects.count() == 2
    assert_events_tell_the_state(published)


def test_a_province_without_published_forms_gets_none(province):
    province.key = "an-giang"
    assert api.load_published(province) == []


def test_findings_of_the_published_forms(published):
    found = [check for check in api.checks(published, queries.current_values(published)) if check.is_finding]
    assert {check.target for check in found} == {"1!4.2", "2!2.2", "2!3.2", "3!3.1", "4!1.5", "4!2.4"}


def test_a_set_of_forms_is_opened_once(coordinator, province, sheet):
    again = api.open_sheet(
        coordinator,
        province,
        unit_code="H05",
        unit_path="/H05/",
        period_kind="quarter",
        period_from=sheet.period_from,
        period_to=sheet.period_to,
    )
    assert again == sheet and FormSheet.objects.count() == 1 and Event.objects.count() == 1
    assert sheet.as_of == sheet.period_to and sheet.opened_by == coordinator.user


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"period_to": dt.date(2025, 1, 1)}, "forms.sheet.period"),
        ({"period_kind": "fortnight"}, "forms.sheet.period"),
        ({"unit_code": "H05.15"}, "forms.sheet.unit"),
        ({"unit_code": ""}, "forms.sheet.unit"),
    ],
)
def test_a_period_or_unit_that_makes_no_sense_is_refused(coordinator, province, changes, code):
    fields = {
        "unit_code": "H05",
        "unit_path": "/H05/",
        "period_kind": "quarter",
        "period_from": dt.date(2025, 12, 15),
        "period_to": dt.date(2026, 3, 14),
        **changes,
    }
    refused(code, api.open_sheet, coordinator, province, **fields)


def test_a_value_is_declared_and_then_revised_with_a_reason(coordinator, sheet):
    first = api.record_value(coordinator, sheet, "1!1", "60", base_revision=0)
    refused("forms.value.reason", api.record_value, coordinator, sheet, "1!1", "61")
    second = api.record_value(coordinator, sheet, "1!1", "61", reason="Đếm sót một công văn", base_revision=1)
    assert (first.revision, second.revision) == (1, 2)
    assert queries.current_values(sheet)["1!1"] == second and second.recorded_by == coordinator.user
    assert [each.value for each in api.history(sheet, "1!1")] == [61, 60]
    assert_events_tell_the_state(sheet)
    assert tell(Event.objects.latest("id")) == "Ghi dòng 1!1, bản 2: 61"


def test_nothing_changed_makes_no_revision(coordinator, sheet):
    first = api.record_value(coordinator, sheet, "1!1", "1.060")
    assert api.record_value(coordinator, sheet, "1!1", "1060") == first
    assert FormValue.objects.count() == 1


def test_blank_zero_not_applicable_and_not_due_are_kept_apart(coordinator, sheet):
    texts = {"5!2.1": "", "5!2.2": "0", "5!2.4": "không áp dụng", "5!2.5": "chưa đến kỳ"}
    for key, text in texts.items():
        api.record_value(coordinator, sheet, key, text)
    states = {key: value.status for key, value in queries.current_values(sheet).items()}
    assert states == {"5!2.1": "blank", "5!2.2": "known", "5!2.4": "not_applicable", "5!2.5": "not_due"}


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("9!1", "1", "forms.row.unknown"),
        ("junk", "1", "forms.row.unknown"),
        ("1!3", "1", "forms.cell.heading"),
        ("1!1", "=1", "forms.cell.number"),
        ("3!3.1", "101", "forms.cell.range"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_is_written(coordinator, sheet, key, text, code):
    refused(code, api.record_value, coordinator, sheet, key, text)
    assert not FormValue.objects.exists()


def test_a_value_that_somebody_else_changed_is_not_overwritten(coordinator, sheet):
    api.record_value(coordinator, sheet, "1!1", "60")
    refused(
        "forms.value.changed", api.record_value, coordinator, sheet, "1!1", "70", base_revision=0, reason="x"
    )


def test_the_same_request_twice_is_one_revision(coordinator, sheet):
    first = api.record_value(coordinator, sheet, "1!1", "60", idempotency_key="k1")
    api.record_value(coordinator, sheet, "1!1", "61", reason="sửa")
    assert api.record_value(coordinator, sheet, "1!1", "60", idempotency_key="k1") == first
    assert FormValue.objects.count() == 2


def test_strangers_and_readers_write_nothing(reader, person, province, sheet):
    with pytest.raises(NotPermitted):
        api.record_value(reader, sheet, "1!1", "1")
    commune = person("xa", province, [VIEW, EDIT, IMPORT], path="/H05/H05.15/")
    with pytest.raises(NotPermitted):
        api.record_value(commune, sheet, "1!1", "1")
    with pytest.raises(NotPermitted):
        api.recompute_value(commune, sheet, "3!3.1")
    with pytest.raises(NotPermitted):
        api.import_workbook(commune, sheet, "a.xlsx", b"")
    with pytest.raises(NotPermitted):
        api.open_sheet(
            commune,
            province,
            unit_code="H05",
            unit_path="/H05/",
            period_kind="year",
            period_from=sheet.period_from,
            period_to=sheet.period_to,
        )
    assert list(queries.sheets(commune)) == [] and list(queries.sheets(reader)) == [sheet]
    with pytest.raises(FormSheet.DoesNotExist):
        queries.sheet(commune, sheet.uid)


def test_a_percentage_is_recomputed_from_its_parts(coordinator, sheet):
    refused("forms.value.parts", api.recompute_value, coordinator, sheet, "3!3.1")
    refused("forms.value.not_computed", api.recompute_value, coordinator, sheet, "1!1")
    api.record_value(coordinator, sheet, "3!3.1.1", "153.771")
    api.record_value(coordinator, sheet, "3!3.1.2", "151.619")
    value = api.recompute_value(coordinator, sheet, "3!3.1")
    assert (value.value, value.source) == (Decimal("98.6"), "computed")
    assert api.recompute_value(coordinator, sheet, "3!3.1") == value
    api.record_value(coordinator, sheet, "3!3.1.1", "0", reason="sửa")
    assert api.recompute_value(coordinator, sheet, "3!3.1").status == "not_applicable"
    assert_events_tell_the_state(sheet)


def test_the_database_refuses_a_number_that_is_not_there(sheet):
    broken = FormValue(
        province=sheet.province,
        unit_code="H05",
        unit_path="/H05/",
        sheet=sheet,
        row_key="1!1",
        revision=1,
        status="blank",
        value=Decimal(1),
        as_of=sheet.as_of,
        source="declared",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        broken.save()


def changed(content, **cells):
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name, value in cells.items():
        form, code = name[1:].split("_", 1)
        sheet = book[f"Biểu {form}"]
        key = f"{form}!{code.replace('_', '.')}"
        line = next(row[5].row for row in sheet.iter_rows(max_col=6) if row[5].value == key)
        sheet.cell(line, 4).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_comes_back_and_each_cell_is_decided(coordinator, sheet):
    for key, text in {"1!1": "60", "1!2.1": "64", "1!2.2": "50", "1!3.1": "7"}.items():
        api.record_value(coordinator, sheet, key, text)
    content = changed(export_workbook(sheet), r1_1=61, r1_2_2=52, r1_3_1=9)
    api.record_value(coordinator, sheet, "1!2.2", "51", reason="bổ sung")
    api.record_value(coordinator, sheet, "1!2.1", "65", reason="bổ sung")
    batch = api.import_workbook(coordinator, sheet, "C:\\x\\..\\bieu.xlsx", content)
    assert batch.file_name == "bieu.xlsx" and batch.stage == "pending"
    assert api.import_workbook(coordinator, sheet, "bieu.xlsx", content) == batch
    current = queries.current_values(sheet)
    kinds = {each.row.key: each.kind for each in differences_of(batch, current)}
    assert kinds == {"1!1": "mine", "1!2.1": "theirs", "1!2.2": "both", "1!3.1": "mine"}
    seen = {key: value.revision for key, value in current.items()}
    before = FormValue.objects.count()
    refused("forms.import.undecided", api.resolve_difference, coordinator, batch, {}, seen=seen)
    stale = {**seen, "1!2.2": 1}
    refused(
        "forms.import.changed", api.resolve_difference, coordinator, batch, {"1!2.2": "yours"}, seen=stale
    )
    assert FormValue.objects.count() == before
    choices = {"1!2.2": "yours", "1!3.1": "current"}
    assert api.resolve_difference(coordinator, batch, choices, seen=seen, reason="Chốt số") == 2
    now = {key: int(value.value) for key, value in queries.current_values(sheet).items()}
    assert now == {"1!1": 61, "1!2.1": 65, "1!2.2": 52, "1!3.1": 7}
    value = queries.current_values(sheet)["1!1"]
    assert (value.source, value.source_file, value.reason) == ("imported", "bieu.xlsx", "Chốt số")
    refused("forms.import.settled", api.resolve_difference, coordinator, batch, choices, seen={})
    refused("forms.import.settled", api.discard_import, coordinator, batch)
    assert_events_tell_the_state(sheet)


def test_a_workbook_may_be_discarded(coordinator, sheet):
    batch = api.import_workbook(coordinator, sheet, "b.xlsx", changed(export_workbook(sheet), r1_1=1))
    api.discard_import(coordinator, batch)
    batch.refresh_from_db()
    assert batch.stage == "discarded" and not FormValue.objects.exists()


def test_a_workbook_that_says_nothing_new_or_belongs_elsewhere_is_refused(coordinator, sheet, published):
    refused("forms.workbook.same", api.import_workbook, coordinator, sheet, "b.xlsx", export_workbook(sheet))
    other = changed(export_workbook(published), r1_1=1)
    refused("forms.workbook.other", api.import_workbook, coordinator, sheet, "b.xlsx", other)
    assert not ImportBatch.objects.filter(kind="workbook").exists()


def test_an_exported_published_set_imports_as_no_change(coordinator, published):
    content = export_workbook(published)
    refused("forms.workbook.same", api.import_workbook, coordinator, published, "b.xlsx", content)


@pytest.mark.django_db(transaction=True)
def test_revisions_made_at_the_same_time_follow_one_another(coordinator, sheet):
    failures = []

    def write(number):
        try:
            api.record_value(coordinator, sheet, "1!1", str(number), reason="cùng lúc")
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(api.history(sheet, "1!1").values_list("revision", flat=True)) == [4, 3, 2, 1]

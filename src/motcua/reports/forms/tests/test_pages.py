"""Pages: what is shown, to whom, and how many statements it takes."""

import io
import re

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from motcua.reports.forms import api, queries
from motcua.reports.forms.exporting import export_workbook
from motcua.reports.forms.models import FormValue, ImportBatch
from motcua.reports.forms.pages.samples import SAMPLES
from motcua.reports.forms.permissions import EDIT, IMPORT, VIEW

pytestmark = pytest.mark.django_db


def browser(viewer):
    client = Client()
    client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def changed(content, numbers):
    """The workbook with other numbers in some rows, saved as a spreadsheet program would."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for key, number in numbers.items():
        sheet = book[f"Biểu {key[0]}"]
        line = next(row[5].row for row in sheet.iter_rows(max_col=6) if row[5].value == key)
        sheet.cell(line, 4).value = number
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def url(name, sheet, *more):
    return reverse(f"forms:{name}", args=[sheet.uid, *more])


@pytest.fixture
def office(coordinator):
    return browser(coordinator)


def test_the_index_lists_periods_and_forms(office, published, sheet):
    page = text_of(office.get(reverse("forms:index")))
    assert "Năm 2025" in page and "Quý I năm 2026" in page and "Tỉnh Bắc Ninh" in page
    assert page.index("Quý I năm 2026") < page.index("Năm 2025")
    first = sum(not row.is_heading for row in queries.forms_of(sheet).forms["1"].rows)
    assert f"{first}/{first} dòng" in page and f"0/{first} dòng" in page and "Mở kỳ mới" in page
    assert page.count("2 chỗ cần xem") == 2 and page.count("1 chỗ cần xem") == 2
    assert "25/26 dòng" in page  # row 5.2 of form 7 was published blank


def test_an_index_without_periods_says_so(reader):
    page = text_of(browser(reader).get(reverse("forms:index")))
    assert "Chưa có kỳ báo cáo nào" in page and "Mở kỳ mới" not in page


@pytest.mark.parametrize("form", list("1234567"))
def test_each_form_is_laid_out_as_the_ministry_does(office, published, form):
    page = text_of(office.get(url("form", published, form)))
    definition = queries.forms_of(published).forms[form]
    assert "STT" in page and "Kết quả thống kê" in page and "Ghi chú" in page
    for row in definition.rows:
        assert f'id="r-{row.code}"' in page
    assert page.count("data-cell") == sum(not row.is_heading for row in definition.rows)


def test_values_absences_and_findings_are_shown(office, published):
    third = text_of(office.get(url("form", published, "3")))
    assert ">99,61</a>" in third and ">153.771</a>" in third
    assert "Ghi 99,61 nhưng tính lại được 98,60." in third and "chưa khớp" in third
    seventh = text_of(office.get(url("form", published, "7")))
    assert ">chưa có</a>" in seventh


def test_a_cell_opens_to_definition_relation_source_and_history(office, published):
    page = text_of(office.get(url("cell", published, "3", "3.1")))
    assert "151.619 : 153.771 × 100" in page and "dòng 3.1.2 : dòng 3.1.1 × 100" in page
    assert "dòng 396" in page and "Nghị định 118/2025/NĐ-CP" in page and "form.3!3.1" in page
    assert "In là “99,61%”" in page and "Các lần ghi" in page and "<html" in page
    panel = text_of(office.get(url("cell", published, "3", "3.1"), headers={"HX-Request": "true"}))
    assert "<html" not in panel and "Đóng" in panel and "151.619" in panel


@pytest.mark.parametrize(("form", "code"), [("3", "3"), ("3", "9.9"), ("8", "1"), ("1!2", "3")])
def test_headings_and_unknown_rows_are_not_found(office, published, form, code):
    assert office.get(url("cell", published, form, code)).status_code == 404
    assert office.get(url("form", published, "8")).status_code == 404


def test_one_word_for_two_sendings_hides_neither(office, person, province, coordinator, sheet):
    """The browser names a sending; a name used again for another cell or by another person is another sending."""
    other = browser(person("nguoi-khac", province, [VIEW, EDIT]))
    sent = {"value": "5", "base": "0", "once": "mot-lan"}
    for client, code in ((office, "1"), (office, "1"), (office, "2"), (other, "2.1")):
        assert client.post(url("edit", sheet, "1", code), sent).status_code == 302
    assert set(sheet.values.values_list("row_key", "revision")) == {("1!1", 1), ("1!2", 1), ("1!2.1", 1)}
    assert other.post(url("edit", sheet, "1", "1"), sent).status_code == 422


def test_a_value_is_declared_on_its_page(office, sheet):
    answer = office.post(url("edit", sheet, "1", "1"), {"value": "1.060", "base": "0", "note": "<b>đủ</b>"})
    assert answer.status_code == 302 and answer["Location"].endswith("#r-1")
    page = text_of(office.get(url("form", sheet, "1")))
    assert ">1.060</a>" in page and "&lt;b&gt;đủ&lt;/b&gt;" in page
    assert "kê khai · Người dieu-phoi" in text_of(office.get(url("cell", sheet, "1", "1")))


def test_a_refused_value_stays_typed_and_says_why(office, sheet):
    answer = office.post(url("edit", sheet, "1", "1"), {"value": "nhiều lắm", "base": "0"})
    page = text_of(answer)
    assert answer.status_code == 422 and "forms.cell.number" in page and 'value="nhiều lắm"' in page
    assert not FormValue.objects.exists()


def test_absence_is_chosen_and_shown_again(office, sheet):
    office.post(url("edit", sheet, "5", "3"), {"value": "", "state": "chưa đến kỳ", "base": "0"})
    page = text_of(office.get(url("cell", sheet, "5", "3")))
    assert '<option value="chưa đến kỳ" selected>' in page


def test_a_percentage_is_recomputed_on_its_page(office, coordinator, sheet):
    refused = office.post(url("recompute", sheet, "3", "3.1"), {"base": "0"})
    assert refused.status_code == 422 and "forms.value.parts" in text_of(refused)
    api.record_value(coordinator, sheet, "3!3.1.1", "200")
    api.record_value(coordinator, sheet, "3!3.1.2", "199")
    assert office.post(url("recompute", sheet, "3", "3.1"), {"base": "0"}).status_code == 302
    assert ">99,5</a>" in text_of(office.get(url("form", sheet, "3")))


def test_units_are_gathered_on_the_page(office, coordinator, province, sheet):
    below = api.open_sheet(
        coordinator,
        province,
        unit_code="H05.15",
        unit_path="/H05/H05.15/",
        period_kind=sheet.period_kind,
        period_from=sheet.period_from,
        period_to=sheet.period_to,
    )
    page = text_of(office.get(url("cell", sheet, "2", "1.2")))
    assert "Còn 1 đơn vị chưa có số" in page and "Dùng số tổng hợp" not in page
    assert office.post(url("collect", sheet, "2", "1.2"), {"base": "0"}).status_code == 422
    api.record_value(coordinator, below, "2!1.2", "9")
    assert "Dùng số tổng hợp" in text_of(office.get(url("cell", sheet, "2", "1.2")))
    assert office.post(url("collect", sheet, "2", "1.2"), {"base": "0"}).status_code == 302
    assert queries.current_values(sheet)["2!1.2"].value == 9


def test_a_period_is_opened(office, province):
    page = text_of(office.get(reverse("forms:open")))
    assert "Tỉnh Bắc Ninh" in page and "6 tháng đầu" in page
    sent = {"unit": "H05", "period": "half", "year": "2026"}
    first = office.post(reverse("forms:open"), sent)
    assert (
        first.status_code == 302 and office.post(reverse("forms:open"), sent)["Location"] == first["Location"]
    )
    bad = office.post(reverse("forms:open"), {**sent, "year": "x"})
    assert bad.status_code == 422 and "forms.sheet.period" in text_of(bad)
    stranger = office.post(reverse("forms:open"), {**sent, "unit": "H99"})
    assert stranger.status_code in {404, 422}


def test_a_commune_opens_and_fills_its_own(person, province, published):
    commune = browser(person("xa", province, [VIEW, EDIT, IMPORT], path="/H05/H05.15/"))
    assert commune.get(url("form", published, "1")).status_code == 404
    opened = commune.post(reverse("forms:open"), {"unit": "H05.15", "period": "q1", "year": "2026"})
    assert opened.status_code == 302
    page = text_of(commune.get(reverse("forms:index")))
    assert "H05.15" in page and "Năm 2025" not in page


@pytest.mark.parametrize("path", ["/", "/H05/H05.15/"])
def test_every_sample_address_opens_for_whoever_may(person, province, path):
    viewer = person("ai", province, [VIEW, EDIT, IMPORT], path=path)
    client = browser(viewer)
    for name, sample in SAMPLES.items():
        address = reverse(name, kwargs=sample(viewer))
        method = (
            client.post
            if name in {"forms:discard", "forms:collect", "forms:count", "forms:recompute"}
            else client.get
        )
        assert method(address).status_code in {200, 302, 422}, name


def test_the_export_is_a_workbook(office, published):
    answer = office.get(url("export", published))
    assert answer["Content-Disposition"] == 'attachment; filename="bieu-mau-cchc_H05_2025-12-14.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book["Biểu 1"]["A3"].value == "Tỉnh Bắc Ninh · Năm 2025 · Số liệu tính đến 14/12/2025"


def upload(content, name="bieu.xlsx"):
    file = io.BytesIO(content)
    file.name = name
    return {"file": file}


def test_a_workbook_is_sent_compared_and_applied(office, coordinator, sheet):
    api.record_value(coordinator, sheet, "1!1", "60")
    api.record_value(coordinator, sheet, "1!2.1", "64")
    content = changed(export_workbook(sheet), {"1!1": 61, "1!2.1": 66})
    api.record_value(coordinator, sheet, "1!2.1", "65", reason="bổ sung")
    sent = office.post(url("import", sheet), upload(content))
    assert sent.status_code == 302
    page = text_of(office.get(sent["Location"]))
    assert "hai bên cùng sửa" in page and 'name="choice-1!1" value="yours" checked' in page
    choices = {"seen-1!1": "1", "seen-1!2.1": "2", "choice-1!1": "yours"}
    undecided = office.post(sent["Location"], choices)
    assert undecided.status_code == 422 and "forms.import.undecided" in text_of(undecided)
    assert queries.current_values(sheet)["1!1"].value == 60
    done = office.post(sent["Location"], {**choices, "choice-1!2.1": "current", "reason": "chốt"})
    assert done.status_code == 302
    assert {key: int(each.value) for key, each in queries.current_values(sheet).items()} == {
        "1!1": 61,
        "1!2.1": 65,
    }
    assert "đã ghi" in text_of(office.get(sent["Location"]))


def test_a_bad_file_is_refused_on_the_page(office, sheet):
    for files, code in [
        (upload(b"not a workbook"), "forms.workbook.damaged"),
        (upload(b"x" * (5 * 1024 * 1024 + 5)), "forms.workbook.size"),
        ({}, "forms.workbook.none"),
    ]:
        answer = office.post(url("import", sheet), files)
        assert answer.status_code == 422 and code in text_of(answer)
    assert not ImportBatch.objects.exists()


def test_a_waiting_file_may_be_dropped(office, sheet):
    sent = office.post(url("import", sheet), upload(changed(export_workbook(sheet), {"1!1": 5})))
    assert "bieu.xlsx" in text_of(office.get(url("import", sheet)))
    batch = ImportBatch.objects.get()
    assert office.post(reverse("forms:discard", args=[batch.uid])).status_code == 302
    assert office.post(reverse("forms:discard", args=[batch.uid])).status_code == 422
    assert "đã bỏ" in text_of(office.get(sent["Location"]))


def test_a_reader_sees_and_cannot_write(reader, sheet):
    client = browser(reader)
    page = text_of(client.get(url("cell", sheet, "1", "1")))
    assert "Sửa số liệu" not in page
    assert "Nhập từ Excel" not in text_of(client.get(url("form", sheet, "1")))
    for name, more in [("edit", ("1", "1")), ("import", ()), ("recompute", ("3", "3.1"))]:
        assert client.post(url(name, sheet, *more), {"value": "1"}).status_code == 404
    assert not FormValue.objects.exists()


def test_a_stranger_is_asked_to_sign_in(published):
    client = Client()
    for address in (reverse("forms:index"), url("form", published, "1"), url("export", published)):
        assert client.get(address).status_code == 302


def statements(client, address, django_assert_max_num_queries, most):
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_pages_take_few_statements(office, published, sheet, django_assert_max_num_queries):
    statements(office, reverse("forms:index"), django_assert_max_num_queries, 11)
    statements(office, url("form", published, "3"), django_assert_max_num_queries, 11)
    statements(office, url("cell", published, "3", "3.1"), django_assert_max_num_queries, 14)


def test_a_long_index_takes_no_more_statements(
    office, coordinator, province, published, django_assert_max_num_queries
):
    for year in range(2012, 2030):
        office.post(reverse("forms:open"), {"unit": "H05", "period": "q1", "year": str(year)})
    statements(office, reverse("forms:index"), django_assert_max_num_queries, 11)
    assert "Cũ hơn" in text_of(office.get(reverse("forms:index")))

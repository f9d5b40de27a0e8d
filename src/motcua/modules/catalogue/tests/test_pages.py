from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from motcua.modules.catalogue.api import Announcement, announce, procedure_on, stop_procedure
from motcua.modules.catalogue.importing.operations import apply_import, read_import
from motcua.modules.catalogue.models import Draft, ImportBatch, Procedure, Version

OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def browser(editor):
    client = Client()
    client.force_login(editor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client, name, *args, query=""):
    response = client.get(reverse(f"catalogue:{name}", args=args) + query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_a_citizen_finds_and_reads_a_procedure(province, procedure):
    client = Client()
    found = page(
        client, "list", query="?q=khai+sinh&cap=xa&truc-tuyen=toan-trinh&co-quan=xa&linh-vuc=ho-tich"
    )
    assert "Đăng ký khai sinh" in found
    assert "Đăng ký khai sinh" not in page(client, "list", query="?cap=tinh")
    assert "Đăng ký khai sinh" not in page(client, "list", query="?co-quan=thue")
    text = page(client, "procedure", procedure.code)
    for said in (
        "Giấy chứng sinh",
        "Không có giấy chứng sinh",
        "8.000 đồng",
        "04 giờ làm việc",
        "60/2014/QH13",
    ):
        assert said in text
    assert "data:image/svg+xml" in page(client, "sheet", procedure.code)
    assert client.get(reverse("catalogue:procedure", args=["1.999999"])).status_code == 404


def test_the_guide_is_a_paper(procedure):
    import io

    import pypdfium2

    response = Client().get(reverse("catalogue:guide", args=[procedure.code]))
    assert response["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(io.BytesIO(response.content))[0].get_textpage().get_text_range()
    for said in ("Đăng ký khai sinh", "Văn bản cam đoan", "8.000 đồng", "04 giờ làm việc", "60/2014/QH13"):
        assert said in text


def test_a_stopped_procedure_says_so(editor, procedure):
    decision = Announcement("300/QĐ-UBND", dt.date(2026, 9, 30), "abolished")
    stop_procedure(editor, procedure, decision, OCTOBER)
    assert "Không còn tiếp nhận từ 01/10/2026" in page(Client(), "procedure", procedure.code)


def test_versions_are_compared_in_words(editor, procedure, proposal, content):
    from dataclasses import replace

    fewer = replace(content, cases=content.cases[:1], channels=content.channels[:1])
    new = replace(proposal, content=fewer)
    announce(editor, procedure, Announcement("2/QĐ-UBND", dt.date(2026, 9, 20)), OCTOBER, proposal=new)
    text = page(Client(), "compare", procedure.code)
    assert "Văn bản cam đoan" in text
    assert "Trực tuyến: 04 giờ làm việc" in text


def test_exports_hold_no_formula(editor, province, proposal, decision):
    from dataclasses import replace

    from motcua.modules.catalogue.api import Levels, create_procedure

    made = create_procedure(
        editor, province, "1.000009", Levels(commune=True), replace(proposal, name='=HYPERLINK("x")')
    )
    announce(editor, made, decision, dt.date(2026, 9, 15))
    csv = Client().get(reverse("catalogue:export", args=["csv"])).content.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in csv
    workbook = Client().get(reverse("catalogue:export", args=["xlsx"])).content
    import io

    import openpyxl

    cell = openpyxl.load_workbook(io.BytesIO(workbook)).active["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")
    listed = json.loads(Client().get(reverse("catalogue:export", args=["json"])).content)
    assert [one["code"] for one in listed["procedures"]] == ["1.000009"]
    one = json.loads(Client().get(reverse("catalogue:export-one", args=["1.000009", "json"])).content)
    assert one["content"]["cases"][0]["name"] == "Có giấy chứng sinh"


def posted_form(text):
    """The fields of the form as a browser would send them."""
    import lxml.html

    form = max(lxml.html.fromstring(text).forms, key=lambda one: len(one.inputs))
    return {name: value for name, value in form.form_values() if name != "act"}


def test_a_version_is_written_without_script(browser, procedure):
    url = reverse("catalogue:draft", args=[procedure.code])
    fields = posted_form(browser.get(url).content.decode())
    more = browser.post(url, {**fields, "act": "add:cases-1-papers"}).content.decode()
    fields = posted_form(more)
    assert fields["cases-1-papers-2-originals"] == "1"
    fields["cases-1-papers-2-name"] = "Giấy tờ thêm"
    less = browser.post(url, {**fields, "act": "remove:cases-1-papers-0"}).content.decode()
    fields = posted_form(less)
    assert [fields[f"cases-1-papers-{n}-name"] for n in (0, 1)] == ["Văn bản cam đoan", "Giấy tờ thêm"]
    assert not Draft.objects.filter(state="open").exists()
    assert browser.post(url, {**fields, "act": "save"}).status_code == 302
    draft = Draft.objects.get(state="open")
    names = [paper["name"] for paper in draft.body["content"]["cases"][1]["papers"]]
    assert names == ["Văn bản cam đoan", "Giấy tờ thêm"]
    # Nothing else moved: channels, fees, bases came back as they were.
    stored = Version.objects.get(procedure=procedure).content
    assert draft.body["content"]["channels"] == stored["channels"]
    assert draft.body["content"]["bases"] == stored["bases"]


def test_announcing_in_the_browser(browser, province, procedure):
    url = reverse("catalogue:draft", args=[procedure.code])
    fields = posted_form(browser.get(url).content.decode())
    browser.post(url, {**fields, "name": "Đăng ký khai sinh mới", "act": "save"})
    url = reverse("catalogue:announce", args=[procedure.code])
    assert "Đăng ký khai sinh mới" in browser.get(url).content.decode()
    said = {"number": "9/QĐ-UBND", "date": "2026-09-30", "valid_from": "2026-10-02", "kind": "amended"}
    checked = browser.post(url, {**said, "step": "check"}).content.decode()
    assert "5 ngày làm việc" in checked
    assert Version.objects.filter(procedure=procedure).count() == 1
    assert browser.post(url, {**said, "step": "do"}).status_code == 302
    assert procedure_on(province, procedure.code, dt.date(2026, 10, 2)).name == "Đăng ký khai sinh mới"


def test_creating_and_testing_in_the_browser(browser, procedure):
    made = browser.post(
        reverse("catalogue:create"),
        {
            "code": "3.000177.H05",
            "name": "Thủ tục riêng",
            "field_code": "ho-tich",
            "level": ["province", "commune"],
        },
    )
    assert made.status_code == 302
    found = Procedure.objects.get(code="3.000177")
    assert (found.at_province, found.at_commune, found.lifecycle) == (True, True, "draft")
    assert Client().get(reverse("catalogue:procedure", args=["3.000177"])).status_code == 404
    page(browser, "procedure", "3.000177")
    browser.post(reverse("catalogue:move", args=["3.000177"]), {"operation": "test"})
    found.refresh_from_db()
    assert found.lifecycle == "draft"
    assert "Chưa có trình tự thực hiện." in page(browser, "manage-procedure", "3.000177")
    page(browser, "manage")


def test_a_file_is_imported_in_the_browser(browser, province, procedure):
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = (
        "STT,Mã TTHC,Tên thủ tục,Lĩnh vực,Cấp thực hiện,Thời hạn giải quyết,Phí lệ phí\n"
        "1,1.001193,Đăng ký khai sinh,Hộ tịch,xã,,\n"
        "2,1.000656,Đăng ký khai tử,Hộ tịch,xã,Trực tiếp: 1 Ngày làm việc,Lệ phí 8.000 đồng/việc\n"
        "3,,Không mã,Hộ tịch,xã,,\n"
    )
    sent = browser.post(
        reverse("catalogue:import"), {"file": SimpleUploadedFile("dm.csv", text.encode(), "text/csv")}
    )
    batch = ImportBatch.objects.get()
    assert sent.url == reverse("catalogue:batch", args=[batch.uid])
    assert batch.report["counts"] == {"missing": 1, "changed": 0, "same": 1, "extra": 0, "invalid": 1}
    assert "Không có mã thủ tục" in page(browser, "batch", batch.uid, query="?loai=invalid")
    browser.post(
        reverse("catalogue:apply", args=[batch.uid]), {"kind": ["missing"], "valid_from": "2026-10-01"}
    )
    apply_import(batch.pk)
    assert procedure_on(province, "1.000656", OCTOBER).content.channels[0].limits[0].fees[0].amount == 8000
    assert "Đã xử lý 1/1 dòng" in page(browser, "batch", batch.uid)
    report = browser.get(reverse("catalogue:report", args=[batch.uid, "csv"])).content.decode("utf-8-sig")
    assert "4,,Không mã,Không nhận được,,Không có mã thủ tục." in report


def test_strangers_see_no_management(procedure, editor, province):
    batch = read_import(editor, province, "a.csv", b"code,name\n1.000001,A\n")
    for name, args in (
        ("manage", []),
        ("create", []),
        ("import", []),
        ("manage-procedure", [procedure.code]),
        ("draft", [procedure.code]),
        ("batch", [batch.uid]),
        ("report", [batch.uid, "csv"]),
    ):
        assert Client().get(reverse(f"catalogue:{name}", args=args)).status_code == 302


def test_totals_page(procedure):
    text = page(Client(), "totals")
    assert "Tổng số thủ tục" in text

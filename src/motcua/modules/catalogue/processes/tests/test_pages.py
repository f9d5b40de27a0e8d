from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.modules.catalogue.models import KeyProject, ProcessVersion, Simplification
from motcua.modules.catalogue.processes.bpmn import parse_bpmn, to_bpmn
from motcua.modules.catalogue.processes.demo import load_demo_processes
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.tests.test_table import STRAIGHT, csv_of, rows
from motcua.modules.catalogue.processes.writing import approve_process, save_process_draft

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OCTOBER = dt.date(2026, 10, 1)
BASE = "/thu-tuc/quy-trinh/"


@pytest.fixture
def browse():
    def make(viewer=None):
        client = Client()
        if viewer is not None:
            client.force_login(viewer.user, backend=BACKEND)
        return client

    return make


@pytest.fixture
def approved(editor, procedure, plan, approval):
    return approve_process(
        editor, save_process_draft(editor, procedure, plan), approval, OCTOBER, looked_at=True
    )


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the editor's form."""
    form = page[page.index('id="process-form"') : page.index("</form>", page.index('id="process-form"'))]
    values = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    values.pop("csrfmiddlewaretoken", None)
    for name in re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]+)"(?![^>]*checked)[^>]*>', form):
        values.pop(name, None)
    for name, body in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)" selected', body)
        values[name] = chosen[1] if chosen else ""
    values |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S))
    return values


def test_overview_says_how_many_are_configured(browse, province, procedure):
    page = browse().get(BASE).content.decode()
    assert "0/1" in page
    assert "Cấp giấy phép thử" in page
    assert "Sở Nội vụ (1)" in page
    none = browse().get(BASE, {"co-quan": "Sở Khác"}).content.decode()
    assert "Cấp giấy phép thử" not in none
    csv = browse().get(f"{BASE}xuat/csv/").content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("1.001001,Cấp giấy phép thử,Lĩnh vực thử")


def test_approved_process_is_public_with_picture_and_table(browse, approved):
    page = browse().get(f"{BASE}1.001001/").content.decode()
    assert "<svg" in page
    assert 'aria-labelledby="quy-trinh-title quy-trinh-desc"' in page
    assert "200/QĐ-UBND" in page
    assert page.count('<th scope="row">') == 5
    assert "Soạn bản mới" not in page
    assert browse().get(f"{BASE}1.001001/", {"phien-ban": "7"}).status_code == 404
    assert browse().get(f"{BASE}1.001001/", {"luong": "<x>"}).status_code == 404


def test_draft_is_not_public(browse, procedure, plan, editor):
    save_process_draft(editor, procedure, plan)
    page = browse().get(f"{BASE}1.001001/").content.decode()
    assert "chưa có quy trình nội bộ được phê duyệt" in page
    assert "<svg xmlns" not in page
    assert browse().get(f"{BASE}1.001001/bpmn/").status_code == 404


def test_export_is_the_process_in_force(browse, approved):
    answer = browse().get(f"{BASE}1.001001/bpmn/")
    assert "quy-trinh-1.001001.bpmn" in answer["Content-Disposition"]
    assert parse_bpmn(answer.content) == plan_of(approved)


def test_editor_works_without_script(browse, drafter, procedure):
    client = browse(drafter)
    address = f"{BASE}1.001001/soan/"
    first = client.get(address).content.decode()
    values = form_of(first)
    assert (values["s-0-kind"], values["s-2-days"], values["l-0-source"]) == ("reception", "4", "1")
    values |= {"act": "add-step"}
    page = client.post(address, values).content.decode()
    values = form_of(page)
    assert values["s-5-key"] == "6"
    values |= {"act": "remove-step:5"}
    values = form_of(client.post(address, values).content.decode())
    assert "s-5-key" not in values
    values |= {"act": "save", "s-2-days": "4,1"}
    refused = client.post(address, values).content.decode()
    assert "bội số của 0,25" in refused
    assert not ProcessVersion.objects.exists()
    values |= {"s-2-days": "3,75", "s-2-minutes": "30", "name": "Quy trình của tôi"}
    assert client.post(address, values).status_code == 302
    version = ProcessVersion.objects.get()
    step = plan_of(version).step("3")
    assert (version.name, step.quarters, step.minutes) == ("Quy trình của tôi", 15, 30)
    assert client.post(address, values).status_code == 422  # another has saved since


def test_buttons_move_and_chain(browse, drafter, procedure):
    client = browse(drafter)
    address = f"{BASE}1.001001/soan/"
    values = form_of(client.get(address).content.decode()) | {"act": "up-step:2"}
    values = form_of(client.post(address, values).content.decode())
    assert [values[f"s-{n}-key"] for n in range(5)] == ["1", "3", "2", "4", "5"]
    values = form_of(client.post(address, values | {"act": "chain"}).content.decode())
    ways = [(values[f"l-{n}-source"], values[f"l-{n}-target"]) for n in range(5)]
    assert ways == [("1", "3"), ("3", "2"), ("2", "4"), ("4", "5"), ("4", "3")]
    values = form_of(client.post(address, values | {"act": "remove-link:4"}).content.decode())
    assert "l-4-source" not in values


def test_check_tells_what_is_wrong_while_typing(browse, drafter, procedure):
    client = browse(drafter)
    values = form_of(client.get(f"{BASE}1.001001/soan/").content.decode()) | {"s-2-days": "20"}
    page = client.post(f"{BASE}1.001001/soan/kiem-tra/", values).content.decode()
    assert "vượt thời hạn 05 ngày làm việc" in page
    assert "<html" not in page
    assert not ProcessVersion.objects.exists()


def test_approval_page(browse, editor, procedure, plan):
    save_process_draft(editor, procedure, plan)
    client = browse(editor)
    address = f"{BASE}1.001001/phe-duyet/"
    assert "Đã xem các điểm cần lưu ý" in client.get(address).content.decode()
    said = {
        "number": "9/QĐ-UBND",
        "date": "2026-09-30",
        "signer_title": "Chủ tịch",
        "valid_from": "2026-10-01",
    }
    assert client.post(address, said).status_code == 422
    assert client.post(address, said | {"looked_at": "1"}).status_code == 302
    assert ProcessVersion.objects.get().decision_number == "9/QĐ-UBND"
    assert client.get(address).status_code == 302
    closed = client.post(f"{BASE}1.001001/thoi-ap-dung/", {"day": "2026-12-01"})
    assert closed.status_code == 302
    assert ProcessVersion.objects.get().valid_to == dt.date(2026, 12, 1)


def test_table_page_reports_rows(browse, editor, procedure):
    client = browse(editor)
    content = csv_of(rows(*STRAIGHT, ("1.001001", "", 5, "Việc", "Chuyên viên", "=sớm", "", "9/QĐ")))

    def send(**more):
        return client.post(f"{BASE}nhap/", {"file": SimpleUploadedFile("q.csv", content), **more})

    page = send().content.decode()
    assert "Không đọc được thời gian." in page
    assert ProcessVersion.objects.get().origin == "real"
    report = send(report="csv").content.decode("utf-8-sig").splitlines()
    assert report[1] == "6,1.001001,time.unread,Không đọc được thời gian.,'=sớm"
    assert client.post(f"{BASE}nhap/", {}).status_code == 422


def test_bpmn_page(browse, drafter, procedure, plan):
    client = browse(drafter)
    address = f"{BASE}1.001001/nhap-bpmn/"
    broken = client.post(address, {"file": SimpleUploadedFile("a.bpmn", b"<a")})
    assert broken.status_code == 422
    good = client.post(address, {"file": io.BytesIO(to_bpmn(plan))})
    assert good.status_code == 302
    assert plan_of(ProcessVersion.objects.get()).steps == plan.steps


def test_lanes_and_projects(browse, editor, approved, province):
    client = browse(editor)
    answer = client.post(f"{BASE}1.001001/luong/", {"lane": "green-60"})
    assert answer["Location"] == f"{BASE}1.001001/soan/?luong=green-60"
    assert client.get(answer["Location"]).status_code == 200
    said = {"code": "D1", "name": "Dự án", "lane": "green-60", "basis": "1/QĐ", "valid_from": "2026-10-01"}
    assert client.post(f"{BASE}du-an/", said).status_code == 302
    assert client.post(f"{BASE}du-an/", said).status_code == 422
    project = KeyProject.objects.get()
    assert client.post(f"{BASE}du-an/{project.uid}/ket-thuc/", {"day": "2026-11-01"}).status_code == 302
    project.refresh_from_db()
    assert project.valid_to == dt.date(2026, 11, 1)


def test_simplification_form_reads_vietnamese_numbers(browse, drafter, procedure):
    client = browse(drafter)
    said = {
        "what": "Bỏ giấy tờ",
        "before-days": "45",
        "after-days": "22,5",
        "before-subjects": "3.228",
        "after-subjects": "3.228",
        "before-times": "1",
        "after-times": "1",
        "before-gdp": "105.600.000",
        "after-gdp": "105600000",
        "before-prepare-hours": "1,5",
        "before-prepare-direct": "20.000",
    }
    address = f"{BASE}1.001001/don-gian-hoa/"
    assert client.post(address, said | {"before-days": "1.5"}).status_code == 422
    assert client.post(address, said | {"before-papers": "1,5"}).status_code == 422
    assert client.post(address, said).status_code == 302
    plan = Simplification.objects.get()
    page = browse().get(f"{BASE}don-gian-hoa/{plan.uid}/").content.decode()
    assert "306.660.000" in page  # (1.5 x 50,000 + 20,000) x 3,228
    assert "chưa kiểm chứng" in page
    assert "1/1" in browse().get(f"{BASE}don-gian-hoa/").content.decode()
    assert "50,00" in browse().get(f"{BASE}don-gian-hoa/xuat/csv/").content.decode()
    assert client.get(f"{BASE}don-gian-hoa/{plan.uid}/sua/").status_code == 200
    done = client.post(f"{BASE}don-gian-hoa/{plan.uid}/hoan-thanh/", {"day": "2026-10-01"})
    assert done.status_code == 302
    plan.refresh_from_db()
    assert plan.done_at == OCTOBER


@pytest.mark.parametrize(
    "address",
    [
        "nhap/",
        "du-an/",
        "1.001001/soan/",
        "1.001001/phe-duyet/",
        "1.001001/nhap-bpmn/",
        "1.001001/don-gian-hoa/",
    ],
)
def test_strangers_find_nothing(browse, person, province, procedure, address):
    assert browse(person("la", province, [])).get(BASE + address).status_code == 404
    assert browse().get(BASE + address).status_code == 302


def test_department_drafts_its_own_only(browse, province, procedure, person):
    """The procedure names another department: who may draft in one unit only finds no editor there."""
    from motcua.modules.catalogue.permissions import PROCESS_EDIT

    viewer = person("so", province, [PROCESS_EDIT], path="/T01/T01.99/")
    client = browse(viewer)
    assert client.get(f"{BASE}1.001001/soan/").status_code == 404
    assert client.post(f"{BASE}1.001001/bo-ban-soan/").status_code == 404
    assert "quyền soạn quy trình trên toàn tỉnh" in client.get(f"{BASE}nhap/").content.decode()


def test_demonstration_is_added_once(province, procedure):
    assert load_demo_processes(province, "Sở Nội vụ") == 2
    assert load_demo_processes(province, "Sở Nội vụ") == 0
    assert Simplification.objects.get().procedure == procedure

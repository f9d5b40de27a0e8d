"""The auditor kept for people: private, shared, marked, remembered, downloaded, deleted."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event
from motcua.engine.files.api import StoredFile
from motcua.engine.permissions.api import Grant, NotPermitted, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.audit.models import AuditedFile, FindingMark, MarkKind, ReportAudit
from motcua.reports.audit.operations import (
    AuditRefused,
    Submission,
    delete_audit,
    mark_finding,
    marks_of,
    run_stored_audit,
    share_audit,
    unmark_finding,
    unshare_audit,
    visible_audits,
)
from motcua.reports.audit.permissions import USE
from motcua.reports.audit.stored import result_from, result_json
from motcua.reports.audit.subject import guess_subject

TEXT = """BÁO CÁO

Thực hiện kế hoạch, UBND tỉnh Hoà Lâm báo cáo kết quả cải cách hành chính năm 2025.

Đã hoàn thành 90/120 nhiệm vụ (đạt 85%) &lt;script&gt;alert(1)&lt;/script&gt;.

Tổng số 100 hồ sơ, gồm 60 hồ sơ trực tuyến và 40 hồ sơ trực tiếp.
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(db) -> Province:
    return Province.objects.create(key="thu", agency_code="T01", place_code="01")


@pytest.fixture
def officer(province):
    role = Role.objects.create(code="officer", label="Cán bộ")
    RolePermission.objects.create(role=role, permission=USE)

    def make(username: str) -> Viewer:
        user = User.objects.create_user(username, "một mật khẩu dài", display_name=f"Người {username}")
        Grant.objects.create(user=user, role=role, province=province, valid_from=today())
        return Viewer(user)

    return make


@pytest.fixture
def audit(province, officer) -> ReportAudit:
    return run_stored_audit(officer("chu"), province, submission())


def submission(text: str = TEXT, subject: str = "") -> Submission:
    return Submission([("bao-cao.md", text.encode())], subject=subject)


def signed_in(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(viewer.user)
    return client


def wrong_share(audit: ReportAudit) -> str:
    """The id of the finding that 90/120 is not 85%."""
    found = [item["id"] for item in audit.result["findings"] if "85" in item["printed"] + item["message"]]
    assert found, audit.result["findings"]
    return found[0]


def refused(code: str):
    return pytest.raises(AuditRefused, check=lambda error: error.code == f"audit.{code}")


def test_a_stored_result_reads_back_equal():
    result = audit_report(read_report([("bao-cao.md", TEXT.encode())]))
    assert result.findings and result.checks
    assert result_from(json.loads(json.dumps(result_json(result)))) == result


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (TEXT, "Tỉnh Hoà Lâm"),
        ("ỦY BAN NHÂN DÂN\nTỈNH SƠN HẢI\n\nBÁO CÁO\n", ""),
        ("ỦY BAN NHÂN DÂN TỈNH SƠN HẢI\n\nBÁO CÁO\n", "Tỉnh Sơn Hải"),
        ("SỞ TÀI CHÍNH\n\nBÁO CÁO\n\nTheo UBND tỉnh Hoà Lâm giao.\n", "Sở Tài Chính"),
        ("BÁO CÁO\n\nTheo UBND phường Đa Mai và UBND phường Đa Mai.\n", "Phường Đa Mai"),
        ("Không nói của ai.\n", ""),
    ],
)
def test_whose_report_it_is_is_read_from_it(text, subject):
    assert guess_subject(read_report([("bao-cao.md", text.encode())])) == subject


def test_an_audit_is_private_until_shown_and_again_after(audit, officer):
    owner, friend, stranger = Viewer(audit.owner), officer("ban"), officer("la")
    address = reverse("audit:result", kwargs={"uid": audit.uid})
    assert signed_in(owner).get(address).status_code == 200
    assert signed_in(friend).get(address).status_code == 404
    share_audit(owner, audit, "BAN")
    assert signed_in(friend).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404
    for operation in (
        lambda: share_audit(friend, audit, "la"),
        lambda: delete_audit(friend, audit),
        lambda: unshare_audit(friend, audit, friend.user_id),
        lambda: mark_finding(stranger, audit, wrong_share(audit), MarkKind.MISTAKEN, "lý do"),
    ):
        count = Event.objects.count()
        with pytest.raises(NotPermitted):
            operation()
        assert Event.objects.count() == count
    unshare_audit(owner, audit, friend.user_id)
    assert signed_in(friend).get(address).status_code == 404
    assert not visible_audits(friend)


def test_it_is_shown_only_to_who_may_audit(audit):
    User.objects.create_user("congdan", "một mật khẩu dài", display_name="Công dân")
    with refused("unknown-person"):
        share_audit(Viewer(audit.owner), audit, "congdan")
    with refused("unknown-person"):
        share_audit(Viewer(audit.owner), audit, "khong-co")
    with refused("oneself"):
        share_audit(Viewer(audit.owner), audit, "chu")


def test_deleting_takes_the_files_too(audit):
    assert AuditedFile.objects.count() == StoredFile.objects.count() == 1
    signed_in(Viewer(audit.owner)).post(reverse("audit:delete", kwargs={"uid": audit.uid}))
    assert not ReportAudit.objects.exists() and not AuditedFile.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_mark_is_remembered_by_the_next_audit_of_the_same_unit_only(province, audit, officer):
    owner, finding = Viewer(audit.owner), wrong_share(audit)
    with refused("no-reason"):
        mark_finding(owner, audit, finding, MarkKind.EXPLAINED, "  ")
    with refused("no-finding"):
        mark_finding(owner, audit, "khac", MarkKind.EXPLAINED, "có lý do")
    mark_finding(owner, audit, finding, MarkKind.EXPLAINED, "Mẫu số đã trừ 14 nhiệm vụ hoãn")
    again = run_stored_audit(owner, province, submission(TEXT + "\nThêm một câu.\n"))
    assert [mark.finding for mark in marks_of(again)] == [finding]
    assert wrong_share(again) == finding
    elsewhere = run_stored_audit(owner, province, submission(subject="Tỉnh Khác"))
    assert not marks_of(elsewhere)
    colleague = officer("dong.nghiep")
    assert not marks_of(run_stored_audit(colleague, province, submission()))
    unmark_finding(owner, again, finding)
    assert not FindingMark.objects.exists()


def test_events_say_what_happened_and_not_what_the_report_says(audit):
    owner = Viewer(audit.owner)
    mark_finding(owner, audit, wrong_share(audit), MarkKind.MISTAKEN, "Lý do riêng tư")
    written = str(list(Event.objects.values_list("type", "payload")))
    assert "audit:report:audited" in written and "audit:finding:marked" in written
    for private in ("Hoà Lâm", "bao-cao.md", "riêng tư", "chu"):
        assert private not in written


def test_the_page_shows_the_report_marked_its_findings_and_coverage(audit):
    page = signed_in(Viewer(audit.owner)).get(reverse("audit:result", kwargs={"uid": audit.uid}))
    text = page.content.decode()
    anchor = wrong_share(audit)
    assert f'id="finding-{anchor}"' in text and f'href="#place-{anchor}-0"' in text
    assert f'id="place-{anchor}-0"' in text, "the figure itself is marked in the report"
    assert "Chắc chắn sai" in text and "Phạm vi đã kiểm" in text
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text
    assert "Báo cáo ghi" in text and "Tính lại" in text
    legend = {css: count for css, _words, count in page.context["outcomes"]}
    assert legend["inconsistent"] == 2 and legend["holds"] >= 1, "90/120 and 85%, as marked"


def test_filters_show_fewer_and_say_so(audit):
    client, address = signed_in(Viewer(audit.owner)), reverse("audit:result", kwargs={"uid": audit.uid})
    everything = client.get(address).context["cards"]
    some = client.get(address, {"muc": "definite"}).context
    assert len(some["cards"]) + some["hidden"] == len(everything) and some["hidden"] < len(everything)
    assert not client.get(address, {"dau": "mistaken"}).context["cards"]
    body = {"kind": "mistaken", "reason": "Đọc nhầm câu"}
    answer = client.post(
        reverse("audit:mark", kwargs={"uid": audit.uid, "finding": wrong_share(audit)}), body
    )
    assert answer.url.endswith(f"#finding-{wrong_share(audit)}")
    assert len(client.get(address, {"dau": "mistaken"}).context["cards"]) == 1


def test_it_is_downloaded_as_json_csv_and_html(audit):
    client = signed_in(Viewer(audit.owner))
    answers = {
        form: client.get(reverse("audit:download", kwargs={"uid": audit.uid, "form": form}))
        for form in ("json", "csv", "html")
    }
    assert all(answer["Content-Disposition"].startswith("attachment") for answer in answers.values())
    data = json.loads(answers["json"].content)
    assert data["coverage"]["figures_seen"] and data["findings"]
    assert wrong_share(audit) in answers["csv"].content.decode()
    assert "<script>alert" not in answers["html"].content.decode()
    assert client.get(reverse("audit:download", kwargs={"uid": audit.uid, "form": "exe"})).status_code == 404


def test_upload_by_the_form_with_the_period_before(province, officer):
    client = signed_in(officer("chu"))
    files = [SimpleUploadedFile("loi-van.md", TEXT.encode()), SimpleUploadedFile("them.txt", b"x 1")]
    body = {"files": files, "previous": [SimpleUploadedFile("truoc.md", TEXT.encode())]}
    answer = client.post(reverse("audit:upload"), body)
    audit = ReportAudit.objects.get()
    assert answer.url == reverse("audit:result", kwargs={"uid": audit.uid})
    kept = sorted(audit.files.values_list("name", "previous"))
    assert kept == [("loi-van.md", False), ("them.txt", False), ("truoc.md", True)]
    assert audit.title == "loi-van.md, them.txt" and audit.subject == "Tỉnh Hoà Lâm"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("trong.md", b"", "trống"),
        ("anh.md", b"\x89PNG\r\n\x1a\n" + bytes(50), "hình ảnh PNG"),
        ("../../etc/passwd.docx", b"PK\x03\x04" + bytes(30), "passwd.docx"),
    ],
)
def test_a_bad_file_gets_a_clear_refusal_and_leaves_nothing(province, officer, name, content, words):
    viewer = officer("chu")
    client = signed_in(viewer)
    before = Event.objects.count()
    answer = client.post(reverse("audit:upload"), {"files": [SimpleUploadedFile(name, content)]})
    assert answer.status_code in (400, 302) and words in answer.content.decode()
    assert not ReportAudit.objects.exists() and Event.objects.count() == before


def test_nothing_handed_in_and_too_much_handed_in_are_refused(province, officer, monkeypatch):
    client = signed_in(officer("chu"))
    assert "Chưa có tệp nào" in client.post(reverse("audit:upload")).content.decode()
    monkeypatch.setattr("motcua.reports.audit.pages.uploads.MAX_UPLOAD_BYTES", 100)
    answer = client.post(reverse("audit:upload"), {"files": [SimpleUploadedFile("a.md", b"a" * 101)]})
    assert answer.status_code == 413 and "MB" in answer.content.decode()
    many = [SimpleUploadedFile(f"{n}.md", b"mot") for n in range(13)]
    assert "tối đa 12 tệp" in client.post(reverse("audit:upload"), {"files": many}).content.decode()
    assert not ReportAudit.objects.exists()

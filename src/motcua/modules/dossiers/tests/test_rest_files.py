"""Files and slips over the API: in with the house's checks, out for whoever may see the dossier, each reading noted."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from dossier_programs import program, said, send, send_form

from motcua.engine.clients import calling
from motcua.engine.clients.models import IdempotentAnswer
from motcua.engine.events.api import Event
from motcua.engine.files.api import StoredFile, store
from motcua.engine.privacy.models import Reading
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api, rest
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.models import Component, Dossier, Slip

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\xff" * 40
PDF = b"%PDF-1.4\n\x00\xfe" + b"x" * 60


@pytest.fixture(autouse=True)
def _clock():
    calling._permits.clear()
    with frozen("2026-03-02T08:15"):
        yield


@pytest.fixture
def uid(world) -> Any:
    return api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid


@pytest.fixture
def token(world) -> str:
    return program(world.province, world.ward)


@pytest.fixture
def stranger(world) -> str:
    return program(world.province, world.other_ward)


def kept(uid: Any) -> tuple[Any, ...]:
    """All that a refused call must leave as it was."""
    rows = Component.objects.filter(dossier__uid=uid).order_by("number").values_list("number", "file_id")
    row = Dossier.objects.filter(uid=uid).values_list()[0]
    events = Event.objects.filter(subject=f"dossier:{uid}").count()
    return row, list(rows), events, StoredFile.objects.count(), IdempotentAnswer.objects.count()


# -- a component's file -----------------------------------------------------------------------------


def test_a_scan_goes_in_once_and_comes_out_as_it_was(world, uid, token):
    form = {"file": ("to-khai.png", PNG)}
    answer = send_form(token, f"/{uid}/papers/1/file", form)
    assert answer.status_code == 200, answer.content.decode()
    after = kept(uid)
    again = send_form(token, f"/{uid}/papers/1/file", form)
    assert again.json() == answer.json() and again["Idempotent-Replayed"] == "true"
    assert kept(uid) == after and StoredFile.objects.count() == 1
    first, second = send(token, "GET", f"/{uid}/papers").json()
    assert (first["number"], first["name"], second["file"]) == (1, "Tờ khai", None)
    digest = hashlib.sha256(PNG).hexdigest()
    assert first["file"] == {"media_type": "image/png", "size": len(PNG), "sha256": digest}
    out = send(token, "GET", f"/{uid}/papers/1/file")
    assert (out.status_code, out["Content-Type"], b"".join(out.streaming_content)) == (200, "image/png", PNG)
    assert out["Content-Disposition"].startswith("attachment") and out["Cache-Control"] == "no-store"
    reading = Reading.objects.get()
    assert (reading.fields, reading.purpose) == (["dossiers.file"], "dossiers.open-file")
    assert reading.viewer == StoredFile.objects.get().owner


def test_a_new_scan_takes_the_place_of_the_former_which_stays(uid, token):
    for number, content in enumerate((PNG, PDF), start=1):
        name = "a.png" if content is PNG else "a.pdf"
        sent = send_form(token, f"/{uid}/papers/1/file", {"file": (name, content)}, f"khoa-thu-{number:04}")
        assert sent.status_code == 200
    out = send(token, "GET", f"/{uid}/papers/1/file")
    assert b"".join(out.streaming_content) == PDF and StoredFile.objects.count() == 2


def test_a_scan_of_some_megabytes_goes_in(uid, token, settings):
    """More than a stranger may send, and more than Django keeps in memory."""
    content = PNG + b"\x00\xff" * 1_500_000
    assert len(content) > max(settings.REQUEST_LIMIT_OF_STRANGERS, settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
    assert send_form(token, f"/{uid}/papers/1/file", {"file": ("a.png", content)}).status_code == 200
    assert b"".join(send(token, "GET", f"/{uid}/papers/1/file").streaming_content) == content


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", "<w/>")
    return out.getvalue()


WRONG = {
    "another type": ("giay.docx", docx(), "files.type.not-accepted"),
    "plain text": ("giay.txt", "Tờ khai".encode(), "files.type.not-accepted"),
    "a name that says otherwise": ("giay.pdf", PNG, "files.type.mismatch"),
    "nothing known": ("giay.pdf", b"\x00\x01\x02" * 9, "files.type.unknown"),
    "nothing": ("giay.pdf", b"", "files.size.empty"),
    "too much": ("giay.png", PNG + b"\x00" * 500, "files.size.limit"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_is_none_for_us_is_refused_with_its_reason(uid, token, settings, case):
    settings.FILES_LIMIT = 500
    name, content, code = WRONG[case]
    before = kept(uid)
    answer = send_form(token, f"/{uid}/papers/1/file", {"file": (name, content)})
    assert said(answer) == (413 if code == "files.size.limit" else 422, code)
    assert answer.json()["where"] == "file.file" and "ệp" in answer.json()["message"]
    assert kept(uid) == before


def test_a_form_without_the_file_says_what_is_missing(uid, token):
    answer = send_form(token, f"/{uid}/papers/1/file", {"tep": ("a.png", PNG)})
    assert said(answer) == (422, "api.request.invalid") and answer.json()["where"].endswith("file")


def test_papers_there_are_none_of(uid, token):
    before = kept(uid)
    for number in (3, 99_999, 10**30):
        answer = send_form(token, f"/{uid}/papers/{number}/file", {"file": ("a.png", PNG)})
        assert said(answer) == (404, "dossiers.paper.unknown")
        assert send(token, "GET", f"/{uid}/papers/{number}/file").status_code == 404
    assert send(token, "GET", f"/{uid}/papers/1/file").status_code == 404, "no file yet"
    assert kept(uid) == before and not Reading.objects.exists()


def test_files_are_for_those_who_may_see_the_dossier(world, uid, token, stranger):
    send_form(token, f"/{uid}/papers/1/file", {"file": ("a.png", PNG)})
    before = kept(uid)
    for path in ("papers", "papers/1/file", "result/file", "slips"):
        assert said(send(stranger, "GET", f"/{uid}/{path}")) == (404, "api.not-found")
    sent = send_form(stranger, f"/{uid}/papers/1/file", {"file": ("a.png", PNG)})
    assert said(sent) == (404, "api.not-found")
    clerk = program(world.province, world.ward, role="clerk")
    assert said(send_form(clerk, f"/{uid}/papers/1/file", {"file": ("b.png", PNG)})) == (
        403,
        "permissions.refused",
    )
    reader = program(world.province, world.ward, rest.READ)
    assert said(send_form(reader, f"/{uid}/papers/1/file", {"file": ("b.png", PNG)})) == (
        403,
        "api.scope.missing",
    )
    writer = program(world.province, world.ward, rest.WRITE)
    for path in ("papers", "papers/1/file", "result/file", "slips"):
        assert said(send(writer, "GET", f"/{uid}/{path}")) == (403, "api.scope.missing")
    assert kept(uid) == before and not Reading.objects.exists()


def test_a_file_of_another_province_is_not_there_whatever_a_row_says(world, uid, token):
    other = Province.objects.exclude(pk=world.province.pk).first() or Province.objects.create(
        key="khac", agency_code="H99", place_code="99"
    )
    foreign = store(PNG, name="a.png", province=other, viewer=None)
    Component.objects.filter(dossier__uid=uid, number=1).update(file_id=foreign.pk)
    assert send(token, "GET", f"/{uid}/papers/1/file").status_code == 404
    assert send(token, "GET", f"/{uid}/papers").json()[0]["file"] is None
    elsewhere = program(other, None)
    assert send(elsewhere, "GET", f"/{uid}/papers/1/file").status_code == 404
    assert send_form(elsewhere, f"/{uid}/papers/1/file", {"file": ("a.png", PNG)}).status_code == 404


def test_an_ended_dossier_takes_no_more_files(world, uid, token):
    api.withdraw_dossier(world.viewers["desk"], uid, "Lý do")
    before = kept(uid)
    answer = send_form(token, f"/{uid}/papers/1/file", {"file": ("a.png", PNG)})
    assert said(answer) == (409, "dossiers.state") and kept(uid) == before


# -- a supplement with files ------------------------------------------------------------------------


@pytest.fixture
def asked(world, uid) -> Any:
    api.request_supplement(world.viewers["desk"], uid, ["Bản sao", "Bản chính"], "Thiếu giấy tờ")
    return uid


def supplement(papers: Any, *files: tuple[str, bytes]) -> dict[str, Any]:
    text = papers if isinstance(papers, str) else json.dumps(papers)
    return {"papers": text, "files": list(files)}


BOTH = [
    {"name": "Bản sao", "originals": 0, "copies": 1, "file": 2},
    {"name": "Bản chính", "file": 1},
    {"name": "Khác"},
]


def test_a_supplement_comes_with_its_files_at_once(asked, token):
    form = supplement(BOTH, ("mot.png", PNG), ("hai.pdf", PDF))
    answer = send_form(token, f"/{asked}/supplement/answer/files", form)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["status"] == 2 and list(answer.json()["slips"]) == ["01"]
    papers = send(token, "GET", f"/{asked}/papers").json()[2:]
    kinds = [(one["number"], one["name"], one["file"] and one["file"]["media_type"]) for one in papers]
    assert kinds == [(3, "Bản sao", "application/pdf"), (4, "Bản chính", "image/png"), (5, "Khác", None)]
    after = kept(asked)
    again = send_form(token, f"/{asked}/supplement/answer/files", form)
    assert again["Idempotent-Replayed"] == "true" and kept(asked) == after


FAULTS = {
    "no JSON": (supplement("{nửa", ("a.png", PNG)), 422, "api.request.invalid", "form.papers"),
    "no name": (supplement([{"file": 1}], ("a.png", PNG)), 422, "api.request.invalid", "form.papers.0.name"),
    "too many papers": (supplement([{"name": "x"}] * 201, ("a.png", PNG)), 422, "api.request.invalid", "form.papers"),
    "a file without paper": (supplement([{"name": "x"}], ("a.png", PNG)), 422, "dossiers.supplement.files", "form.papers"),
    "one file twice": (supplement([{"name": "x", "file": 1}] * 2, ("a.png", PNG)), 422, "dossiers.supplement.files", "form.papers"),
    "a file not sent": (supplement([{"name": "x", "file": 2}], ("a.png", PNG)), 422, "dossiers.supplement.files", "form.papers"),
    "no files": ({"papers": "[]"}, 422, "api.request.invalid", "file.files"),
    "a wrong second": (supplement(BOTH, ("a.png", PNG), ("b.pdf", PNG)), 422, "files.type.mismatch", "file.files.1"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_supplement_with_a_fault_leaves_nothing(asked, token, case):
    form, status, code, where = FAULTS[case]
    before = kept(asked)
    answer = send_form(token, f"/{asked}/supplement/answer/files", form)
    assert said(answer) == (status, code)
    assert answer.json()["where"] == where
    assert kept(asked) == before
    good = supplement(BOTH, ("a.png", PNG), ("b.pdf", PDF))
    assert send_form(token, f"/{asked}/supplement/answer/files", good).status_code == 200, "the key is free"


def test_a_supplement_is_not_taken_for_others(world, asked, stranger):
    form = supplement(BOTH, ("a.png", PNG), ("b.pdf", PDF))
    before = kept(asked)
    assert said(send_form(stranger, f"/{asked}/supplement/answer/files", form)) == (404, "api.not-found")
    clerk = program(world.province, world.ward, role="clerk")
    assert said(send_form(clerk, f"/{asked}/supplement/answer/files", form)) == (403, "permissions.refused")
    reader = program(world.province, world.ward, rest.READ)
    assert said(send_form(reader, f"/{asked}/supplement/answer/files", form)) == (403, "api.scope.missing")
    assert kept(asked) == before


def test_a_supplement_nobody_asked_for_keeps_no_file(uid, token):
    before = kept(uid)
    form = supplement(BOTH, ("a.png", PNG), ("b.pdf", PDF))
    assert said(send_form(token, f"/{uid}/supplement/answer/files", form)) == (409, "dossiers.state")
    assert kept(uid) == before


# -- the result, and slips --------------------------------------------------------------------------


def test_the_file_of_the_result(world, token):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
    api.forward_dossier(v["leader"], uid)
    assert send(token, "GET", f"/{uid}/result/file").status_code == 404
    file = store(PDF, name="ket-qua.pdf", province=world.province, viewer=v["officer"])
    api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận", file_id=file.pk))
    out = send(token, "GET", f"/{uid}/result/file")
    assert b"".join(out.streaming_content) == PDF
    assert Reading.objects.get().through == f"dossier:{uid}"


def test_slips_are_listed_without_what_they_say_of_people(world, uid, token):
    api.request_supplement(world.viewers["desk"], uid, ["Bản sao"], "Thiếu bản sao")
    answer = send(token, "GET", f"/{uid}/slips")
    kinds = [(one["kind"], one["number"], one["unit"]) for one in answer.json()]
    assert kinds == [("01", "", world.ward.code), ("02", "01/2026", world.ward.code)]
    assert all(one["name"] for one in answer.json())
    for secret in ("Mẫu Đào", "027000000017", "0900000017"):
        assert secret not in answer.content.decode()


def test_a_slip_is_a_pdf_and_its_printing_is_noted(world, uid, token):
    [one] = send(token, "GET", f"/{uid}/slips").json()
    out = send(token, "GET", f"/{uid}/slips/{one['id']}?paper=a5")
    assert (out.status_code, out["Content-Type"], out.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert Reading.objects.get().purpose == "dossiers.print"
    printed = Event.objects.get(subject=f"dossier:{uid}", type="dossiers:dossier:slip-printed")
    assert printed.payload["slip"] == one["id"]
    assert said(send(token, "GET", f"/{uid}/slips/{one['id']}?paper=a3"))[0] == 422


def test_slips_of_others_are_not_there(world, uid, token, stranger):
    other = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
    foreign, own = (Slip.objects.get(dossier__uid=one).uid for one in (other, uid))
    assert said(send(token, "GET", f"/{uid}/slips/{foreign}")) == (404, "api.not-found")
    assert said(send(stranger, "GET", f"/{uid}/slips/{own}")) == (404, "api.not-found")
    writer = program(world.province, world.ward, rest.WRITE)
    assert said(send(writer, "GET", f"/{uid}/slips/{own}")) == (403, "api.scope.missing")
    clerk = program(world.province, world.ward, role="clerk")
    assert send(clerk, "GET", f"/{uid}/slips").status_code == 200
    assert said(send(clerk, "GET", f"/{uid}/slips/{own}")) == (403, "permissions.refused")
    assert not Reading.objects.exists()
    assert not Event.objects.filter(type__endswith="slip-printed").exists()

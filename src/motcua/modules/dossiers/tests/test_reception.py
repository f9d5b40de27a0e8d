"""Reception in a request: with and without script, once or not at all, and nothing lost."""

from __future__ import annotations

import sys
import uuid
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.files.api import StoredFile
from motcua.engine.permissions.api import Grant
from motcua.kernel.clock import frozen, today
from motcua.modules.catalogue.api import (
    forget_procedures,
    forget_processes,
    procedure_on,
    register_key_project,
)
from motcua.modules.catalogue.data import (
    Channel,
    ChannelLimit,
    Fee,
    Paper,
    PaperCase,
    ProcedureContent,
    to_json,
)
from motcua.modules.catalogue.models import Field, Procedure, ProcessVersion, Version
from motcua.modules.dossiers.models import Component, Dossier, Slip, Supplement, Task
from motcua.modules.dossiers.pages import taking
from motcua.modules.dossiers.states import Status
from motcua.reference.applicants.api import Applicant, ApplicantDraft, register_applicant
from motcua.reference.organisations.api import units_on
from motcua.reference.people.api import Installer, UnitRef

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PATH = "/ho-so/tiep-nhan/"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
CARD = "027090000123||Trần Mẫu Thẻ|17051990|Nữ|Số 9, phố Mẫu|01072021"
TABLES = (Applicant, Dossier, Slip, Component, Supplement, Task, StoredFile, Event)


@pytest.fixture(autouse=True)
def _working_hours(db):
    cache.clear()
    forget_procedures()
    with frozen("2026-06-16T09:30"):
        yield
    forget_procedures()


@pytest.fixture
def desk(world):
    return client_of(world, "desk")


def client_of(world: Any, name: str) -> Client:
    viewer = world.viewers[name]
    User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id), backend=BACKEND)
    return client


def rows() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def version(world: Any, code: str = "1.000001") -> Version:
    return Version.objects.get(province=world.province, procedure__code=code)


def filled(world: Any, code: str = "1.000001", case: str = "", **changes: Any) -> dict[str, Any]:
    """The form as the page sends it when everything is there."""
    info = procedure_on(world.province, code, today())
    asked = next((one for one in info.content.cases if one.name == case), info.content.cases[0])
    data = {
        "key": uuid.uuid4().hex,
        "desk": world.ward.code,
        "applicant": str(world.applicant.uid),
        "procedure": code,
        "procedure_was": code,
        "shown": f"{info.version_id}|{asked.name}",
        "case": asked.name,
        "handling": world.ward.code,
        "channel": "1",
        "return_channel": "1",
        "sets": "1",
        "hand_over": "on",
        "do": "receive",
    }
    for number, paper in enumerate(asked.papers, start=1):
        data |= {
            f"present_{number}": "on",
            f"originals_{number}": str(paper.originals),
            f"copies_{number}": str(paper.copies),
        }
    return {name: value for name, value in (data | changes).items() if value is not None}


NEW = {
    "applicant": "new",
    "new_kind": "citizen",
    "new_display_name": "Lê Mẫu Mới",
    "new_identity_kind": "citizen_id",
    "new_identity_number": "027090000345",
    "new_phone": "0900000345",
    "new_birth_date": "17/05/1990",
}


def taken(answer: Any) -> Dossier:
    assert answer.status_code == 302, getattr(answer, "context", {}) and answer.context["errors"]
    uid = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    return Dossier.objects.get(uid=uid)


# -- receiving ----------------------------------------------------------------------------------------


def test_what_was_handed_in_is_received_with_code_receipt_and_the_next_step(world, desk):
    dossier = taken(desk.post(PATH, filled(world, copies_2="3", extra_paper="Giấy uỷ quyền\n Ảnh  4x6 ")))
    assert dossier.code == f"{world.ward.code}-260616-0001"
    assert dossier.origin == "counter" and dossier.applicant == world.applicant
    papers = Component.objects.filter(dossier=dossier).order_by("number")
    assert [(one.name, one.originals, one.copies) for one in papers] == [
        ("Tờ khai", 1, 0),
        ("Giấy chứng sinh", 1, 3),
        ("Giấy uỷ quyền", 1, 0),
        ("Ảnh 4x6", 1, 0),
    ]
    assert list(Slip.objects.filter(dossier=dossier).values_list("kind", flat=True)) == ["01"]
    assert Task.objects.get(dossier=dossier, closed_at=None).kind == "assign"
    assert Procedure.objects.get(province=world.province, code="1.000001").popularity == 1
    page = desk.get(reverse("dossiers:received", args=[dossier.uid]))
    text = page.content.decode()
    assert dossier.code in text and "?kho=a5" in text and "17:00 19/06/2026" in text
    assert page["Cache-Control"] == "private, no-store"


def test_the_same_form_sent_twice_receives_once(world, desk):
    form = filled(world)
    first, second = taken(desk.post(PATH, form)), taken(desk.post(PATH, form))
    assert first == second and Dossier.objects.count() == 1 and Slip.objects.count() == 1


@pytest.mark.parametrize("number", ["027090000345", ""], ids=["numbered", "unnumbered"])
def test_a_new_person_sent_twice_is_entered_once(world, desk, number):
    form = filled(world, **(NEW | {"new_identity_number": number}))
    first = taken(desk.post(PATH, form))
    people = Applicant.objects.count()
    assert taken(desk.post(PATH, form)) == first
    assert Applicant.objects.count() == people and Dossier.objects.count() == 1


@pytest.mark.parametrize("number", ["027090000345", ""], ids=["numbered", "unnumbered"])
def test_two_requests_at_once_leave_one_person_and_one_dossier(world, desk, number, monkeypatch):
    """The second looks before the first has committed, and finds it only while it files."""
    form = filled(world, **(NEW | {"new_identity_number": number, "confirmed": "1"}))
    first, before = taken(desk.post(PATH, form)), rows()
    looked, real = [], taking._before

    def late(screen):
        looked.append(1)
        return None if len(looked) == 1 else real(screen)

    monkeypatch.setattr(taking, "_before", late)
    assert taken(desk.post(PATH, form)) == first
    assert rows() == before


def test_a_new_organisation_with_its_representative_is_entered(world, desk):
    form = filled(
        world,
        applicant="new",
        new_kind="enterprise",
        new_display_name="Công ty TNHH Mẫu Mới",
        new_identity_kind="enterprise_number",
        new_identity_number="2300000011",
        new_phone="02223000001",
        new_representative="Lê Mẫu Giám",
    )
    person = taken(desk.post(PATH, form)).applicant
    assert (person.kind, person.representative) == ("enterprise", "Lê Mẫu Giám")


def test_a_likely_duplicate_is_shown_and_needs_a_word(world, desk):
    twin = NEW | {
        "new_display_name": "Nguyen Thi Mau Dao",
        "new_phone": "0900000017",
        "new_identity_number": "",
    }
    form, before = filled(world, **twin), rows()
    answer = desk.post(PATH, form)
    assert answer.status_code == 400 and rows() == before
    assert "alike" in answer.context["errors"] and "Nguyễn Thị Mẫu Đào" in answer.content.decode()
    assert taken(desk.post(PATH, form | {"confirmed": "1"})).applicant != world.applicant


def test_a_number_that_is_known_cannot_be_entered_again(world, desk):
    form = filled(world, **(NEW | {"new_identity_number": "027000000017", "confirmed": "1"}))
    before = rows()
    answer = desk.post(PATH, form)
    assert answer.status_code == 400 and rows() == before
    assert 'name="confirmed"' not in answer.content.decode()
    assert taken(desk.post(PATH, form | {"applicant": str(world.applicant.uid)})).applicant == world.applicant


def test_somebody_else_hands_it_in(world, desk):
    more = {"submitter": "new", "sub_display_name": "Vũ Mẫu Thay", "sub_identity_number": "027090000777"}
    dossier = taken(desk.post(PATH, filled(world, **more)))
    assert dossier.submitter.display_name == "Vũ Mẫu Thay"
    again = taken(desk.post(PATH, filled(world, submitter=str(dossier.submitter.uid))))
    assert again.submitter == dossier.submitter
    themselves = taken(desk.post(PATH, filled(world, submitter=str(world.applicant.uid))))
    assert themselves.submitter is None


def test_a_wrong_number_of_who_submits_enters_nobody(world, desk):
    more = NEW | {"submitter": "new", "sub_display_name": "Vũ Mẫu Thay", "sub_identity_number": "12"}
    before = rows()
    answer = desk.post(PATH, filled(world, **more))
    assert answer.status_code == 400 and list(answer.context["errors"]) == ["sub_identity_number"]
    assert rows() == before and 'value="Vũ Mẫu Thay"' in answer.content.decode()


# -- papers -------------------------------------------------------------------------------------------


def test_missing_papers_are_asked_for_with_form_02_in_one_step(world, desk):
    form = filled(world, do="supplement", reason="Thiếu giấy chứng sinh", present_2=None)
    dossier = taken(desk.post(PATH, form))
    assert dossier.status == Status.SUPPLEMENT and dossier.code is None
    assert Supplement.objects.get(dossier=dossier).items == ["Giấy chứng sinh"]
    assert list(Slip.objects.filter(dossier=dossier).values_list("kind", flat=True)) == ["02"]
    assert "In phiếu bổ sung" in desk.get(reverse("dossiers:received", args=[dossier.uid])).content.decode()
    assert taken(desk.post(PATH, form)) == dossier and Slip.objects.count() == 1


def test_a_refusal_is_form_03_in_one_step(world, desk):
    form = filled(world, do="refuse", reason="Không thuộc thẩm quyền")
    dossier = taken(desk.post(PATH, form))
    assert dossier.status == Status.REFUSED
    assert list(Slip.objects.filter(dossier=dossier).values_list("kind", flat=True)) == ["03"]
    assert taken(desk.post(PATH, form)) == dossier and Dossier.objects.count() == 1


@pytest.mark.parametrize("do", ["supplement", "refuse"])
def test_a_slip_that_cannot_be_issued_leaves_no_dossier_and_no_person(world, desk, do, monkeypatch):
    def broken(*_arguments, **_more):
        raise taking.api.DossierRefused("slip.broken", "Không phát hành được phiếu.")

    name = {"supplement": "request_supplement", "refuse": "refuse_dossier"}[do]
    monkeypatch.setattr(taking.api, name, broken)
    before = rows()
    answer = desk.post(PATH, filled(world, **NEW, do=do, reason="Lý do"))
    assert answer.status_code == 400 and answer.context["errors"] == {"form": "Không phát hành được phiếu."}
    assert rows() == before


@pytest.mark.parametrize("do", ["supplement", "refuse"])
def test_a_slip_needs_its_reason(world, desk, do):
    before = rows()
    answer = desk.post(PATH, filled(world, do=do, reason="  "))
    assert list(answer.context["errors"]) == ["reason"] and rows() == before


def test_a_reason_of_two_thousand_signs_is_kept_whole(world, desk):
    reason = "Lý do " + "x" * 1990
    taken(desk.post(PATH, filled(world, do="supplement", reason=reason)))
    assert Supplement.objects.get().reason == reason


def test_what_is_owed_is_received_only_knowingly_and_shown(world, desk):
    form, before = filled(world, present_2=None), rows()
    answer = desk.post(PATH, form)
    assert (
        list(answer.context["errors"]) == ["owing"] and "Giấy chứng sinh" in answer.context["errors"]["owing"]
    )
    assert rows() == before
    dossier = taken(desk.post(PATH, form | {"owing": "1"}))
    page = desk.get(reverse("dossiers:received", args=[dossier.uid]))
    assert page.context["owed"] == ["Giấy chứng sinh"] and "Người nộp còn nợ" in page.content.decode()


def test_papers_not_seen_are_not_received(world, desk):
    """Without script: another procedure is chosen and the button pressed before its papers were shown."""
    form, before = filled(world, procedure="1.000002"), rows()
    answer = desk.post(PATH, form)
    assert list(answer.context["errors"]) == ["details"] and rows() == before
    assert answer.context["info"].code == "1.000002"


def content_of_cases() -> ProcedureContent:
    fee = (Fee("Lệ phí", 50_000),)
    return ProcedureContent(
        channels=(Channel("direct", (ChannelLimit("3 ngày làm việc", "", "", fee),)),),
        cases=(
            PaperCase("Cấp mới", (Paper("Tờ khai"), Paper("Giấy khai sinh", source="Cơ sở dữ liệu hộ tịch"))),
            PaperCase("Cấp lại", (Paper("Đơn"), Paper("Giấy cũ", required=False))),
        ),
    )


def test_papers_follow_the_case_registers_replace_papers_and_fees_are_shown(world, desk):
    one = version(world)
    one.content = to_json(content_of_cases())
    one.save()
    forget_procedures()
    first = desk.post(PATH, {"procedure": "1.000001", "do": "show"})
    lines = first.context["details"]["lines"]
    assert [(one.name, one.present, one.use_source) for one in lines] == [
        ("Tờ khai", True, False),
        ("Giấy khai sinh", False, True),
    ]
    assert "50.000 đ" in first.content.decode()
    again = desk.post(
        PATH, {"procedure": "1.000001", "procedure_was": "1.000001", "case": "Cấp lại", "part": "details"}
    )
    assert [(one.name, one.present) for one in again.context["details"]["lines"]] == [
        ("Đơn", True),
        ("Giấy cũ", False),
    ]
    form = filled(world, case="Cấp mới", present_2=None, source_2="on")
    dossier = taken(desk.post(PATH, form))
    by_register = Component.objects.get(dossier=dossier, name="Giấy khai sinh")
    assert (by_register.source, by_register.originals) == ("Cơ sở dữ liệu hộ tịch", 0)
    assert "50.000 đ" in desk.get(reverse("dossiers:received", args=[dossier.uid])).content.decode()


# -- scans --------------------------------------------------------------------------------------------


def test_scans_go_with_their_papers(world, desk):
    form = filled(world, extra_paper="Ảnh", present_2=None)
    form |= {
        f"file_{n}": SimpleUploadedFile(f"{n}.pdf", PDF + bytes([n]), "application/pdf") for n in (0, 2, 9)
    }
    dossier = taken(desk.post(PATH, form))
    kept = dict(Component.objects.filter(dossier=dossier).values_list("name", "file_id"))
    assert kept["Tờ khai"] is None and kept["Giấy chứng sinh"] and kept["Ảnh"]
    assert StoredFile.objects.count() == 2, "what no paper asks for is not kept"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("to-khai.pdf", b"MZ\x90\x00 no document"),
        ("x.html", b"<html><script>1</script></html>"),
        ("rong.pdf", b""),
    ],
)
def test_a_scan_of_a_wrong_kind_is_refused_and_nothing_half_kept(world, desk, name, content):
    form = filled(world, **NEW, subject="Trích yếu mẫu")
    form |= {"file_1": SimpleUploadedFile("a.pdf", PDF), "file_2": SimpleUploadedFile(name, content)}
    before = rows()
    answer = desk.post(PATH, form)
    assert answer.status_code == 400 and list(answer.context["errors"]) == ["papers"]
    assert rows() == before
    assert 'value="Trích yếu mẫu"' in answer.content.decode()


def test_a_scan_without_a_name_is_asked_for_its_name(world, desk):
    form, before = filled(world) | {"file_0": SimpleUploadedFile("a.pdf", PDF)}, rows()
    assert list(desk.post(PATH, form).context["errors"]) == ["extra_paper"]
    assert rows() == before


# -- how it came, where it goes -------------------------------------------------------------------------


def test_a_key_project_takes_the_green_lane_and_an_unknown_one_is_refused(world, desk):
    register_key_project(Installer(), world.province, "DA-01", "Dự án mẫu", "green-24h", "QĐ mẫu", today())
    before = rows()
    answer = desk.post(PATH, filled(world, project="DA-99"))
    assert list(answer.context["errors"]) == ["project"] and rows() == before
    dossier = taken(desk.post(PATH, filled(world, project="DA-01")))
    assert (dossier.lane, dossier.project_code) == ("green-24h", "DA-01")


def departmental(world: Any) -> str:
    """A procedure that a department alone handles, which a commune may receive."""
    world_module = sys.modules["dossier_world"]
    area = Field.objects.get(province=world.province, code="HT")
    usual, links = world_module.USUAL, world_module.USUAL_LINKS
    world_module.make_procedure(
        world.province, area, "2.000001", "Thủ tục của sở", "5 ngày làm việc", usual, links
    )
    Procedure.objects.filter(province=world.province, code="2.000001").update(
        at_commune=False, at_province=True
    )
    forget_procedures()
    return "2.000001"


def test_a_commune_receives_for_a_department(world, desk):
    code, before = departmental(world), rows()
    shown = desk.post(PATH, {"procedure": code, "do": "show"})
    assert shown.context["details"]["handling"] == "", "which department is competent is the officer's to say"
    unsaid = desk.post(PATH, filled(world, code, handling=""))
    assert list(unsaid.context["errors"]) == ["handling"] and rows() == before
    dossier = taken(desk.post(PATH, filled(world, code, handling=world.department.code)))
    assert (dossier.received_code, dossier.unit_code, dossier.return_code) == (
        world.ward.code,
        world.department.code,
        world.ward.code,
    )
    assert dossier.code.startswith(world.ward.code)
    assert Task.objects.get(dossier=dossier, closed_at=None).unit_code == world.department.code


def test_the_department_a_procedure_names_is_chosen_at_once(world, desk):
    code = departmental(world)
    one = version(world, code)
    one.content = one.content | {"agencies": [{"name": world.other_department.name}]}
    one.save()
    forget_procedures()
    shown = desk.post(PATH, {"procedure": code, "do": "show"})
    assert shown.context["details"]["handling"] == world.other_department.code


def test_a_procedure_bound_to_its_place_is_not_received_elsewhere(world, desk):
    before = rows()
    answer = desk.post(PATH, filled(world, "1.000004", handling=world.other_ward.code))
    assert list(answer.context["errors"]) == ["handling"] and rows() == before
    assert taken(desk.post(PATH, filled(world, "1.000004"))).unit_code == world.ward.code


def test_a_communes_own_centre_receives_for_it_what_is_bound_to_its_place(world):
    """The centre is a unit below the commune: the same place, another desk."""
    centre = next(
        unit
        for unit in units_on(world.province, today())
        if unit.path.startswith(world.ward.path) and unit.code != world.ward.code
    )
    client = client_of(world, "desk")
    shown = client.post(PATH, {"desk": centre.code, "procedure": "1.000004", "do": "show"})
    assert shown.context["details"]["handling"] == world.ward.code
    dossier = taken(client.post(PATH, filled(world, "1.000004", desk=centre.code)))
    assert (dossier.received_code, dossier.unit_code) == (centre.code, world.ward.code)


def test_post_needs_the_day_it_came(world, desk):
    form, before = filled(world, channel="3"), rows()
    for day in ("", "31/02/2026", "17/06/2026", "01/01/2026"):
        assert list(desk.post(PATH, form | {"posted_on": day}).context["errors"]) == ["posted_on"]
    assert list(
        desk.post(PATH, form | {"posted_on": "15/06/2026", "posted_item": "<b>"}).context["errors"]
    ) == ["posted_item"]
    assert rows() == before
    dossier = taken(desk.post(PATH, form | {"posted_on": "15/6/2026", "posted_item": "ee123456789vn"}))
    assert (dossier.channel, dossier.origin) == (3, "post")
    told = Event.objects.get(type="dossiers:dossier:posted")
    assert told.payload["day"] == "2026-06-15" and told.payload["item"] == "EE123456789VN"


def test_assisted_filing_online_names_the_helper(world, desk):
    shown = desk.post(PATH, {"procedure": "1.000001", "channel": "2", "do": "show"})
    assert [key for key, _name in shown.context["details"]["helpers"]] == [str(world.viewers["desk"].user_id)]
    stranger = str(world.viewers["other_desk"].user_id)
    dossier = taken(desk.post(PATH, filled(world, channel="2", helper=stranger)))
    assert dossier.limit_text == "2 ngày làm việc"
    told = Event.objects.get(type="dossiers:dossier:assisted")
    assert told.payload["helper"] == world.viewers["desk"].user_id, "a stranger is no helper of this desk"


# -- finding --------------------------------------------------------------------------------------------


def test_the_card_chooses_its_bearer_or_fills_in_somebody_new(world, desk):
    unknown = desk.post(PATH, {"q": CARD, "part": "card"})
    assert unknown.context["new"]["display_name"] == "Trần Mẫu Thẻ" and unknown.context["is_new"]
    assert 'value="17/05/1990"' in unknown.content.decode()
    known = desk.post(PATH, {"q": CARD.replace("027090000123", "027000000017"), "part": "card"})
    assert known.context["chosen"] == world.applicant and not known.context["is_new"]


def test_a_hostile_card_is_text(world, desk):
    page = desk.post(PATH, {"q": CARD.replace("Trần Mẫu Thẻ", '"><script>alert(1)</script>'), "do": "find"})
    assert "<script>alert(1)" not in page.content.decode() and page.context["is_new"]
    assert desk.post(PATH, {"q": CARD + "y" * 10_000, "do": "find"}).status_code == 200


def test_a_scanned_dossier_leads_to_it_at_its_own_units_only(world, desk):
    dossier = taken(desk.post(PATH, filled(world)))
    scanned = f"https://vi.du/tra-cuu/?ma={dossier.code}&kiem-tra={dossier.check_value}"
    page = desk.post(PATH, {"q": scanned, "part": "people"}).content.decode()
    assert reverse("dossiers:dossier", args=[dossier.uid]) in page and "data-jump" in page
    stranger = client_of(world, "other_desk").post(PATH, {"q": scanned, "part": "people"}).content.decode()
    assert str(dossier.uid) not in stranger and "data-jump" not in stranger


def test_who_asks_twice_is_told(world, desk):
    dossier = taken(desk.post(PATH, filled(world)))
    page = desk.post(PATH, {"applicant": str(world.applicant.uid), "procedure": "1.000001", "do": "show"})
    assert page.context["details"]["twice"] == [dossier]
    other = client_of(world, "other_desk").post(
        PATH, {"applicant": str(world.applicant.uid), "procedure": "1.000001", "do": "show"}
    )
    assert other.context["details"]["twice"] == [] and dossier.code not in other.content.decode()


# -- strangers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["officer", "leader", "clerk", "dept_officer"])
def test_who_does_not_receive_finds_nothing(world, name):
    client, before = client_of(world, name), rows()
    for path in (PATH, PATH + "hom-nay/"):
        assert client.get(path).status_code == 404
    assert client.post(PATH, filled(world)).status_code == 404
    assert rows() == before


def test_another_desk_cannot_receive_here_nor_see_what_was_received(world, desk):
    stranger, before = client_of(world, "other_desk"), rows()
    assert stranger.post(PATH, filled(world)).status_code == 404
    assert rows() == before
    dossier = taken(desk.post(PATH, filled(world)))
    assert stranger.get(reverse("dossiers:received", args=[dossier.uid])).status_code == 404
    assert dossier.code not in stranger.get(PATH + "hom-nay/").content.decode()
    assert dossier.code in desk.get(PATH + "hom-nay/").content.decode()


def test_nobody_is_asked_to_sign_in(world):
    assert Client().get(PATH).status_code == 302
    assert Client().post(PATH, filled(world)).status_code == 302 and not Dossier.objects.exists()


# -- nothing lost, nothing kept ---------------------------------------------------------------------------


def test_nothing_typed_is_lost_on_an_error(world, desk):
    typed = {
        "q": "dao", "p": "thu nghiem", "new_display_name": "Lê 123", "new_phone": "0900000345", "new_email": "le@vidu.vn",
        "new_address": "Số 3, phố Mẫu", "new_birth_date": "17/05/1990", "new_identity_number": "027090000345",
        "new_representative": "Ai đó", "subject": "Trích yếu <b>", "sets": "4", "originals_1": "7", "copies_2": "5",
        "reason": "Một lý do", "extra_paper": "Giấy lạ", "return_channel": "3", "project": "DA-X", "sub_phone": "0911111111",
    }  # fmt: skip
    page = desk.post(
        PATH,
        filled(
            world,
            applicant="new",
            new_kind="citizen",
            new_identity_kind="citizen_id",
            present_2=None,
            hand_over=None,
            **typed,
        ),
    )
    assert page.status_code == 400
    kept = Fields.of(page)
    assert {name: kept[name] for name in typed} == typed
    assert kept["applicant"] == "new" and kept["procedure"] == "1.000001"
    assert "present_1" in kept and "present_2" not in kept and "hand_over" not in kept


def test_the_browser_keeps_no_copy(world, desk):
    for answer in (
        desk.get(PATH),
        desk.post(PATH, {"q": "dao", "part": "people"}),
        desk.post(PATH, {"do": "receive"}),
        desk.get(PATH + "hom-nay/"),
    ):
        assert answer["Cache-Control"] == "private, no-store"
    form = desk.get(PATH).content.decode().partition('id="reception"')[2]
    inputs = [one.partition(">")[0] for one in form.partition("</form>")[0].split("<input ")[1:]]
    typed = [one for one in inputs if "type=" not in one]
    assert typed and all('autocomplete="off"' in one for one in typed)


def test_the_last_desk_is_remembered(world):
    """Somebody who receives at two desks goes on at the one used last."""
    client, viewer = client_of(world, "desk"), world.viewers["desk"]
    held = Grant.objects.get(user_id=viewer.user_id)
    Grant.objects.create(
        user_id=viewer.user_id, role=held.role, province=world.province, unit_code=world.other_ward.code,
        unit_path=world.other_ward.path, valid_from=held.valid_from,
    )  # fmt: skip
    assert client.get(PATH).context["desk"].code in (world.ward.code, world.other_ward.code)
    for unit in (world.other_ward, world.ward):
        client.post(PATH, {"desk": unit.code, "part": "details"})
        assert client.get(PATH).context["desk"].code == unit.code


# -- without script -----------------------------------------------------------------------------------------


class Fields(HTMLParser):
    """What a browser without script would send of the reception form."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.values: dict[str, str] = {}
        self.radios: dict[str, list[str]] = {}
        self._select = self._area = ""

    @classmethod
    def of(cls, page: Any) -> dict[str, str]:
        found = cls()
        found.feed(page.content.decode())
        return found.values

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = held.get("id") == "reception"
        if not self.inside:
            return
        if tag == "select":
            self._select = held["name"]
        elif tag == "option" and (self._select not in self.values or "selected" in held):
            self.values[self._select] = held.get("value", "")
        elif tag == "textarea":
            self._area = held["name"]
            self.values[self._area] = ""
        elif tag == "input":
            self._input(held)

    def _input(self, held: dict[str, str]) -> None:
        kind, name = held.get("type", "text"), held["name"]
        if kind == "file" or (kind in ("radio", "checkbox") and "checked" not in held):
            return
        self.values[name] = held.get("value", "on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


def test_from_the_empty_page_to_the_code_without_script(world, desk):
    page = desk.get(PATH)
    page = desk.post(PATH, Fields.of(page) | {"q": "thi dao", "do": "find"})
    [(person, _hint)] = page.context["people"]
    page = desk.post(
        PATH, Fields.of(page) | {"applicant": str(person.uid), "p": "dang ky thu nghiem", "do": "find"}
    )
    code = page.context["procedures"][0].code
    page = desk.post(PATH, Fields.of(page) | {"procedure": code, "do": "show"})
    assert page.context["chosen"] == world.applicant and not page.context["procedures"]
    form = Fields.of(page)
    assert form["present_1"] == form["present_2"] == "on" and form["handling"] == world.ward.code
    dossier = taken(desk.post(PATH, form | {"copies_1": "2", "do": "receive"}))
    assert dossier.code == f"{world.ward.code}-260616-0001"
    assert Component.objects.get(dossier=dossier, number=1).copies == 2


def test_an_enter_without_script_looks_for_the_person(world, desk):
    """A browser presses the first button of the form: it must not be one that receives."""
    text = desk.get(PATH).content.decode().partition('id="reception"')[2]
    assert text.partition("<button ")[2].partition(">")[0].endswith('name="do" value="find"')


# -- what it costs --------------------------------------------------------------------------------------------


def cost(client: Client, data: dict[str, Any] | None) -> int:
    """Queries of a request when what is kept a moment in the process is there."""
    spent = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(PATH) if data is None else client.post(PATH, data)
        assert answer.status_code == 200
        spent.append(len(seen))
    return min(spent)


def test_the_page_and_its_finds_cost_the_same_for_one_and_for_many(world, desk):
    taken(desk.post(PATH, filled(world)))
    asked = {
        "page": None,
        "people": {"q": "mau", "part": "people"},
        "chosen": {"applicant": str(world.applicant.uid), "part": "people"},
        "procedures": {"p": "thu", "part": "procedures"},
        "details": {"procedure": "1.000001", "part": "details", "applicant": str(world.applicant.uid)},
        "alike": NEW | {"part": "alike"},
    }
    few = {name: cost(desk, data) for name, data in asked.items()}
    _many(world)
    for _ in range(3):
        taken(desk.post(PATH, filled(world)))
        taken(desk.post(PATH, filled(world, "1.000002")))
    assert {name: cost(desk, data) for name, data in asked.items()} == few
    assert max(few.values()) <= 30, few


def _many(world: Any) -> None:
    unit = UnitRef(world.ward.code, world.ward.path, world.ward.name)
    for number in range(30):
        draft = ApplicantDraft(
            "citizen", "Trần Mẫu Đông", "citizen_id", f"0270900{number:05d}", f"09111{number:05d}"
        )
        register_applicant(Installer(), world.province, draft, unit=unit)
    world_module = sys.modules["dossier_world"]
    area = Field.objects.get(province=world.province, code="HT")
    for number in range(20):
        world_module.make_procedure(
            world.province,
            area,
            f"1.1000{number:02d}",
            f"Đăng ký thử {number}",
            "",
            world_module.USUAL,
            world_module.USUAL_LINKS,
        )
    forget_procedures()


def test_a_procedure_without_a_process_is_received_all_the_same(world, desk):
    """The form hands over by itself; where no process is approved there is nothing to hand over to."""
    ProcessVersion.objects.filter(province=world.province, process__procedure__code="1.000001").update(
        valid_to=today()
    )
    forget_processes()
    dossier = taken(desk.post(PATH, filled(world)))
    assert dossier.code and dossier.process_id is None and not Task.objects.filter(dossier=dossier).exists()

"""The workbench in a request: who sees what, what a form does, what it costs."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.privacy.api import Reading
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.models import Absence, Dossier, SavedFilter, Task
from motcua.modules.dossiers.pages.desk import Desk
from motcua.modules.dossiers.slips_filling import Site, control
from motcua.modules.dossiers.states import Status

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(world: Any, name: str) -> Client:
    viewer = world.viewers[name]
    User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id), backend=BACKEND)
    return client


def file_one(world: Any, **changes: Any) -> uuid.UUID:
    done = api.file_dossier(world.viewers["desk"], world.province, world.filing(**changes), hand_over=True)
    return done.uid


def at_process(world: Any) -> uuid.UUID:
    uid = file_one(world)
    api.forward_dossier(world.viewers["leader"], uid, assignee=world.viewers["officer"].user_id)
    return uid


def act(client: Client, uid: uuid.UUID, work: str, **data: Any) -> Any:
    return client.post(reverse("dossiers:act", args=[uid, work]), {"key": uuid.uuid4().hex} | data)


@pytest.fixture(autouse=True)
def _calm(db):
    cache.clear()


def test_the_list_holds_my_steps_by_deadline_and_leads_back_to_the_next_line(world):
    first, second = at_process(world), at_process(world)
    page = client_of(world, "officer").get(reverse("dossiers:work") + "?ai=mine")
    text = page.content.decode()
    codes = list(
        Dossier.objects.filter(uid__in=(first, second)).order_by("pk").values_list("code", flat=True)
    )
    assert [text.index(code) for code in codes] == sorted(text.index(code) for code in codes)
    follower = Task.objects.get(dossier__uid=second, closed_at=None)
    assert f"%23v-{follower.pk}" in text, "the first line's link leads back to the second line"


def test_keyset_pages_hold_every_step_once(world, monkeypatch):
    from motcua.modules.dossiers.pages import worklist

    monkeypatch.setattr(worklist, "SHOWN", 3)
    uids = {at_process(world) for _ in range(5)} | {file_one(world, code="1.000002") for _ in range(3)}
    Task.objects.filter(dossier__procedure_code="1.000002").update(due_at=None)
    client, seen, path = client_of(world, "leader"), [], reverse("dossiers:work") + "?ai=unit"
    while path:
        context = client.get(path).context
        seen += [line.task.dossier.uid for line in context["lines"]]
        path = f"{reverse('dossiers:work')}?{context['next_query']}" if context["next_query"] else ""
    assert len(seen) == len(set(seen)) == len(uids)


def test_the_list_costs_the_same_for_two_lines_and_for_eight(world):
    client = client_of(world, "officer")
    path = reverse("dossiers:work") + "?ai=mine"
    for _ in range(2):
        at_process(world)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    for _ in range(6):
        at_process(world)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)


def test_the_dossier_page_costs_the_same_however_long_its_story(world):
    client, uid = client_of(world, "officer"), at_process(world)
    path = reverse("dossiers:dossier", args=[uid])
    client.get(path)
    with CaptureQueriesContext(connection) as short:
        client.get(path)
    officer = world.viewers["officer"]
    for _ in range(4):
        api.wait_for_system(officer, uid, "Hệ thống mẫu")
        api.resume_from_system(officer, uid)
    with CaptureQueriesContext(connection) as long:
        client.get(path)
    assert len(long) == len(short) <= 60


def test_a_stranger_finds_no_dossier_and_no_action(world):
    uid = at_process(world)
    client = client_of(world, "other_officer")
    before = Event.objects.count()
    assert client.get(reverse("dossiers:dossier", args=[uid])).status_code == 404
    assert act(client, uid, "claim").status_code == 404
    assert Event.objects.count() == before


def test_submitting_returns_to_the_list_and_the_same_key_submits_once(world):
    uid, client = at_process(world), client_of(world, "officer")
    data = {"key": "k1", "step": "3", "ve": "/ho-so/?ai=mine#v-9", "name": "Giấy xác nhận", "favourable": "1", "summary": "", "note": ""}  # fmt: skip
    path = reverse("dossiers:act", args=[uid, "submit"])
    answer = client.post(path, data)
    assert answer.status_code == 302 and answer["Location"] == "/ho-so/?ai=mine#v-9"
    assert [task.kind for task in Task.objects.filter(dossier__uid=uid, closed_at=None)] == ["approve"]
    events = Event.objects.count()
    assert client.post(path, data).status_code == 400, "the step is no longer there to submit"
    assert Event.objects.count() == events


def test_returning_never_leaves_our_own_pages(world):
    uid, client = at_process(world), client_of(world, "officer")
    answer = act(
        client, uid, "submit", step="3", ve="//evil.example/", name="A", favourable="1", summary="", note=""
    )
    assert answer["Location"] == reverse("dossiers:dossier", args=[uid])


def test_a_refused_form_keeps_what_was_typed(world):
    uid, client = at_process(world), client_of(world, "officer")
    answer = act(client, uid, "supplement", items="  \n ", reason="Thiếu giấy tờ đất")
    assert answer.status_code == 400
    assert "Thiếu giấy tờ đất" in answer.content.decode()
    assert Dossier.objects.get(uid=uid).status == Status.PROCESSING


def test_a_supplement_asked_in_the_browser_prints_its_slip(world):
    uid, client = at_process(world), client_of(world, "officer")
    answer = act(client, uid, "supplement", items="Bản vẽ\nGiấy tờ đất", reason="Thiếu")
    assert answer.status_code == 302 and answer["Location"].endswith("#giay-to")
    found = Dossier.objects.get(uid=uid)
    assert found.status == Status.SUPPLEMENT
    assert found.supplement_requests.get().items == ["Bản vẽ", "Giấy tờ đất"]
    slip = found.slips.get(kind="02")
    printed = client.get(reverse("dossiers:slip", args=[uid, slip.uid]))
    assert printed["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")
    assert Event.objects.filter(type="dossiers:dossier:slip-printed", subject=f"dossier:{uid}").count() == 1
    assert Reading.objects.filter(through=f"dossier:{uid}", purpose="dossiers.print").count() == 1


def test_personal_data_is_masked_until_opened_with_a_purpose(world):
    uid, client = at_process(world), client_of(world, "officer")
    number = world.applicant.identity_number
    assert number not in client.get(reverse("dossiers:dossier", args=[uid])).content.decode()
    path = reverse("dossiers:open-person", args=[uid])
    assert client.post(path, {"purpose": "vì thích"}).status_code == 400
    answer = client.post(path, {"purpose": "applicants.handle"})
    assert number in answer.content.decode() and answer["Cache-Control"] == "no-store"
    assert Reading.objects.get(through=f"dossier:{uid}").purpose == "applicants.handle"


def test_only_what_the_viewer_may_do_is_offered(world):
    uid = at_process(world)
    page = client_of(world, "officer").get(reverse("dossiers:dossier", args=[uid]))
    codes = {offer.work.code for group in page.context["step_offers"] for offer in group["offers"]}
    codes |= {offer.work.code for offer in page.context["offers"]}
    assert {"submit", "consult", "supplement", "pause-payment", "refuse"} <= codes
    assert not {"approve", "sign", "extend", "stop", "assign", "return-result", "receive"} & codes
    page = client_of(world, "clerk").get(reverse("dossiers:dossier", args=[uid]))
    assert page.context["step_offers"] == [] and page.context["offers"] == []


def test_bulk_claim_and_redistribution_give_each_step_or_its_reason(world):
    uids = [file_one(world) for _ in range(2)]
    for uid in uids:
        api.forward_dossier(world.viewers["leader"], uid)
    keys = [f"{uid}:3" for uid in uids]
    client = client_of(world, "officer")
    client.post(reverse("dossiers:several"), {"lam": "claim", "viec": keys})
    officer, second = world.viewers["officer"].user_id, world.viewers["second"].user_id
    steps = Task.objects.filter(dossier__uid__in=uids, key="3")
    assert set(steps.values_list("assignee", flat=True)) == {officer}
    client.post(reverse("dossiers:several"), {"lam": "redistribute", "nguoi": second, "viec": keys})
    assert set(steps.values_list("assignee", flat=True)) == {officer}, "an officer does not give out work"
    leader = client_of(world, "leader")
    leader.post(reverse("dossiers:redistribute"), {"nguoi": second, "viec": keys, "don-vi": world.ward.code})
    assert set(steps.values_list("assignee", flat=True)) == {second}


def test_saved_filters_are_ones_own_and_the_default_opens_first(world):
    client = client_of(world, "officer")
    path = reverse("dossiers:keep-filter")
    client.post(path, {"name": "Quá hạn", "query": "ai=unit&han=late&bay=1", "default": "1"})
    kept = SavedFilter.objects.get()
    assert kept.query == "ai=unit&han=late" and kept.is_default
    assert client.get(reverse("dossiers:work"))["Location"] == "/ho-so/?ai=unit&han=late"
    stranger = client_of(world, "second")
    assert stranger.post(reverse("dossiers:drop-filter", args=[kept.pk])).status_code == 404
    client.post(reverse("dossiers:drop-filter", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def submitted(world: Any) -> uuid.UUID:
    uid = at_process(world)
    api.submit_dossier(world.viewers["officer"], uid, ResultDraft("Giấy xác nhận", True, "Đủ điều kiện"))
    return uid


def test_a_leader_decides_many_at_once_and_sees_what_came_of_each(world):
    uids = [submitted(world) for _ in range(2)]
    client = client_of(world, "leader")
    page = client.get(reverse("dossiers:approvals"))
    assert "Đủ điều kiện" in page.content.decode()
    keys = list(Task.objects.filter(dossier__uid__in=uids, closed_at=None).values_list("pk", flat=True))
    data = {"key": "b1", "lam": "decide", "viec": keys, "note": "Đồng ý"}
    client.post(reverse("dossiers:approvals"), data)
    after = client.get(reverse("dossiers:approvals"))
    assert [one["word"] for one in after.context["outcomes"]] == ["đã duyệt", "đã duyệt"]
    assert set(Task.objects.filter(dossier__uid__in=uids, closed_at=None).values_list("kind", flat=True)) == {
        "sign"
    }
    client.post(reverse("dossiers:approvals"), data)
    kinds = Task.objects.filter(dossier__uid__in=uids, closed_at=None).values_list("kind", flat=True)
    assert set(kinds) == {"sign"}, "sending the same form again signs nothing"


def test_sending_back_asks_for_a_reason(world):
    uid, client = submitted(world), client_of(world, "leader")
    key = Task.objects.get(dossier__uid=uid, closed_at=None).pk
    client.post(reverse("dossiers:approvals"), {"lam": "send-back", "viec": [key], "note": " "})
    assert Task.objects.get(dossier__uid=uid, closed_at=None).kind == "approve"
    client.post(reverse("dossiers:approvals"), {"lam": "send-back", "viec": [key], "note": "Sửa tên"})
    open_now = Task.objects.get(dossier__uid=uid, closed_at=None)
    assert (open_now.kind, open_now.assignee_id) == ("process", world.viewers["officer"].user_id)


def test_absence_is_recorded_by_who_assigns_and_ends(world):
    client, person = client_of(world, "leader"), world.viewers["officer"].user_id
    data = {"don-vi": world.ward.code, "nguoi": person, "tu": "2031-01-06", "den": "2031-01-08"}
    client.post(reverse("dossiers:absent"), data)
    kept = Absence.objects.get()
    assert (str(kept.valid_from), str(kept.valid_to)) == ("2031-01-06", "2031-01-09")
    assert Event.objects.filter(type="dossiers:absence:recorded").count() == 1
    stranger = data | {"nguoi": world.viewers["other_officer"].user_id}
    client.post(reverse("dossiers:absent"), stranger)
    assert Absence.objects.count() == 1
    assert client_of(world, "officer").post(reverse("dossiers:absent"), data).status_code == 404
    client.post(reverse("dossiers:back-again"), {"don-vi": world.ward.code, "vang": kept.pk})
    assert not Absence.objects.exists()


@pytest.mark.parametrize("how", ["whole", "lower", "qr", "begin", "end", "name", "identity", "phone"])
def test_search_finds_by_what_people_have_in_hand(world, how):
    uid = at_process(world)
    found = Dossier.objects.get(uid=uid)
    words = {
        "whole": found.code,
        "lower": found.code.lower(),
        "qr": f"https://mot.cua/tra-cuu/?ma={found.code}&kt={found.check_value}",
        "begin": found.code[:-2],
        "end": found.code.partition("-")[2],
        "name": "nguyen thi mau dao",
        "identity": "027000000017",
        "phone": "0900 000 017",
    }[how]
    answer = client_of(world, "officer").get(reverse("dossiers:search"), {"q": words})
    assert answer.status_code == 302 and str(uid) in answer["Location"]
    elsewhere = client_of(world, "other_officer").get(reverse("dossiers:search"), {"q": words})
    assert elsewhere.status_code == 200 and not elsewhere.context["lines"]


def test_a_wrong_scan_is_refused_and_a_right_one_is_shown(world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    uid, client = at_process(world), client_of(world, "officer")
    path = reverse("dossiers:attach", args=[uid, 1])
    wrong = client.post(path, {"file": SimpleUploadedFile("anh.pdf", b"<script>alert(1)</script>")})
    assert wrong.status_code == 400 and Dossier.objects.get(uid=uid).components.get(number=1).file_id is None
    from motcua.modules.dossiers.demo import _scan

    client.post(path, {"file": SimpleUploadedFile("to-khai.pdf", _scan())})
    shown = client.get(reverse("dossiers:paper-file", args=[uid, 1]) + "?xem=1")
    assert shown["Content-Disposition"].startswith("inline")
    assert (
        client_of(world, "other_officer").get(reverse("dossiers:paper-file", args=[uid, 1])).status_code
        == 404
    )


def test_the_citizens_page_tells_the_holder_and_nobody_who_guesses(world):
    uid = at_process(world)
    found = Dossier.objects.get(uid=uid)
    client = Client()
    path = reverse("follow:follow")
    page = client.post(path, {"ma": found.code.lower(), "kt": found.check_value.lower()})
    text = page.content.decode()
    assert page.status_code == 200 and "Nguyễn T. M. Đ." in text and "Thụ lý" in text
    assert page["Referrer-Policy"] == "same-origin", "with none, a browser's form would be refused as forged"
    for secret in ("Mẫu Đào", "Cán Bộ Mẫu", world.applicant.identity_number, world.applicant.phone):
        assert secret not in text
    for _ in range(10):
        assert client.post(path, {"ma": found.code, "kt": "AAAAAAAA"}).status_code == 404
    assert client.post(path, {"ma": found.code, "kt": found.check_value}).status_code == 429


def test_late_dossiers_bear_a_cause_and_leave_as_a_file_without_formulas(world):
    from motcua.kernel.clock import frozen

    uid = at_process(world)
    Dossier.objects.filter(uid=uid).update(applicant_name="=cmd|' /C calc'!A0")
    later = "2031-03-03T09:00:00"
    with frozen(later):
        officer = client_of(world, "officer")
        officer.post(reverse("dossiers:settle"), {"ho-so": uid, "cause": "load"})
        assert Dossier.objects.get(uid=uid).late_reason == "load"
        leader = client_of(world, "leader")
        leader.post(reverse("dossiers:settle"), {"ho-so": uid, "lam": "apologise", "reason": "Đông việc"})
        assert Dossier.objects.get(uid=uid).slips.filter(kind="apology").count() == 1
        csv = leader.get(reverse("dossiers:overdue-export") + "?dang=csv").content.decode("utf-8-sig")
        assert "'=cmd" in csv and officer.get(reverse("dossiers:overdue-export")).status_code == 404


@pytest.mark.parametrize("kind", ["control", "label"])
def test_papers_made_when_printed(world, kind):
    uid = submitted(world)
    answer = client_of(world, "officer").get(reverse(f"dossiers:{kind}", args=[uid]))
    assert answer["Content-Type"] == "application/pdf", answer.get("Location")


def test_register_and_handover_of_a_unit(world):
    at_process(world)
    day = f"{Dossier.objects.get().received_at:%Y-%m-%d}"
    client = client_of(world, "leader")
    answer = client.get(reverse("dossiers:register"), {"don-vi": world.ward.code, "tu": day, "den": day})
    assert answer["Content-Type"] == "application/pdf"
    data = {"don-vi": world.ward.code, "den-don-vi": world.department.code, "tu": day}
    assert client.get(reverse("dossiers:handover"), data)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("name", ["work", "approvals", "board", "overdue", "books", "search"])
def test_pages_without_parameters_open_for_a_leader(world, name):
    at_process(world)
    assert client_of(world, "leader").get(reverse(f"dossiers:{name}")).status_code == 200


def test_steps_are_told_as_they_were_worked(world):
    """A desk that hands over at once opens and closes its step in the instant in which the next one opens."""
    dossier = Dossier.objects.get(uid=file_one(world))
    first, second = Desk(world.viewers["desk"], world.province, dossier).tasks
    assert first.kind == "reception" and first.opened_at == second.opened_at
    handings = control(dossier, Site("https://mau.vn/tra-cuu/")).handings
    assert [one.step for one in handings] == [first.name, second.name]
    assert handings[0].giver == dossier.applicant_name
    assert handings[1].giver == world.viewers["desk"].user.display_name

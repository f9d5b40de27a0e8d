"""Hostile use of dossiers: files and people of others, personal data where it must not be, impossible values."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.core.cache import cache
from django.urls import reverse

from motcua.engine.events.api import Event
from motcua.engine.files.api import store
from motcua.engine.files.models import Blob, StoredFile
from motcua.engine.permissions.api import RolePermission
from motcua.engine.privacy.models import Reading
from motcua.kernel.clock import VIETNAM, frozen, now
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import HandedPaper, ResultDraft
from motcua.modules.dossiers.demo import _scan
from motcua.modules.dossiers.models import Component, Dossier, DossierResult, Slip, Task
from motcua.modules.dossiers.queries import history
from motcua.reference.applicants.api import Applicant, ApplicantDraft, register_applicant
from motcua.reference.people.api import UnitRef

pytestmark = pytest.mark.django_db
RESULT = ResultDraft("Giấy xác nhận")
PHONE = "0912345678"
_PDF = _scan()


def file_of(world, owner, province=None):
    digest = hashlib.sha256(f"{owner.user_id}{province}".encode()).hexdigest()
    Blob.objects.get_or_create(digest=digest, defaults={"size": 1})
    return StoredFile.objects.create(
        province=province or world.province, blob_id=digest, media_type="application/pdf", display_name="a.pdf",
        owner_id=owner.user_id, created_at=now(),
    ).pk  # fmt: skip


def processing(world):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    api.forward_dossier(v["desk"], uid)
    api.forward_dossier(v["leader"], uid)
    return uid


# -- files of others --------------------------------------------------------------------------------


def test_nobody_reads_anothers_file_by_attaching_it(world):
    v, uid = world.viewers, processing(world)
    strange = file_of(world, v["dept_officer"])
    tries = (
        lambda: api.attach_paper(v["officer"], uid, 1, strange),
        lambda: api.draft_result(v["officer"], uid, ResultDraft("Kết quả", file_id=strange)),
        lambda: api.submit_dossier(v["officer"], uid, ResultDraft("Kết quả", file_id=strange)),
        lambda: api.file_dossier(v["desk"], world.province, world.filing(papers=(HandedPaper("Tờ khai", file_id=strange),))),
        lambda: api.attach_paper(v["officer"], uid, 1, 10**9),
    )  # fmt: skip
    for work in tries:
        with pytest.raises(api.DossierRefused) as refusal:
            work()
        assert refusal.value.code == "dossiers.file.not-yours"
    assert not Component.objects.filter(file_id__isnull=False).exists()
    assert not DossierResult.objects.exists()
    assert Dossier.objects.count() == 1


def test_ones_own_file_is_attached(world):
    v, uid = world.viewers, processing(world)
    own = file_of(world, v["officer"])
    api.attach_paper(v["officer"], uid, 1, own)
    api.submit_dossier(v["officer"], uid, ResultDraft("Kết quả", file_id=own))
    assert Component.objects.get(dossier__uid=uid, number=1).file_id == own
    assert DossierResult.objects.get(dossier__uid=uid).file_id == own


# -- people of others -------------------------------------------------------------------------------


def test_the_next_step_is_given_only_to_who_may_do_it(world):
    v = world.viewers
    stranger = v["dept2_officer"].user_id
    uid = processing(world)
    api.submit_dossier(v["officer"], uid, RESULT)
    registered = api.register_dossier(v["desk"], world.province, world.filing()).uid
    for work in (
        lambda: api.approve_dossier(v["leader"], uid, assignee=stranger),
        lambda: api.file_dossier(
            v["desk"], world.province, world.filing(), hand_over=True, assignee=stranger
        ),
        lambda: api.receive_dossier(v["desk"], registered, hand_over=True, assignee=stranger),
        lambda: api.receive_dossier(v["desk"], registered, hand_over=True, assignee=10**9),
    ):
        with pytest.raises(api.DossierRefused) as refusal:
            work()
        assert refusal.value.code == "dossiers.assign.may-not"
    assert not Task.objects.filter(assignee=stranger).exists()
    api.receive_dossier(v["desk"], registered, hand_over=True, assignee=v["leader"].user_id)


def test_nothing_is_filed_for_a_person_already_erased(world):
    Applicant.objects.filter(pk=world.applicant.pk).update(erased_at=now())
    with pytest.raises(api.DossierRefused) as refusal:
        api.file_dossier(world.viewers["desk"], world.province, world.filing())
    assert refusal.value.code == "dossiers.filing.applicant"


# -- personal data where it must not be -------------------------------------------------------------


def test_what_people_write_stays_out_of_the_log(world):
    v = world.viewers
    words = f"gọi cho số {PHONE}"
    uid = api.file_dossier(v["desk"], world.province, world.filing(subject=words)).uid
    api.forward_dossier(v["desk"], uid, note=words)
    api.forward_dossier(v["leader"], uid)
    api.consult_units(v["officer"], uid, [world.department.code], words, now() + dt.timedelta(days=2))
    api.answer_consultation(v["dept_officer"], uid, "3?1", words)
    api.submit_dossier(v["officer"], uid, ResultDraft(words, summary=words), note=words)
    api.return_step(v["leader"], uid, "3", words)
    api.transfer_dossier(v["leader"], uid, world.department.code, words)
    api.request_supplement(v["dept_officer"], uid, [words], words)
    api.take_supplement(v["dept_officer"], uid, [HandedPaper(words)])
    api.stop_dossier(v["dept_leader"], uid, words)
    told = Event.objects.filter(subject=f"dossier:{uid}").values_list("type", "payload")
    assert len(told) >= 10
    assert [kind for kind, payload in told if PHONE in json.dumps(payload)] == []
    # the note itself is kept where it belongs
    assert Task.objects.filter(dossier__uid=uid, note=words).exists()


def test_printing_is_a_reading_of_everybody_on_the_paper(world, client):
    v = world.viewers
    unit = UnitRef(world.ward.code, world.ward.path, world.ward.name)
    helper = register_applicant(
        v["desk"], world.province,
        ApplicantDraft("citizen", "Trần Văn Mẫu Hai", "citizen_id", "027000000018", phone=PHONE), unit=unit,
    )  # fmt: skip
    uid = api.file_dossier(v["desk"], world.province, world.filing(submitter=helper.uid)).uid
    slip = Slip.objects.get(dossier__uid=uid)
    v["desk"].user.__class__.objects.filter(pk=v["desk"].user_id).update(must_change_password=False)
    client.force_login(v["desk"].user)
    answer = client.get(reverse("dossiers:slip", args=[uid, slip.uid]))
    assert answer.status_code == 200
    read = {reading.subject: set(reading.fields) for reading in Reading.objects.all()}
    assert set(read) == {world.applicant.subject, helper.subject}
    assert {"identity_number", "phone", "address", "email"} <= read[helper.subject]


def test_who_may_not_read_people_prints_nothing_about_them(world, leader):
    uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
    slip = Slip.objects.get(dossier__uid=uid)
    RolePermission.objects.filter(permission="applicants.people.view").delete()
    assert leader.get(reverse("dossiers:dossier", args=[uid])).status_code == 200
    for answer in (
        leader.get(reverse("dossiers:slip", args=[uid, slip.uid])),
        leader.get(reverse("dossiers:print"), {"giay": str(slip.uid)}),
    ):
        assert (answer.status_code, answer["location"]) == (302, reverse("dossiers:dossier", args=[uid]))
    assert not Reading.objects.exists()


def test_opening_a_scan_is_a_reading(world, leader):
    uid = processing(world)
    kept = store(_PDF, name="can-cuoc.pdf", province=world.province, viewer=world.viewers["officer"])
    api.attach_paper(world.viewers["officer"], uid, 1, kept.pk)
    assert leader.get(reverse("dossiers:paper-file", args=[uid, 1])).status_code == 200
    reading = Reading.objects.get()
    assert (reading.subject, reading.fields, reading.through) == (
        world.applicant.subject,
        ["dossiers.file"],
        f"dossier:{uid}",
    )


# -- impossible values ------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2060, 9999])
def test_a_day_no_calendar_knows_is_refused_in_words(world, year):
    v, uid = world.viewers, processing(world)
    far = dt.datetime(year, 12, 31, 17, tzinfo=VIETNAM)
    for work in (
        lambda: api.consult_units(v["officer"], uid, [world.department.code], "Ý kiến?", far),
        lambda: api.extend_dossier(v["leader"], uid, far, "Lý do đủ dài"),
    ):
        with pytest.raises(api.DossierRefused):
            work()


def test_a_cause_of_lateness_is_one_of_the_list(world):
    with frozen("2026-03-02T08:15"):
        uid = processing(world)
    leader = world.viewers["leader"]
    words = "x" * 41
    with frozen("2026-03-03T08:15"), pytest.raises(api.DossierRefused) as refusal:
        api.extend_dossier(leader, uid, dt.datetime(2026, 3, 10, 17, tzinfo=VIETNAM), "Lý do", cause=words)
    assert refusal.value.code == "dossiers.late.cause"
    with frozen("2026-03-20T08:15"), pytest.raises(api.DossierRefused) as refusal:
        api.apologise(leader, uid, "Lý do", cause=PHONE)
    assert refusal.value.code == "dossiers.late.cause"


def test_a_supplement_holds_no_more_papers_than_a_dossier(world):
    v, uid = world.viewers, processing(world)
    api.request_supplement(v["officer"], uid, ["Bản sao"], "Lý do")
    with pytest.raises(api.DossierRefused) as refusal:
        api.take_supplement(v["desk"], uid, [HandedPaper("Giấy")] * 201)
    assert refusal.value.code == "dossiers.filing.papers"


def test_a_channel_nobody_knows_is_refused(world):
    for changes in ({"channel": 9}, {"lane": "x" * 21}, {"lane": "green-nothing"}):
        with pytest.raises(api.DossierRefused):
            api.file_dossier(world.viewers["desk"], world.province, world.filing(**changes))


# -- keys -------------------------------------------------------------------------------------------


def test_a_draft_kept_does_not_swallow_what_is_submitted_with_the_same_key(world):
    v, uid = world.viewers, processing(world)
    api.draft_result(v["officer"], uid, RESULT, idempotency_key="page-key")
    done = api.submit_dossier(v["officer"], uid, RESULT, idempotency_key="page-key")
    assert not done.repeated
    assert Task.objects.get(dossier__uid=uid, closed_at=None).kind == "approve"


def test_a_key_used_by_one_does_not_silence_another(world):
    v, uid = world.viewers, processing(world)
    key = "k" * 300
    api.claim_step(v["officer"], uid, step="3", idempotency_key=key)
    done = api.claim_step(v["officer"], uid, step="3", idempotency_key=key + "x")
    assert not done.repeated


# -- the citizen's page -----------------------------------------------------------------------------


def test_behind_a_proxy_one_who_guesses_shuts_out_nobody_else(world, client, settings):
    settings.BEHIND_TLS = True
    cache.clear()
    done = api.file_dossier(world.viewers["desk"], world.province, world.filing())
    check = Dossier.objects.get(uid=done.uid).check_value
    address = reverse("follow:follow")
    for number in range(25):
        client.post(address, {"ma": f"{done.code[:-4]}9{number:03}", "kt": "AAAAAAAA"}, headers={"x-forwarded-for": "203.0.113.9"}, secure=True)  # fmt: skip
    guesser = client.post(
        address, {"ma": done.code, "kt": check}, headers={"x-forwarded-for": "203.0.113.9"}, secure=True
    )
    citizen = client.post(
        address, {"ma": done.code, "kt": check}, headers={"x-forwarded-for": "198.51.100.7"}, secure=True
    )
    assert (guesser.status_code, citizen.status_code) == (429, 200)


# -- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def leader(world, client):
    user = world.viewers["leader"].user
    user.__class__.objects.filter(pk=user.pk).update(must_change_password=False)
    user.refresh_from_db()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12-31T23:59:59", "2026-02-30", "²"])
def test_days_at_the_ends_of_time_break_no_page(leader, day):
    for route in ("books", "register", "handover"):
        assert leader.get(reverse(f"dossiers:{route}"), {"tu": day, "den": day}).status_code in (200, 302)
    sent = {"tu": day, "den": day, "nguoi": "1"}
    assert leader.post(reverse("dossiers:absent"), sent).status_code == 302


def test_an_officer_with_patience_does_not_make_a_page_slow(world, monkeypatch):
    v, uid = world.viewers, processing(world)
    monkeypatch.setattr("motcua.modules.dossiers.queries.MOST_TOLD", 10)
    for number in range(12):
        api.draft_result(v["officer"], uid, ResultDraft(f"Dự thảo {number}"))
    assert len(history(Dossier.objects.get(uid=uid))) == 10


def test_a_hostile_name_is_text_everywhere(world, leader):
    uid = processing(world)
    name, subject = "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>"
    Dossier.objects.filter(uid=uid).update(
        applicant_name=name, subject=subject, promised=now() - dt.timedelta(days=9)
    )
    dossier = Dossier.objects.get(uid=uid)
    pages = [
        leader.get(reverse("dossiers:dossier", args=[uid])),
        leader.get(reverse("dossiers:work") + "?ai=unit"),
        leader.get(reverse("dossiers:overdue")),
        leader.get(reverse("dossiers:search"), {"q": name}),
        leader.get(reverse("follow:follow"), {"ma": dossier.code, "kt": dossier.check_value}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "<img src=x" not in page.content.decode()
        assert "<script>alert" not in page.content.decode()
    for route in ("control", "label"):
        answer = leader.get(reverse(f"dossiers:{route}", args=[uid]))
        assert (answer.status_code, answer["content-type"]) == (200, "application/pdf")


def test_a_formula_in_a_name_is_text_in_the_export(world, leader):
    uid = processing(world)
    Dossier.objects.filter(uid=uid).update(
        applicant_name="=HYPERLINK(1)", promised=now() - dt.timedelta(days=9)
    )
    lines = leader.get(reverse("dossiers:overdue-export"), {"dang": "csv"}).content.decode()
    assert "'=HYPERLINK(1)" in lines and ",=HYPERLINK" not in lines


def test_a_post_without_its_token_is_refused_everywhere(world):
    from django.test import Client
    from django.urls import get_resolver

    strict = Client(enforce_csrf_checks=True)
    user = world.viewers["leader"].user
    user.__class__.objects.filter(pk=user.pk).update(must_change_password=False)
    strict.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    uid = processing(world)
    values = {"uid": uid, "work": "forward", "number": 1, "slip": uid, "key": 1}
    routes = get_resolver("motcua.modules.dossiers.pages.urls").reverse_dict
    tried = 0
    for name in [key for key in routes if isinstance(key, str)]:
        wanted = routes.getlist(name)[0][0][0][1]
        address = reverse(f"dossiers:{name}", kwargs={one: values.get(one, 1) for one in wanted})
        assert strict.post(address).status_code in (403, 405), name
        tried += 1
    assert tried > 20

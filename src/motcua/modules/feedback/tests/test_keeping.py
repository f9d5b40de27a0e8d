"""Petitions near their limit are told of once; past retention what people sent goes, and what is counted stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.outbox.api import Message
from motcua.engine.privacy.api import apply_retention
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.feedback import api, erasing
from motcua.modules.feedback.data import Petition, Publication, RatingDraft, Sender
from motcua.modules.feedback.models import Rating, Ticket
from motcua.modules.feedback.warning import warn_and_escalate

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MONDAY = "2026-03-02T08:15"
SENT, ANSWERED, REASON, COMMENT = "Thái độ mẫu gắt gỏng", "Trả lời mẫu riêng", "Câu hỏi mẫu", "Lời mẫu riêng"
SENDER = Sender("Trần Văn Mẫu", "0900000018", "mau@example.vn", "Số 2, đường Mẫu")


def assigned(world: Any) -> Any:
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = api.receive_ticket(
            v["coordinator"],
            p,
            Petition("conduct", "direct", SENT, world.ward.code, sender=SENDER, summary=SENT),
        ).uid
        api.accept_ticket(v["coordinator"], p, uid)
        api.assign_ticket(v["leader"], p, uid, v["officer"].user_id)
    return uid


def events(verb: str) -> int:
    return Event.objects.filter(type=f"feedback:ticket:{verb}").count()


def test_told_a_working_day_before_the_limit_and_when_it_has_passed_once_each(world):
    uid = assigned(world)
    due = Ticket.objects.get(uid=uid).due_at
    for moment, expected in ((MONDAY, 0), (due - dt.timedelta(days=7), 0), (due - dt.timedelta(hours=2), 1)):
        with frozen(moment):
            assert warn_and_escalate() == expected
    with frozen(due - dt.timedelta(hours=1)):
        assert warn_and_escalate() == 0
    with frozen(due):
        assert warn_and_escalate() == 1 and warn_and_escalate() == 0
    assert (events("warned"), events("escalated")) == (1, 1)
    kinds = list(Message.objects.filter(lane="app", subject=f"ticket:{uid}").values_list("kind", flat=True))
    assert kinds.count("feedback.warned") == 1 and kinds.count("feedback.escalated") >= 2, (
        "who has it, and leaders"
    )


def test_what_waits_for_its_sender_is_not_warned_of_and_a_new_limit_warns_anew(world):
    uid = assigned(world)
    v, p = world.viewers, world.province
    due = Ticket.objects.get(uid=uid).due_at
    with frozen(due - dt.timedelta(hours=2)):
        assert warn_and_escalate() == 1
        api.ask_sender(v["officer"], p, uid, REASON)
    with frozen(due + dt.timedelta(days=1)):
        assert warn_and_escalate() == 0
        api.record_clarification(v["officer"], p, uid, "Chiều hôm trước.")
        later = Ticket.objects.get(uid=uid).due_at
        assert later > due and warn_and_escalate() == 1, "the limit has moved: it is near again"
    with frozen(later):
        assert warn_and_escalate() == 1
    with frozen(later):
        api.answer_ticket(v["officer"], p, uid, ANSWERED, "corrected")
        assert warn_and_escalate() == 0


def test_what_people_sent_goes_what_is_counted_and_published_stays(world):
    uid = assigned(world)
    v, p = world.viewers, world.province
    with frozen("2026-03-04T09:00"):
        api.ask_sender(v["officer"], p, uid, REASON)
        api.record_clarification(v["officer"], p, uid, "Chiều hôm trước.")
        api.answer_ticket(v["officer"], p, uid, ANSWERED, "corrected")
        api.publish_ticket(v["leader"], p, uid, Publication("Thái độ tại quầy?", "Đã chấn chỉnh."))
    rows = Ticket.objects.filter(uid=uid)
    counted = (
        "number",
        "kind",
        "state",
        "outcome",
        "on_time",
        "received_at",
        "due_at",
        "resolved_at",
        "unit_code",
        "published_answer",
    )
    before = rows.values(*counted).get()
    assert purged("2036-03-03T09:00", erasing.ENDED) == [] and rows.get().content == SENT
    assert purged("2036-03-05T09:00", erasing.ENDED) == [f"ticket:{uid}"]
    assert rows.values(*counted).get() == before
    row = rows.get()
    texts = [
        row.content,
        row.sender_name,
        row.sender_phone,
        row.sender_email,
        row.sender_address,
        row.summary,
    ]
    texts += [one.text for one in row.answers.all()] + [one.text for one in row.notes.all()]
    assert set(texts) == {""} and bytes(row.phone_blind) == b""
    assert purged("2036-03-05T09:00", erasing.ENDED) == [], "erased once"
    with pytest.raises(api.FeedbackRefused, check=lambda error: error.code == "feedback.erased"):
        api.reopen_ticket(v["leader"], p, uid, "Xem lại")
    client = Client()
    User.objects.filter(pk=v["leader"].user_id).update(must_change_password=False)
    client.force_login(User.objects.get(pk=v["leader"].user_id), backend=BACKEND)
    page = client.get(reverse("feedback:ticket", args=[uid])).content.decode()
    assert "đã hết thời hạn lưu giữ" in page and "Mở lại" not in page


def test_an_open_petition_is_kept_however_old(world):
    assigned(world)
    assert purged("2060-03-05T09:00", erasing.ENDED) == []


def test_words_of_a_rating_go_and_its_points_stay(world):
    with frozen(MONDAY):
        filing = world.filing(handling=world.department.code)
        done = dossiers.file_dossier(world.viewers["desk"], world.province, filing)
        draft = RatingDraft("reception", "dissatisfied", {"attitude": 0}, ("manner",), COMMENT, "phone")
        api.record_rating(world.viewers["desk"], world.province, done.code, draft)
    before = Rating.objects.values("level", "scores", "reasons", "rated_at").get()
    assert purged("2031-03-01T09:00", erasing.RATINGS) == [] and Rating.objects.get().comment == COMMENT
    assert len(purged("2031-03-03T09:00", erasing.RATINGS)) == 1
    assert Rating.objects.get().comment == ""
    assert Rating.objects.values("level", "scores", "reasons", "rated_at").get() == before


def purged(moment: str, code: str) -> list[str]:
    with frozen(moment):
        return [
            subject
            for outcome in apply_retention(dry_run=False)
            if outcome.retention.code == code
            for subject in outcome.subjects
        ]

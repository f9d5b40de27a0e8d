"""A petition from receipt to its published answer, and every other way it may go."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.registers.api import Series, last_number
from motcua.kernel.clock import VIETNAM, frozen
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, Publication, Sender
from motcua.modules.feedback.events import CODES
from motcua.modules.feedback.models import Answer, Note, Ticket
from motcua.modules.feedback.queries import history_of, open_words
from motcua.modules.feedback.states import State

pytestmark = pytest.mark.django_db
SENDER = Sender("Trần Văn Mẫu", "0900000018", "mau@example.vn", "Số 2, đường Mẫu, phường Kinh Bắc")
MONDAY = "2026-03-02T08:15"


def petition(world, **changes: Any) -> Petition:
    values: dict[str, Any] = {
        "kind": "conduct",
        "channel": "direct",
        "content": "Ông Mẫu đề nghị làm rõ thái độ của cán bộ.",
        "receiving": world.ward.code,
        "sender": SENDER,
        "summary": "Thái độ tại quầy",
    }
    return Petition(**(values | changes))


def received(world, **changes: Any) -> api.TicketDone:
    return api.receive_ticket(world.viewers["coordinator"], world.province, petition(world, **changes))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def refused(code: str):
    return pytest.raises(api.FeedbackRefused, check=lambda error: error.code == f"feedback.{code}")


# -- replaying ------------------------------------------------------------------------------------

_TEXTS = {"summary", "published_question", "published_answer"}
_UNTOLD = {
    "id", "province_id", "sender_name", "sender_phone", "sender_email", "sender_address", "phone_blind", "content",
}  # fmt: skip


def snapshot() -> dict[str, Any]:
    names = [
        field.attname
        for field in Ticket._meta.concrete_fields
        if field.attname not in _UNTOLD | _TEXTS
    ]  # fmt: skip
    return {str(row["uid"]): utc(row) for row in Ticket.objects.values(*names)}


def utc(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in row.items()
    }


def apply(state: dict[str, Any], event: Event) -> dict[str, Any]:
    uid = event.subject.partition(":")[2]
    state.setdefault(uid, {}).update(event.payload["set"])
    return state


APPLY = dict.fromkeys(CODES.values(), apply)


# -- the path -------------------------------------------------------------------------------------


def test_the_usual_path_is_told_whole_by_its_events(world):
    v, p = world.viewers, world.province
    with replays(snapshot, APPLY) as happened:
        with frozen(MONDAY):
            done = received(world, channel="portal")
            uid = done.uid
            api.accept_ticket(v["coordinator"], p, uid)
            api.assign_ticket(v["leader"], p, uid, v["officer"].user_id)
        with frozen("2026-03-04T10:00"):
            api.ask_sender(v["officer"], p, uid, "Xin cho biết ngày, giờ?")
        with frozen("2026-03-06T10:00"):
            api.record_clarification(v["officer"], p, uid, "Chiều ngày 27/02.")
        with frozen("2026-03-10T10:00"):
            api.answer_ticket(v["officer"], p, uid, "Đã nhắc nhở cán bộ.", "corrected")
            api.record_reactions(v["desk"], p, uid, 3, 1)
            api.publish_ticket(v["leader"], p, uid, Publication("Thái độ tại quầy?", "Đã chấn chỉnh."))
    row = Ticket.objects.get(uid=uid)
    assert (row.state, row.outcome, row.on_time, row.measure) == ("published", "answered", True, "corrected")
    assert row.number == f"PAKN-{world.ward.code}-2026-0001"
    assert [event.type for event in happened] == [
        CODES[verb] for verb in ("received", "accepted", "assigned", "sender-asked", "clarified", "answered", "reacted", "published")
    ]  # fmt: skip
    assert "Tiếp nhận phản ánh, kiến nghị số PAKN-" in history_of(row)[-1].sentence


def test_limits_by_law_and_by_channel(world):
    with frozen(MONDAY):
        portal = Ticket.objects.get(uid=received(world, channel="portal").uid)
        direct = Ticket.objects.get(uid=received(world).uid)
        app = Ticket.objects.get(uid=received(world, channel="app").uid)
    # 2/3/2026 is a Monday; working days count from the next one.
    assert portal.screen_due_at == at("2026-03-04T17:00")
    assert direct.screen_due_at == at("2026-03-09T17:00")
    assert portal.forward_due_at == at("2026-03-09T17:00")
    assert portal.due_at == direct.due_at == at("2026-03-23T17:00")
    assert app.due_at == at("2026-03-09T17:00")
    assert portal.limit_text == "15 ngày làm việc" and app.limit_text == "07 ngày"


def test_time_waited_for_the_sender_is_not_the_officers(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world).uid
        api.accept_ticket(v["coordinator"], p, uid)
        api.ask_sender(v["officer"], p, uid, "Rõ thêm?")
        assert Ticket.objects.get(uid=uid).state == State.CLARIFYING
    with frozen("2026-03-04T08:15"):  # two whole working days later
        done = api.record_clarification(v["officer"], p, uid, "Đây ạ.")
    assert done.due_at == at("2026-03-25T17:00")
    assert done.state == State.ACCEPTED


def test_a_sender_who_never_says_more_is_answered_all_the_same(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        first, second = received(world).uid, received(world).uid
        for uid in (first, second):
            api.accept_ticket(v["coordinator"], p, uid)
            api.ask_sender(v["officer"], p, uid, "Rõ thêm?")
    with frozen("2026-03-30T08:15"), replays(snapshot, APPLY):  # after the limit, had it not stood still
        api.answer_ticket(v["officer"], p, first, "Trả lời theo nội dung đã có.", "explained")
        api.withdraw_ticket(v["coordinator"], p, second, "Rút.")
    for row in Ticket.objects.filter(uid__in=(first, second)):
        assert (row.on_time, row.asked_at) == (True, None) and row.due_at > at("2026-04-15T00:00")


def test_late_is_judged_by_the_day(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        first, second = received(world).uid, received(world).uid
        for uid in (first, second):
            api.accept_ticket(v["coordinator"], p, uid)
    with frozen("2026-03-23T23:30"):
        api.answer_ticket(v["officer"], p, first, "Trả lời.", "explained")
    with frozen("2026-03-24T00:10"):
        api.answer_ticket(v["officer"], p, second, "Trả lời.", "explained")
    assert Ticket.objects.get(uid=first).on_time is True
    assert Ticket.objects.get(uid=second).on_time is False
    assert Answer.objects.get(ticket__uid=second).on_time is False


def test_a_refusal_is_held_to_the_limit_of_screening(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world, channel="portal", sender=Sender()).uid
    with frozen("2026-03-05T09:00"), replays(snapshot, APPLY):
        api.refuse_ticket(v["coordinator"], p, uid, "no-identity", "Không có tên người gửi.")
    row = Ticket.objects.get(uid=uid)
    assert (row.state, row.outcome, row.reason, row.on_time) == ("refused", "refused", "no-identity", False)
    assert row.due_at == row.screen_due_at and row.closed_at == row.resolved_at
    assert row.anonymous


def test_forwarded_within_the_province_the_time_counts_anew(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world, kind="regulation").uid
    with frozen("2026-03-05T09:00"), replays(snapshot, APPLY):
        done = api.forward_ticket(v["coordinator"], p, uid, world.department.code, "Thuộc thẩm quyền của sở.")
    assert done.due_at == at("2026-03-26T17:00")
    row = Ticket.objects.get(uid=uid)
    assert (row.unit_code, row.received_code, row.state) == (
        world.department.code,
        world.ward.code,
        "received",
    )
    with refused("forward.same"):
        api.forward_ticket(v["dept_head"], p, uid, world.department.code, "Nhầm.")
    with refused("unit.unknown"):
        api.forward_ticket(v["dept_head"], p, uid, "H05.99.99", "Nhầm.")


def test_transferred_outside_it_ends_here(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world, kind="regulation").uid
    with frozen("2026-03-09T09:00"), replays(snapshot, APPLY):
        api.transfer_ticket(v["coordinator"], p, uid, "Bộ Tư pháp")
    row = Ticket.objects.get(uid=uid)
    assert (row.state, row.outcome, row.on_time) == ("transferred", "transferred", True)
    assert open_words(row).notes[0].text == "Bộ Tư pháp"


def test_reopened_it_is_open_again_and_keeps_what_was_answered(world):
    v, p = world.viewers, world.province
    uid = answered(world)
    with frozen("2026-03-04T09:00"):
        api.publish_ticket(v["leader"], p, uid, Publication("Hỏi?", "Đáp."))
    with frozen("2026-03-20T09:00"), replays(snapshot, APPLY):
        done = api.reopen_ticket(v["leader"], p, uid, "Người gửi chưa đồng ý.")
    row = Ticket.objects.get(uid=uid)
    assert (row.state, row.outcome, row.resolved_at, row.on_time) == ("assigned", "", None, None)
    assert (row.published_question, row.published_answer, row.published_at) == ("", "", None)
    assert done.due_at == at("2026-04-10T17:00")
    with frozen("2026-03-23T09:00"):
        api.answer_ticket(v["officer"], p, uid, "Trả lời lại.", "explained")
    assert [one.text for one in open_words(row).answers] == ["Đã xem xét.", "Trả lời lại."]
    assert Ticket.objects.get(uid=uid).reopenings == 1


def answered(world, **changes: Any):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world, **changes).uid
        api.accept_ticket(v["coordinator"], p, uid)
        api.assign_ticket(v["leader"], p, uid, v["officer"].user_id)
        api.answer_ticket(v["officer"], p, uid, "Đã xem xét.", "explained")
    return uid


def test_closed_without_publishing_and_withdrawn(world):
    v, p = world.viewers, world.province
    with replays(snapshot, APPLY):
        uid = answered(world)
        api.close_ticket(v["leader"], p, uid, "Nội dung nêu tên người.")
        with frozen(MONDAY):
            other = received(world).uid
            api.withdraw_ticket(v["coordinator"], p, other, "Người gửi đề nghị rút.")
    assert Ticket.objects.get(uid=uid).state == "closed"
    assert Ticket.objects.get(uid=other).outcome == "withdrawn"


def test_classified_anew_it_gets_the_limit_of_its_kind(world):
    v, p = world.viewers, world.province
    from motcua.reference.calendars.api import set_parameter
    from motcua.reference.people.api import Installer

    with frozen(MONDAY):
        set_parameter(
            Installer(), p, "feedback.answer_service", "10 ngày làm việc", dt.date(2026, 3, 2), "QĐ 1"
        )
        uid = received(world, topic="attitude").uid
        with refused("topic.choice"):
            api.classify_ticket(v["coordinator"], p, uid, kind="service", topic="attitude")
        with replays(snapshot, APPLY):
            done = api.classify_ticket(
                v["coordinator"], p, uid, kind="service", topic="guidance", summary="Hướng dẫn"
            )
    assert done.due_at == at("2026-03-16T17:00")
    row = Ticket.objects.get(uid=uid)
    assert (row.kind, row.topic, row.summary, row.limit_text) == (
        "service",
        "guidance",
        "Hướng dẫn",
        "10 ngày làm việc",
    )


def test_repeats_of_an_earlier_one(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        first = received(world)
        strange = api.receive_ticket(
            v["dept_desk"], p, petition(world, receiving=world.department.code)
        ).number  # fmt: skip
    with frozen("2026-03-03T09:00"):
        second = received(world)
    with replays(snapshot, APPLY):
        api.mark_repeat(v["coordinator"], p, second.uid, first.number)
    assert Ticket.objects.get(uid=second.uid).repeats.uid == first.uid
    with refused("repeat.order"):
        api.mark_repeat(v["coordinator"], p, first.uid, second.number)
    for unknown in ("PAKN-1", strange):
        with refused("repeat.unknown"):
            api.mark_repeat(v["coordinator"], p, second.uid, unknown)
    api.mark_repeat(v["coordinator"], p, second.uid, "")
    assert Ticket.objects.get(uid=second.uid).repeats is None


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": "  \n "}, "content.empty"),
        ({"content": "x" * 20_001}, "text.too-long"),
        ({"content": "a\x00b"}, "text.signs"),
        ({"kind": "rumour"}, "kind.choice"),
        ({"channel": "pigeon"}, "channel.choice"),
        ({"topic": "conflict"}, "topic.choice"),
        ({"receiving": "H05.99.99"}, "unit.unknown"),
        ({"receiving": ""}, "unit.unknown"),
        ({"handling": "H05.99.99"}, "unit.unknown"),
        ({"procedure_code": "9.999999"}, "procedure.unknown"),
        ({"dossier_code": "H05.01-260302-0001"}, "dossier.unknown"),
        ({"sender": Sender("Trần Văn Mẫu", "123")}, "sender.phone"),
        ({"arrived_at": at("2026-03-02T08:16")}, "arrived"),
        ({"arrived_at": at("2025-03-01T08:16")}, "arrived"),
        ({"arrived_at": dt.datetime(2026, 3, 2, 8)}, "arrived"),
    ],
)
def test_what_does_not_fit_is_refused_and_takes_no_number(world, changes, code):
    with frozen(MONDAY):
        with refused(code):
            received(world, **changes)
        assert last_number(Series(world.province.pk, "ticket", world.ward.code, "2026")) == 0
    assert not Ticket.objects.exists()


def test_no_operation_from_a_state_that_is_not_in_the_table(world):
    v, p = world.viewers, world.province
    uid = answered(world)
    with refused("state"):
        api.accept_ticket(v["coordinator"], p, uid)
    with refused("state"):
        api.answer_ticket(v["officer"], p, uid, "Nữa.", "explained")
    api.close_ticket(v["leader"], p, uid, "Không công khai.")
    with refused("state"):
        api.publish_ticket(v["leader"], p, uid, Publication("Hỏi?", "Đáp."))


@pytest.mark.parametrize(
    "answer",
    [
        "Trả lời ông TRẦN VĂN MẪU như sau.",
        "Trả lời ong tran van mau nhé",
        "Đã gọi 0900 000 018.",
        "Đã gọi +84900000018.",
        "Đã gửi thư đến MAU@example.vn.",
        "Đã đến số 2, đường Mẫu, phường Kinh Bắc.",
    ],
)
def test_what_is_published_names_nobody(world, answer):
    uid = answered(world)
    with refused("publication.personal"):
        api.publish_ticket(world.viewers["leader"], world.province, uid, Publication("Hỏi?", answer))
    assert Ticket.objects.get(uid=uid).state == "answered"


def test_nobody_is_asked_who_left_no_address(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world, sender=Sender()).uid
        api.accept_ticket(v["coordinator"], p, uid)
        with refused("sender.unknown"):
            api.ask_sender(v["officer"], p, uid, "Ai đấy?")


# -- the same again -----------------------------------------------------------------------------


def test_the_same_request_twice_is_done_once(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        first = api.receive_ticket(v["coordinator"], p, petition(world), idempotency_key="k1")
        again = api.receive_ticket(v["coordinator"], p, petition(world), idempotency_key="k1")
        assert (again.uid, again.repeated, first.repeated) == (first.uid, True, False)
        api.accept_ticket(v["coordinator"], p, first.uid, idempotency_key="k2")
        repeated = api.accept_ticket(v["coordinator"], p, first.uid, idempotency_key="k2")
        assert repeated.repeated and repeated.state == "accepted" and repeated.revision == 2
    assert Ticket.objects.count() == 1
    assert Event.objects.filter(type=CODES["accepted"]).count() == 1


def test_one_ticket_for_one_number_of_the_portal(world):
    with frozen(MONDAY):
        first = received(world, channel="portal", external_code="PAKN.2026.000017")
        again = received(world, channel="portal", external_code=" PAKN.2026.000017 ")
        other = received(world, channel="app", external_code="PAKN.2026.000017")
    assert again.repeated and again.uid == first.uid != other.uid


def test_numbers_run_without_gaps_for_each_unit_and_year(world):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        numbers = [received(world).number for _ in range(3)]
        other = api.receive_ticket(v["dept_desk"], p, petition(world, receiving=world.department.code))
    assert [one[-4:] for one in numbers] == ["0001", "0002", "0003"]
    assert other.number == f"PAKN-{world.department.code}-2026-0001"


# -- what is sealed -----------------------------------------------------------------------------


def test_nothing_that_people_wrote_is_in_the_log(world):
    v, p = world.viewers, world.province
    uid = answered(world)
    api.reopen_ticket(v["leader"], p, uid, "Ông Trần Văn Mẫu chưa đồng ý.")
    log = "\n".join(str(one.payload) for one in Event.objects.filter(subject=f"ticket:{uid}"))
    for said in ("Mẫu", "0900000018", "example.vn", "Kinh Bắc", "thái độ", "Thái độ", "xem xét"):
        assert said not in log
    with_sealed = Note.objects.values_list("text", flat=True)[0]
    assert "Mẫu".encode() not in bytes(with_sealed)


def test_when_the_event_fails_nothing_is_half_saved(world, monkeypatch):
    v, p = world.viewers, world.province
    with frozen(MONDAY):
        uid = received(world).uid
        before = snapshot()
        from motcua.modules.feedback import case

        def fails(*_args: Any, **_named: Any) -> None:
            raise RuntimeError("the log is full")

        monkeypatch.setattr(case, "record", fails)
        with pytest.raises(RuntimeError):
            api.refuse_ticket(v["coordinator"], p, uid, "unclear", "Không rõ.")
        assert snapshot() == before and not Note.objects.exists()
        with pytest.raises(RuntimeError):
            received(world)
    assert Ticket.objects.count() == 1
    assert last_number(Series(p.pk, "ticket", world.ward.code, "2026")) == 1

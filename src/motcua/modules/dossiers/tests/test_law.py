"""What the law lets be done, and what it does not: supplements, extensions, places, authority, four eyes, lanes."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, NotPermitted, Viewer
from motcua.engine.statements.api import fetch, run
from motcua.kernel.clock import VIETNAM, frozen
from motcua.modules.catalogue.models import KeyProject
from motcua.modules.dossiers import api, lexemes
from motcua.modules.dossiers.clock import index_on_time
from motcua.modules.dossiers.data import Handover, ResultDraft
from motcua.modules.dossiers.models import (
    Absence,
    Approval,
    Dossier,
    Extension,
    Slip,
    SupplementException,
    Task,
)
from motcua.modules.dossiers.queries import (
    WorkFilter,
    clock_of,
    find_dossier,
    overdue,
    search_dossiers,
    work_list,
)
from motcua.modules.dossiers.states import Status

pytestmark = pytest.mark.django_db
RESULT = ResultDraft("Giấy xác nhận")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


class refused:
    """The block is refused with a code, and nothing is recorded."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> None:
        self.events = Event.objects.count()

    def __exit__(self, kind, error, trace) -> bool:
        assert isinstance(error, api.DossierRefused), f"not refused: {error!r}"
        assert error.code == f"dossiers.{self.code}", error.code
        assert error.message
        assert Event.objects.count() == self.events
        return True


def filed(world, moment: str = "2026-03-02T08:15", code: str = "1.000001", **changes):
    with frozen(moment):
        return api.file_dossier(
            world.viewers["desk"], world.province, world.filing(code, **changes), hand_over=True
        ).uid


def test_a_second_supplement_needs_exception_and_consent_and_is_late_in_the_index(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.request_supplement(v["leader"], uid, ["Giấy A"], "Thiếu")
    with frozen("2026-03-03T10:00"):
        api.take_supplement(v["desk"], uid)
        with refused("supplement.once"):
            api.request_supplement(v["leader"], uid, ["Giấy B"], "Thiếu nữa")
        with refused("supplement.no-exception"):
            api.consent_to_supplement(v["leader"], uid, "Cần thiết")
        SupplementException.objects.create(
            province=world.province, basis="Quyết định 01/2026/QĐ-UBND", valid_from=dt.date(2026, 1, 1)
        )
        with pytest.raises(NotPermitted):
            api.consent_to_supplement(v["officer"], uid, "Cần thiết")
        api.consent_to_supplement(v["leader"], uid, "Cần thiết")
        api.request_supplement(v["leader"], uid, ["Giấy B"], "Thiếu nữa")
    with frozen("2026-03-03T11:00"):
        api.take_supplement(v["desk"], uid)
        with refused("supplement.once"):
            api.request_supplement(v["leader"], uid, ["Giấy C"], "Lần ba")
    dossier = Dossier.objects.get(uid=uid)
    assert dossier.supplements == 2
    assert index_on_time(clock_of(dossier), at("2026-03-03T12:00")) is False


def test_an_expired_exception_gives_nothing(world):
    uid = filed(world)
    SupplementException.objects.create(
        province=world.province, basis="Cũ", valid_from=dt.date(2025, 8, 1), valid_to=dt.date(2026, 1, 1)
    )
    with frozen("2026-03-02T10:00"), refused("supplement.no-exception"):
        api.consent_to_supplement(world.viewers["leader"], uid, "Cần thiết")


def test_an_extension_is_once_before_the_day_and_moves_the_promise(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-05T08:00"), refused("extension.too-late"):
        api.extend_dossier(v["leader"], uid, at("2026-03-10T17:00"), "Xác minh")
    with frozen("2026-03-04T08:00"):
        with refused("extension.date"):
            api.extend_dossier(v["leader"], uid, at("2026-03-08T17:00"), "Chủ nhật")
        with pytest.raises(NotPermitted):
            api.extend_dossier(v["officer"], uid, at("2026-03-10T17:00"), "Xác minh")
        done = api.extend_dossier(v["leader"], uid, at("2026-03-10T17:00"), "Xác minh", cause="verification")
        assert done.promised == at("2026-03-10T17:00")
        with refused("extension.once"):
            api.extend_dossier(v["leader"], uid, at("2026-03-12T17:00"), "Nữa")
    slip = Slip.objects.get(kind="04")
    assert slip.number == "01/2026" and "Xác minh" in slip.facts
    assert Dossier.objects.get(uid=uid).late_reason == "verification"


def test_a_late_dossier_gets_its_own_apology_and_stays_late(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-05T17:00"), refused("apology.not-late"):
        api.apologise(v["leader"], uid, "Chậm")
    with frozen("2026-03-06T08:00"):
        assert [one.uid for one in overdue(v["leader"], world.province)] == [uid]
        with refused("extension.late"):
            api.extend_dossier(v["leader"], uid, at("2026-03-12T17:00"), "Chậm")
        done = api.apologise(v["leader"], uid, "Chậm", cause="load")
    assert done.promised == at("2026-03-05T17:00")
    assert Extension.objects.get().new_date is None
    assert Slip.objects.filter(kind="apology").count() == 1


def test_a_dossier_bound_to_its_place_is_received_there_alone(world):
    with refused("filing.bound-to-place"):
        api.file_dossier(
            world.viewers["desk"], world.province, world.filing("1.000004", handling=world.other_ward.code)
        )


def test_a_commune_receives_for_a_department_and_returns_the_result(world):
    v = world.viewers
    uid = filed(world, handling=world.department.code)
    dossier = Dossier.objects.get(uid=uid)
    assert (dossier.received_code, dossier.unit_code, dossier.return_code) == (
        world.ward.code, world.department.code, world.ward.code,
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        api.forward_dossier(v["leader"], uid)
    with frozen("2026-03-03T08:00"):
        api.forward_dossier(v["dept_leader"], uid, assignee=v["dept_officer"].user_id)
        api.submit_dossier(v["dept_officer"], uid, RESULT)
        api.approve_dossier(v["dept_leader"], uid)
        api.sign_dossier(v["dept_leader"], uid)
        api.record_result(v["dept_clerk"], uid)
        assert api.return_result(v["desk"], uid, Handover()).status == Status.RETURNED


def test_a_transfer_goes_on_in_the_other_agency(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.transfer_dossier(v["leader"], uid, world.other_ward.code, "Không thuộc thẩm quyền")
    dossier = Dossier.objects.get(uid=uid)
    assert dossier.unit_code == world.other_ward.code
    task = Task.objects.get(dossier=dossier, closed_at=None)
    assert (task.key, task.unit_code) == ("2", world.other_ward.code)
    assert find_dossier(v["other_officer"], world.province, uid) is not None


def test_opinions_are_asked_answered_and_waited_for(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.consult_units(
            v["officer"],
            uid,
            [world.department.code, world.other_department.code],
            "Có ý kiến?",
            at("2026-03-03T17:00"),
        )
        with refused("consultation.open"):
            api.submit_dossier(v["officer"], uid, RESULT)
        with refused("consultation.not-due"):
            api.submit_dossier(v["officer"], uid, RESULT, without_answers=True)
    key = Task.objects.get(kind="consult", unit_code=world.department.code).key
    with frozen("2026-03-03T09:00"):
        with pytest.raises(NotPermitted):
            api.answer_consultation(v["other_officer"], uid, key, "Đồng ý")
        api.answer_consultation(v["dept_officer"], uid, key, "Đồng ý", agrees=True)
    with frozen("2026-03-04T08:00"):
        api.submit_dossier(v["officer"], uid, RESULT, without_answers=True)
    assert Task.objects.get(kind="consult", unit_code=world.other_department.code).state == "cancelled"


def test_sending_back_returns_to_who_did_it(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, RESULT)
        with refused("return.step"):
            api.return_step(v["leader"], uid, "6", "Sai")
        api.return_step(v["leader"], uid, "3", "Thiếu căn cứ")
    task = Task.objects.get(dossier__uid=uid, closed_at=None)
    assert (task.key, task.assignee_id) == ("3", v["officer"].user_id)
    assert Approval.objects.get().kind == "send-back"


def test_signing_asks_for_authority_at_that_moment(world):
    from dossier_world import drop_grants

    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, RESULT)
        _ = v["leader"].grants  # read this morning
        drop_grants(v["leader"])
        with refused("authority.none"):
            api.approve_dossier(v["leader"], uid)
    assert not Approval.objects.exists()


def test_four_eyes_reopen_and_the_days_between_do_not_count(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, RESULT)
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
        api.ask_reopening(v["leader"], uid, "Sai ngày sinh")
        with refused("reopening.four-eyes"):
            api.decide_reopening(v["leader"], uid, grant=True)
    from dossier_world import add_permission

    add_permission("processing-officer", "dossiers.dossiers.reopen")
    second = type(v["second"])(v["second"].user)
    with frozen("2026-03-04T10:00"):
        done = api.decide_reopening(second, uid, grant=True)
    assert done.status == Status.PROCESSING
    dossier = Dossier.objects.get(uid=uid)
    # 05/3 17:00 moved by two working days
    assert dossier.legal_due == at("2026-03-09T17:00")
    assert Task.objects.get(dossier=dossier, closed_at=None).key == "6"


def test_a_signed_result_cannot_be_withdrawn(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, RESULT)
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        with refused("decided"):
            api.withdraw_dossier(v["desk"], uid, "Đổi ý")


def test_a_green_lane_shortens_the_promise_not_the_law(world):
    KeyProject.objects.create(
        province=world.province, code="DA-01", name="Khu công nghiệp mẫu", lane="green-60", basis="QĐ", valid_from=dt.date(2026, 1, 1)
    )  # fmt: skip
    uid = filed(world, project="DA-01")
    dossier = Dossier.objects.get(uid=uid)
    # 60 % of three days is 1,8 days, in quarters of a day two days
    assert dossier.promised == at("2026-03-04T17:00") and dossier.legal_due == at("2026-03-05T17:00")
    with refused("project.unknown"):
        api.file_dossier(world.viewers["desk"], world.province, world.filing(project="DA-99"))


def test_an_online_dossier_has_its_channels_limit(world):
    uid = filed(world, channel=2)
    assert Dossier.objects.get(uid=uid).promised == at("2026-03-04T17:00")


def test_a_step_is_not_given_to_who_may_not_or_is_away(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        with refused("assign.may-not"):
            api.forward_dossier(v["leader"], uid, assignee=v["clerk"].user_id)
        Absence.objects.create(
            province=world.province, user_id=v["officer"].user_id, valid_from=dt.date(2026, 3, 2),
            valid_to=dt.date(2026, 3, 4), recorded_by_id=v["leader"].user_id,
        )  # fmt: skip
        with refused("assign.away"):
            api.forward_dossier(v["leader"], uid, assignee=v["officer"].user_id)
        api.forward_dossier(v["leader"], uid, assignee=v["second"].user_id)
        with refused("step.of-another"):
            api.submit_dossier(v["officer"], uid, RESULT)
        api.assign_step(v["leader"], uid, v["second"].user_id)


def test_waiting_for_a_national_system_moves_the_step_and_not_the_promise(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        due = Task.objects.get(dossier__uid=uid, closed_at=None).due_at
        api.wait_for_system(v["officer"], uid, "CSDL quốc gia về dân cư")
    with frozen("2026-03-03T10:00"):
        done = api.resume_from_system(v["officer"], uid)
    task = Task.objects.get(dossier__uid=uid, closed_at=None)
    assert done.promised == at("2026-03-05T17:00")
    # one working day later
    assert (due, task.due_at) == (at("2026-03-03T15:45"), at("2026-03-04T15:45"))


def test_payment_stops_the_clock_and_a_voucher_prints_a_new_appointment(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T16:00"):
        api.forward_dossier(v["leader"], uid)
        api.pause_for_payment(v["officer"], uid)
        with refused("state"):
            api.submit_dossier(v["officer"], uid, RESULT)
    with frozen("2026-03-04T16:00"):
        done = api.resume_after_payment(v["officer"], uid)
    assert done.promised == at("2026-03-09T17:00")
    assert Slip.objects.filter(kind="01").count() == 2


def test_work_lists_show_each_person_their_own(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid, assignee=v["officer"].user_id)

        def seen(person: str, whose: str) -> list[str]:
            rows = work_list(v[person], world.province, WorkFilter(whose=whose))
            return [task.key for task in rows]

        assert seen("officer", "mine") == ["3"] and seen("officer", "unit") == ["3"]
        assert seen("second", "mine") == [] and seen("second", "unit") == ["3"]
        assert seen("other_officer", "unit") == [] and seen("desk", "unit") == []


def test_search_finds_by_code_name_number_and_phone_within_ones_units(world):
    v = world.viewers
    uid = filed(world)
    code = Dossier.objects.get(uid=uid).code
    for text in (code, code.lower(), "nguyen dao", "Mẫu Đào", "mau da", "027000000017", "0900 000 017"):
        assert [one.uid for one in search_dossiers(v["desk"], world.province, text)] == [uid], text
        assert not search_dossiers(v["other_desk"], world.province, text).exists(), text
    for text in ("", "nguyen khac", "' | 'u:h05", "0900000018"):
        assert not search_dossiers(v["desk"], world.province, text).exists(), text


@pytest.mark.parametrize("common", [1, 3, 1000])
def test_a_name_is_found_by_every_way(world, monkeypatch, common):
    """However common a name is taken for: among the newest, by walking back, by the index."""
    monkeypatch.setattr(lexemes, "_COMMON", common)
    monkeypatch.setattr(lexemes, "_NEWEST", 2)
    v, province = world.viewers, world.province
    uids = [filed(world) for _ in range(3)]
    there = api.file_dossier(v["desk"], province, world.filing(handling=world.department.code)).uid
    whole = Viewer(v["second"].user)
    Grant.objects.filter(user_id=whole.user_id).update(unit_path="/", unit_code="")
    both = [there, *reversed(uids)]

    def found(viewer, text):
        return [one.uid for one in search_dossiers(viewer, province, text)]

    assert found(v["desk"], "nguyen dao") == found(v["desk"], "dao ngu") == both
    assert found(v["officer"], "mau") == both  # their ward received the fourth
    assert found(v["dept_officer"], "nguyen dao") == [there]
    assert found(whole, "nguyen dao") == found(whole, "thi da") == both
    assert (
        found(v["other_desk"], "nguyen") == found(whole, "nguyen nguyet") == found(v["desk"], "u h05") == []
    )


def test_vectors_written_before_are_rewritten_by_the_migration(world):
    forward = import_module("motcua.modules.dossiers.migrations.0005_names_within_units").FORWARD
    uid = filed(world)
    [(now_written,)] = fetch("SELECT search::text FROM dossiers_dossier WHERE uid = %s", [uid])
    before = "'nguyen':1 'thi':2 'mau':3 'dao':4 'u:h05' 'u:h05.07210'"
    run("UPDATE dossiers_dossier SET search = %s::tsvector WHERE uid = %s", [before, uid])
    run(forward.replace("%", "%%"))
    assert fetch("SELECT search::text FROM dossiers_dossier WHERE uid = %s", [uid]) == [(now_written,)]
    assert "'u:h05.07210 nguyen'" in now_written and "'u:h05 nguyen'" not in now_written


def test_a_registered_dossier_waits_and_is_received_or_refused(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.register_dossier(v["desk"], world.province, world.filing(channel=2, origin="portal")).uid
        dossier = Dossier.objects.get(uid=uid)
        assert (dossier.code, dossier.status, dossier.promised) == (None, Status.REGISTERED, None)
        api.request_supplement(v["desk"], uid, ["Giấy A"], "Thiếu")
    with frozen("2026-03-04T08:15"):
        api.take_supplement(v["desk"], uid)
        assert Dossier.objects.get(uid=uid).status == Status.REGISTERED
        done = api.receive_dossier(v["desk"], uid)
    assert done.code == f"{world.ward.code}-260304-0001"
    assert done.promised == at("2026-03-06T17:00")
    with frozen("2026-03-04T09:00"):
        other = api.register_dossier(v["desk"], world.province, world.filing()).uid
        assert api.refuse_dossier(v["desk"], other, "Không thuộc thẩm quyền").status == Status.REFUSED
    assert Dossier.objects.get(uid=other).ended_at == at("2026-03-04T09:00")


def test_exceptions_are_the_provinces_and_dated(world):
    from motcua.reference.people.api import Installer

    with pytest.raises(NotPermitted):
        api.give_exception(
            world.viewers["leader"], world.province, basis="QĐ 1", valid_from=dt.date(2026, 1, 1)
        )
    with refused("exception.basis"):
        api.give_exception(Installer(), world.province, basis=" ", valid_from=dt.date(2026, 1, 1))
    with refused("exception.procedure"):
        api.give_exception(
            Installer(),
            world.province,
            basis="QĐ 1",
            valid_from=dt.date(2026, 1, 1),
            procedure_code="9.999999",
        )
    made = api.give_exception(Installer(), world.province, basis="QĐ 1", valid_from=dt.date(2026, 1, 1))
    with refused("exception.dates"):
        api.end_exception(Installer(), made, dt.date(2026, 1, 1))
    api.end_exception(Installer(), made, dt.date(2026, 3, 3))
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.consent_to_supplement(world.viewers["leader"], uid, "Cần thiết")
    with frozen("2026-03-03T10:00"), refused("supplement.no-exception"):
        api.consent_to_supplement(world.viewers["leader"], uid, "Cần thiết")


def test_parameters_of_the_province_rule_lanes_warnings_and_supplements(world):
    from motcua.reference.calendars.api import set_parameter
    from motcua.reference.people.api import Installer

    KeyProject.objects.create(
        province=world.province, code="DA-01", name="Khu công nghiệp mẫu", lane="green-24h", basis="QĐ", valid_from=dt.date(2026, 1, 1)
    )  # fmt: skip
    for name, value in (
        ("dossiers.green_lane_hours", "8"),
        ("dossiers.supplement_within_days", "0"),
        ("dossiers.warn_before", "50%"),
    ):
        with frozen("2026-02-02T08:00"):
            set_parameter(Installer(), world.province, name, value, dt.date(2026, 2, 2), "Quyết định mẫu")
    uid = filed(world, project="DA-01")
    dossier = Dossier.objects.get(uid=uid)
    # eight working hours from 08:15: 6 h 45 on Monday, 1 h 15 on Tuesday
    assert dossier.promised == at("2026-03-03T08:45")
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(world.viewers["leader"], uid)
        task = Task.objects.get(dossier=dossier, closed_at=None)
        assert (task.due_at, task.warn_at) == (at("2026-03-03T15:45"), at("2026-03-03T08:08"))
    with frozen("2026-03-02T10:15"):
        api.pause_for_payment(world.viewers["officer"], uid)
    with frozen("2026-03-02T11:15"):
        done = api.resume_after_payment(world.viewers["officer"], uid)
    assert done.promised == at("2026-03-03T09:45")


def test_legs_end_with_the_dossier_they_belong_to(world):
    v = world.viewers
    uid = filed(world, code="1.000003")
    with frozen("2026-03-02T10:00"):
        api.submit_dossier(v["officer"], uid, RESULT)
        assert Dossier.objects.get(uid=uid).legs.filter(ended_at=None).count() == 2
        api.stop_dossier(v["leader"], uid, "Theo đề nghị")
    assert not Dossier.objects.get(uid=uid).legs.filter(ended_at=None).exists()


def test_a_step_sent_back_to_somebody_away_waits_for_the_unit(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, RESULT)
        Absence.objects.create(
            province=world.province, user_id=v["officer"].user_id, valid_from=dt.date(2026, 3, 2),
            valid_to=dt.date(2026, 3, 4), recorded_by_id=v["leader"].user_id,
        )  # fmt: skip
        api.return_step(v["leader"], uid, "3", "Thiếu căn cứ")
    assert Task.objects.get(dossier__uid=uid, closed_at=None).assignee_id is None

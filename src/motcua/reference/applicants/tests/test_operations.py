"""Entering, changing, merging: what is refused, what events tell, what is never lost."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.reference.applicants.api import (
    Applicant,
    ApplicantDraft,
    ApplicantRefused,
    find_applicants,
    kept_of,
    likely_duplicates,
    likely_twins,
    merge_applicants,
    register_applicant,
    register_applicants,
    undo_merge,
    update_applicant,
)
from motcua.reference.applicants.permissions import MANAGE, MERGE, VIEW
from motcua.reference.people.api import UnitRef

WARD = UnitRef("H05.15", "/H05/H05.15/")
AN = {"identity_kind": "citizen_id", "identity_number": "027000000001", "phone": "0900000001"}

REGISTERED = "applicants:applicant:registered"

pytestmark = pytest.mark.django_db


def draft(name="Nguyễn Mẫu An", kind="citizen", **fields):
    return ApplicantDraft(kind=kind, display_name=name, **fields)


def snapshot():
    """What events tell of: who is there, of which kind, merged into whom; the content of columns is not told."""
    rows = Applicant.objects.order_by("pk").select_related("merged_into")
    return {
        row.subject: [row.kind, row.identity_kind, str(row.merged_into.uid) if row.merged_into else ""]
        for row in rows
    }


def registered(state, event):
    return state | {event.subject: [event.payload["kind"], event.payload["identity_kind"], ""]}


def merged(state, event):
    state["applicant:" + event.payload["gone"]][2] = event.subject.removeprefix("applicant:")
    return state


def unmerged(state, event):
    state["applicant:" + event.payload["gone"]][2] = ""
    return state


TOLD = {
    "applicants:applicant:registered": registered,
    "applicants:applicant:updated": lambda state, event: state,
    "applicants:applicant:merged": merged,
    "applicants:applicant:unmerged": unmerged,
}


class TestEntering:
    def test_one_form_and_an_event_without_personal_data(self, officer, province):
        with frozen("2026-03-02T09:00"), replays(snapshot, TOLD) as events:
            made = register_applicant(
                officer,
                province,
                draft("nguyễn  mẫu An", birth_date="17/05/1990", email="An@VIDU.vn", address=" Số 1 ", **AN),
                unit=WARD,
            )
        row = Applicant.objects.get()
        assert (row.display_name, row.search_text) == ("nguyễn mẫu An", "nguyen mau an")
        assert (row.birth_date, row.email, row.address) == ("1990-05-17", "an@vidu.vn", "Số 1")
        (event,) = events
        assert (event.subject, event.unit_code, event.actor) == (made.subject, "H05.15", officer.user)
        assert event.payload == {"kind": "citizen", "identity_kind": "citizen_id"}

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"kind": "ghost"}, "kind"),
            ({"name": "X"}, "display_name"),
            ({"identity_kind": "citizen_id", "identity_number": "12"}, "identity_number"),
            ({"identity_number": "027000000001"}, "identity_kind"),
            ({"phone": "12"}, "phone"),
            ({"email": "a@"}, "email"),
            ({"birth_date": "31/02/1990"}, "birth_date"),
            ({"birth_date": "01/01/2999"}, "birth_date"),
            ({"place_code": "abc"}, "place_code"),
            ({"address": "x" * 501}, "address"),
            ({"kind": "enterprise", "representative": "<b>"}, "representative"),
        ],
    )
    def test_a_wrong_field_is_named_and_nothing_is_kept(self, officer, province, fields, field):
        with pytest.raises(ApplicantRefused) as refusal, replays(snapshot, TOLD):
            register_applicant(officer, province, draft(**fields))
        assert refusal.value.field == field and refusal.value.message.endswith(".")

    def test_a_known_number_leads_to_who_bears_it(self, officer, province, enter):
        known = enter("Nguyễn Mẫu An", **AN)
        firm = enter("Mẫu", kind="enterprise", identity_kind="tax_code", identity_number="0300588569")
        twin = enter("Nguyễn Mẫu An", identity_kind="old_id", identity_number="123456789")
        merge_applicants(officer, known, twin, "Cùng một người")
        for kind, number, bearer in (
            ("citizen_id", "027-000-000-001", known),
            ("tax_code", "027000000001", known),
            ("enterprise_number", "0300588569", firm),
            ("old_id", "123456789", known),
        ):
            with pytest.raises(ApplicantRefused) as refusal, replays(snapshot, TOLD):
                register_applicant(officer, province, draft(identity_kind=kind, identity_number=number))
            assert (refusal.value.code, refusal.value.known) == ("applicants.identity.known", bearer)

    def test_two_provinces_and_two_passports_may_bear_one_number(self, officer, province, enter, person):
        elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
        enter("Nguyễn Mẫu An", **AN)
        enter("Nguyễn Mẫu An", viewer=person("khac", elsewhere, MANAGE), province=elsewhere, **AN)
        for name in ("Mau Smith", "Mau Jones"):
            enter(name, kind="foreigner", identity_kind="passport", identity_number="AB1234567")
        assert Applicant.objects.count() == 4

    def test_only_with_the_right_over_the_unit(self, province, person):
        of_a_ward = person("phuong", province, MANAGE, path="/H05/H05.15/")
        register_applicant(of_a_ward, province, draft(), unit=WARD)
        for viewer, unit in (
            (of_a_ward, UnitRef("H05.16", "/H05/H05.16/")),
            (of_a_ward, UnitRef("", "/")),
            (person("xem", province, VIEW, MERGE), WARD),
        ):
            with pytest.raises(NotPermitted), replays(snapshot, TOLD):
                register_applicant(viewer, province, draft(), unit=unit)


class TestChanging:
    def test_what_differs_is_told_by_name(self, officer, enter):
        row = enter("Nguyễn Mẫu An", **AN)
        with replays(snapshot, TOLD) as events:
            changed = update_applicant(
                officer,
                row,
                draft("Nguyễn Mẫu Ân", address="Số 2", **AN | {"phone": "0900000002"}),
                revision=1,
            )
        assert (changed.display_name, changed.phone, changed.revision) == ("Nguyễn Mẫu Ân", "0900000002", 2)
        assert [event.payload for event in events] == [{"columns": "display_name, phone, address"}]
        assert list(find_applicants(officer, row.province, "0900000001")) == []
        assert list(find_applicants(officer, row.province, "0900000002")) == [row]

    def test_without_a_difference_nothing_is_told(self, officer, enter):
        row = enter("Nguyễn Mẫu An", **AN)
        with replays(snapshot, TOLD) as events:
            assert update_applicant(officer, row, draft(**AN)).revision == 1
        assert events == []

    def test_somebody_elses_change_is_not_overwritten(self, officer, enter):
        row = enter("Nguyễn Mẫu An", **AN)
        update_applicant(officer, row, draft("Nguyễn Mẫu Ân", **AN), revision=1)
        with pytest.raises(ApplicantRefused, match="Người khác vừa sửa"), replays(snapshot, TOLD):
            update_applicant(officer, row, draft("Nguyễn Mẫu Ấn", **AN), revision=1)
        row.refresh_from_db()
        assert row.display_name == "Nguyễn Mẫu Ân"

    def test_not_into_somebody_elses_number_nor_by_a_stranger(self, officer, enter, province, person):
        enter("Trần Mẫu Bình", **AN)
        row = enter("Nguyễn Mẫu An")
        with pytest.raises(ApplicantRefused) as refusal, replays(snapshot, TOLD):
            update_applicant(officer, row, draft(**AN))
        assert refusal.value.code == "applicants.identity.known"
        with pytest.raises(NotPermitted), replays(snapshot, TOLD):
            update_applicant(person("xem", province, VIEW), row, draft("Lê Mẫu"))


class TestMerging:
    @pytest.fixture
    def pair(self, enter):
        return enter("Nguyễn Mẫu An", **AN), enter(
            "Nguyễn Mẫu An", identity_kind="old_id", identity_number="123456789"
        )

    def test_and_taking_it_back(self, officer, pair):
        kept, gone = pair
        before = [Applicant.objects.values().get(pk=gone.pk), Applicant.objects.values().get(pk=kept.pk)]
        with replays(snapshot, TOLD):
            merge_applicants(officer, kept, gone, "Hai giấy tờ của một người")
        gone.refresh_from_db()
        assert kept_of(gone) == kept and gone.merge_reason == "Hai giấy tờ của một người"
        with replays(snapshot, TOLD):
            undo_merge(officer, gone, "Thực ra là hai người")
        after = [Applicant.objects.values().get(pk=gone.pk), Applicant.objects.values().get(pk=kept.pk)]
        for rows in (before, after):
            for row in rows:
                del row["updated_at"], row["revision"]
        assert after == before

    def test_chains_lead_to_the_last_and_come_apart_one_by_one(self, officer, pair, enter):
        first, second = pair
        third = enter("Nguyễn Mẫu An", phone="0900000003")
        merge_applicants(officer, second, first, "Cùng một người")
        merge_applicants(officer, third, second, "Cùng một người")
        assert kept_of(Applicant.objects.get(pk=first.pk)) == third
        undo_merge(officer, Applicant.objects.get(pk=second.pk), "Nhầm người rồi")
        assert kept_of(Applicant.objects.get(pk=first.pk)) == second

    @pytest.mark.parametrize(
        ("which", "reason", "code"),
        [
            ("same", "Cùng một người", "merge.same"),
            ("gone twice", "Cùng một người", "record.merged"),
            ("into gone", "Cùng một người", "record.merged"),
            ("elsewhere", "Cùng một người", "merge.province"),
            ("pair", "x", "reason.length"),
        ],
    )
    def test_refused(self, officer, pair, enter, person, which, reason, code):
        kept, gone = pair
        if "gone" in which:
            merge_applicants(officer, kept, gone, "Cùng một người")
        elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
        far = enter("Nguyễn Mẫu An", viewer=person("khac", elsewhere, MANAGE), province=elsewhere)
        other = enter("Nguyễn Mẫu An")
        pairs = {
            "same": (kept, kept),
            "gone twice": (other, gone),
            "into gone": (gone, other),
            "elsewhere": (kept, far),
            "pair": (kept, gone),
        }
        with pytest.raises(ApplicantRefused) as refusal, replays(snapshot, TOLD):
            merge_applicants(officer, *pairs[which], reason)
        assert refusal.value.code == f"applicants.{code}"

    def test_a_merged_record_is_not_changed_and_what_is_not_merged_not_parted(self, officer, pair):
        kept, gone = pair
        merge_applicants(officer, kept, gone, "Cùng một người")
        with pytest.raises(ApplicantRefused, match="đã gộp vào"), replays(snapshot, TOLD):
            update_applicant(officer, gone, draft("Lê Mẫu"))
        with pytest.raises(ApplicantRefused, match="không gộp"), replays(snapshot, TOLD):
            undo_merge(officer, kept, "Nhầm người rồi")

    def test_only_with_the_right_in_the_province(self, province, person, pair):
        kept, gone = pair
        elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
        strangers = person("la", elsewhere, VIEW, MANAGE, MERGE), person("khong", province, VIEW, MANAGE)
        for stranger in strangers:
            with pytest.raises(NotPermitted), replays(snapshot, TOLD):
                merge_applicants(stranger, kept, gone, "Cùng một người")
        merge_applicants(person("phuong", province, MERGE, path="/H05/H05.15/"), kept, gone, "Cùng một người")
        for stranger in strangers:
            with pytest.raises(NotPermitted), replays(snapshot, TOLD):
                undo_merge(stranger, gone, "Nhầm người rồi")


class TestLikeness:
    def likely(self, province, **fields):
        found = likely_duplicates(province, draft(**fields))
        return [(like.applicant.display_name, like.certain, like.reasons) for like in found]

    def test_with_the_reasons_in_words(self, province, enter):
        enter("Nguyễn Mẫu An", birth_date="1990-05-17", **AN)
        enter("Trần Mẫu Bình", phone="0900000009")
        same_person = ("Nguyễn Mẫu An", False, ("cùng họ tên và ngày sinh",))
        assert self.likely(province, name="nguyen mau an", birth_date="17/05/1990") == [same_person]
        assert self.likely(
            province, name="Lê Mẫu", identity_kind="citizen_id", identity_number="027000000001"
        ) == [("Nguyễn Mẫu An", True, ("cùng số giấy tờ",))]
        assert self.likely(province, name="Nguyễn Mẫu Anh", phone="+84900000001") == [
            ("Nguyễn Mẫu An", False, ("cùng số điện thoại, tên gần giống",))
        ]
        assert self.likely(province, birth_date="1990-05-17", **AN)[0][2] == (
            "cùng số giấy tờ",
            "cùng họ tên và ngày sinh",
            "cùng số điện thoại, tên gần giống",
        )

    def test_nobody_for_a_common_name_or_another_person_on_the_same_telephone(self, province, enter):
        enter("Nguyễn Mẫu An", birth_date="1990-05-17", **AN)
        assert self.likely(province, name="Nguyễn Mẫu An") == []
        assert self.likely(province, name="Nguyễn Mẫu An", birth_date="1991-05-17") == []
        assert self.likely(province, name="Trần Mẫu Quỳnh", phone="0900000001") == []
        assert self.likely(province, name="Nguyễn Mẫu An", phone="09000") == []
        elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
        assert self.likely(elsewhere, birth_date="1990-05-17", **AN) == []

    def test_twins_of_a_record_and_of_what_was_merged(self, officer, province, enter):
        one = enter("Nguyễn Mẫu An", birth_date="1990-05-17")
        two = enter("Nguyen Mau An", birth_date="1990-05-17")
        assert [like.applicant for like in likely_twins(one)] == [two]
        merge_applicants(officer, two, one, "Cùng một người")
        assert likely_twins(Applicant.objects.get(pk=one.pk)) == [] == likely_twins(two)
        assert [like.applicant for like in likely_duplicates(province, draft(birth_date="1990-05-17"))] == [
            two
        ]

    def test_three_look_ups_in_one_question(self, province, enter, django_assert_num_queries):
        enter("Nguyễn Mẫu An", birth_date="1990-05-17", **AN)
        with django_assert_num_queries(1):
            self.likely(province, birth_date="1990-05-17", **AN)


@pytest.mark.django_db(transaction=True)
def test_two_counters_entering_one_person_make_one(province, person):
    officers = [person(f"quay{number}", province, MANAGE) for number in range(4)]
    start, outcomes = threading.Barrier(4), []

    def enter(viewer):
        start.wait()
        try:
            outcomes.append(register_applicant(Viewer(viewer.user), province, draft(**AN)))
        except ApplicantRefused as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=(viewer,)) for viewer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (made,) = [outcome for outcome in outcomes if isinstance(outcome, Applicant)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, ApplicantRefused)]
    assert [refusal.known for refusal in refusals] == [made] * 3
    assert (
        Applicant.objects.count() == Event.objects.filter(type="applicants:applicant:registered").count() == 1
    )


def test_many_at_once_are_entered_as_one_by_one(province, officer):
    drafts = [draft(), draft("Trần Mẫu Bình", identity_kind="citizen_id", identity_number="027000000002")]
    with frozen("2025-03-04T08:00:00"):
        singly = register_applicant(officer, province, draft("Lê Mẫu Chi", **AN), unit=WARD)
        with replays(snapshot, {REGISTERED: registered}) as happened:
            many = register_applicants(officer, province, drafts, unit=WARD)
    assert [row.display_name for row in many] == ["Nguyễn Mẫu An", "Trần Mẫu Bình"]
    kept = Applicant.objects.get(uid=many[1].uid)
    assert (kept.identity_number, kept.search_text) == ("027000000002", "tran mau binh")
    alone = Event.objects.get(subject=singly.subject)
    for event in happened:
        same = ("type", "actor_id", "unit_code", "unit_path", "occurred_at")
        assert [getattr(event, name) for name in same] == [getattr(alone, name) for name in same]


def test_many_at_once_are_all_entered_or_none(province, officer):
    drafts = [draft("Lê Mẫu Chi"), draft(**AN), draft("Trần Mẫu Bình", **AN)]
    with pytest.raises(IntegrityError), transaction.atomic():
        register_applicants(officer, province, drafts, unit=WARD)
    assert not Applicant.objects.exists() and not Event.objects.filter(type=REGISTERED).exists()
    with pytest.raises(NotPermitted):
        register_applicants(Viewer(User(username="khach")), province, drafts[:1], unit=WARD)

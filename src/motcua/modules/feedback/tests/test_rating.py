"""Ratings: one a dossier and kind, by its applicant, changeable for some days; and dossiers somebody is unhappy with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.models import Dossier
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, RatingDraft
from motcua.modules.feedback.events import CODES, GRIEVANCE_KEPT, RATING_CODES
from motcua.modules.feedback.models import Grievance, Rating
from motcua.reference.calendars.api import set_parameter
from motcua.reference.people.api import Installer

pytestmark = pytest.mark.django_db
GOOD = RatingDraft("handling", "satisfied", {"time": 1, "contacts": 2}, channel="tablet")
BAD = RatingDraft(
    "handling", "dissatisfied", {"attitude": 0}, ("manner", "late"), "Cán bộ Mẫu gắt gỏng", "phone"
)


def refused(code: str):
    return pytest.raises(api.FeedbackRefused, check=lambda error: error.code == f"feedback.{code}")


def filed(world, **changes: Any) -> Dossier:
    with frozen("2026-03-02T08:15"):
        filing = world.filing(handling=world.department.code, **changes)
        done = dossiers.file_dossier(world.viewers["desk"], world.province, filing)
    return Dossier.objects.get(uid=done.uid)


def ended(world) -> Dossier:
    row = filed(world)
    with frozen("2026-03-03T08:15"):
        dossiers.stop_dossier(world.viewers["dept_leader"], row.uid, "Lý do thử nghiệm")
    return row


def rate(world, row: Dossier, draft: RatingDraft, day: str = "2026-03-04", **named: Any) -> api.RatingDone:
    with frozen(f"{day}T09:00"):
        return api.record_rating(world.viewers["desk"], world.province, row.code, draft, **named)


# -- replaying ------------------------------------------------------------------------------------


def snapshot() -> dict[str, Any]:
    ratings = [
        field.attname
        for field in Rating._meta.concrete_fields
        if field.attname not in ("id", "province_id", "uid", "comment", "erased_at")
    ]
    grievances = [
        field.attname
        for field in Grievance._meta.concrete_fields
        if field.attname not in ("id", "province_id")
    ]  # fmt: skip
    told = {
        f"rating:{one.uid}": {name: utc(getattr(one, name)) for name in ratings}
        for one in Rating.objects.all()
    }
    for one in Grievance.objects.all():
        told[f"grievance:{one.dossier_uid}"] = {name: utc(getattr(one, name)) for name in grievances}
    return told


def utc(value: Any) -> Any:
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value


def apply(state: dict[str, Any], event: Event) -> dict[str, Any]:
    row = state.setdefault(event.subject, {"changed_at": None} if event.subject.startswith("rating") else {})
    row.update(event.payload["set"])
    return state


def unchanged(state: dict[str, Any], _event: Event) -> dict[str, Any]:
    return state


APPLY = {
    **dict.fromkeys((*RATING_CODES.values(), GRIEVANCE_KEPT), apply),
    **dict.fromkeys(CODES.values(), unchanged),
}


# -- ratings --------------------------------------------------------------------------------------


def test_given_then_changed_within_its_days(world):
    row = ended(world)
    with replays(snapshot, APPLY) as happened:
        first = rate(world, row, GOOD)
        second = rate(world, row, BAD, "2026-04-03")
    assert (first.changed, second.changed, second.uid, second.revision) == (False, True, first.uid, 2)
    kept = Rating.objects.get()
    assert (kept.level, kept.counts, kept.scores, kept.reasons) == (
        "dissatisfied", "disliked", {"attitude": 0}, ["late", "manner"],
    )  # fmt: skip
    assert kept.comment == "Cán bộ Mẫu gắt gỏng"
    assert (kept.unit_code, kept.procedure_code, kept.field_code) == (world.department.code, "1.000001", "HT")
    assert [one.type for one in happened] == [
        RATING_CODES["given"], RATING_CODES["changed"], GRIEVANCE_KEPT,
    ]  # fmt: skip
    assert "gắt gỏng" not in str([one.payload for one in happened])
    with refused("rating.window"):
        rate(world, row, GOOD, "2026-04-04")
    assert Rating.objects.get().level == "dissatisfied"


def test_a_province_says_for_how_many_days(world):
    row = ended(world)
    with frozen("2026-03-02T08:00"):
        set_parameter(
            Installer(), world.province, "feedback.rating_change_days", "0", dt.date(2026, 3, 2), "QĐ 1"
        )
    rate(world, row, GOOD)
    rate(world, row, BAD)
    with refused("rating.window"):
        rate(world, row, GOOD, "2026-03-05")


def test_the_desk_and_the_agency_are_rated_apart(world):
    row = ended(world)
    rate(world, row, RatingDraft("reception", "very-satisfied"))
    rate(world, row, GOOD)
    units = dict(Rating.objects.values_list("kind", "unit_code"))
    assert units == {"reception": world.ward.code, "handling": world.department.code}


def test_the_agency_is_rated_when_the_dossier_has_ended(world):
    row = filed(world)
    with refused("rating.early"):
        rate(world, row, GOOD)
    assert not rate(world, row, RatingDraft("reception", "neutral")).changed


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (RatingDraft("handling", "so-so"), "rating.level.choice"),
        (RatingDraft("handling", "satisfied", {"time": 3}), "rating.score"),
        (RatingDraft("handling", "satisfied", {"time": True}), "rating.score"),
        (RatingDraft("handling", "satisfied", {"weather": 1}), "rating.score"),
        (RatingDraft("handling", "satisfied", reasons=("weather",)), "rating.reason.choice"),
        (RatingDraft("weather", "satisfied"), "rating.kind.choice"),
        (RatingDraft("handling", "satisfied", channel="pigeon"), "rating.channel.choice"),
        (RatingDraft("handling", "satisfied", comment="x" * 2001), "text.too-long"),
        (RatingDraft("handling", "satisfied", comment="a\x00"), "text.signs"),
    ],
)
def test_what_is_not_of_the_scale_is_refused(world, draft, code):
    row = ended(world)
    with replays(snapshot, APPLY), refused(code):
        rate(world, row, draft)
    assert not Rating.objects.exists()


def test_by_the_receipt_and_by_nothing_less(world):
    row = ended(world)
    with frozen("2026-03-04T09:00"):
        for code, check in ((row.code, "WRONG000"), (row.code, ""), ("H05.99-260302-0001", row.check_value)):
            with refused("rating.receipt"):
                api.rate_by_receipt(world.province, code, check, GOOD)
        done = api.rate_by_receipt(
            world.province, row.code.lower(), row.check_value.lower(), RatingDraft("handling", "satisfied", channel="portal")
        )  # fmt: skip
    assert Rating.objects.get(uid=done.uid).recorded_by is None
    assert Event.objects.get(type=RATING_CODES["given"]).actor is None


def test_recorded_only_for_dossiers_of_ones_own_units(world):
    row = ended(world)
    for name in ("other_desk", "dept_officer", "leader", "coordinator"):
        with frozen("2026-03-04T09:00"), pytest.raises(NotPermitted):
            api.record_rating(world.viewers[name], world.province, row.code, GOOD)
    with frozen("2026-03-04T09:00"), pytest.raises(NotPermitted):
        api.record_rating(world.viewers["desk"], world.province, "H05.99-260302-0001", GOOD)
    with frozen("2026-03-04T09:00"):
        api.record_rating(world.viewers["dept_desk"], world.province, row.code, GOOD)
    seen = {
        name: api.visible_ratings(world.viewers[name], world.province).count()
        for name in ("dept_leader", "dept_desk", "desk", "leader", "dept_officer")
    }
    assert seen == {"dept_leader": 1, "dept_desk": 1, "desk": 0, "leader": 0, "dept_officer": 0}


def test_the_same_request_twice_changes_nothing(world):
    row = ended(world)
    first = rate(world, row, GOOD, idempotency_key="k")
    again = rate(world, row, BAD, idempotency_key="k")
    assert (again.uid, again.repeated, again.level, again.revision) == (first.uid, True, "satisfied", 1)


def test_when_the_event_fails_nothing_is_half_saved(world, monkeypatch):
    row = ended(world)
    rate(world, row, GOOD)
    from motcua.modules.feedback.operations import rating

    def fails(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("the log is full")

    before = snapshot()
    monkeypatch.setattr(rating, "record", fails)
    with pytest.raises(RuntimeError):
        rate(world, row, BAD)
    assert snapshot() == before and not Grievance.objects.exists()


# -- dossiers somebody is not content with --------------------------------------------------------


def petition(world, row: Dossier, day: str) -> Any:
    with frozen(f"{day}T10:00"):
        return api.receive_ticket(
            world.viewers["coordinator"],
            world.province,
            Petition("service", "phone", "Chậm", world.ward.code, dossier_code=row.code),
        ).uid


def test_a_dossier_with_a_petition_and_a_dislike_is_one(world):
    row = ended(world)
    with replays(snapshot, APPLY):
        uid = petition(world, row, "2026-03-05")
        rate(world, row, BAD)
    kept = Grievance.objects.get()
    assert (kept.petitions, kept.dislikes, kept.unit_code) == (1, 1, world.department.code)
    assert kept.since_at == Rating.objects.get().rated_at
    with replays(snapshot, APPLY), frozen("2026-03-06T08:00"):
        api.refuse_ticket(world.viewers["coordinator"], world.province, uid, "unclear", "Không rõ")
    assert Grievance.objects.get().petitions == 0
    with replays(snapshot, APPLY):
        rate(world, row, GOOD, "2026-03-07")
    kept = Grievance.objects.get()
    assert (kept.petitions, kept.dislikes, kept.since_at) == (0, 0, None)


def test_the_petition_takes_procedure_and_field_of_its_dossier(world):
    row = ended(world)
    uid = petition(world, row, "2026-03-05")
    found = api.find_ticket(world.viewers["coordinator"], world.province, uid)
    assert found is not None
    assert (found.dossier_uid, found.procedure_code, found.field_code) == (row.uid, "1.000001", "HT")

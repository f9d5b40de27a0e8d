"""Telling people before and after the due day, once each; who is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, record
from motcua.engine.notices.api import notify_user
from motcua.engine.permissions.api import Viewer, grants_above
from motcua.engine.provinces.api import real_provinces
from motcua.kernel.clock import today
from motcua.reports.forms.api import EDIT, PROVINCE
from motcua.reports.submissions import events
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.models import Campaign, Submission
from motcua.reports.submissions.operations import open_submission, root_of
from motcua.reports.submissions.permissions import RUN, SUBMIT
from motcua.reports.submissions.states import EDITABLE, State

KIND = "submissions.due"
MOST_TOLD = 20


def open_due() -> int:
    """Submissions whose campaign's first day has come; returns how many were opened."""
    waiting = Submission.objects.filter(state=State.NOT_DUE, campaign__opened_on__lte=today())
    return sum(bool(open_submission(each)) for each in waiting)


def remind_due() -> int:
    """Tells the people of units that have not submitted, on the campaign's days around the due day; returns how many
    submissions were told of. Once each: told again the same day, nothing is added."""
    count = 0
    provinces = real_provinces()
    for campaign in Campaign.objects.filter(province__in=provinces).select_related("province"):
        count += len(_remind(_to_tell(campaign), None))
    return count


def _to_tell(campaign: Campaign) -> list[Submission]:
    days = {today() + dt.timedelta(days=offset) for offset in campaign.reminder_days}
    rows = campaign.submissions.filter(state__in=EDITABLE, due_on__in=days)
    return list(rows.select_related("sheet", "campaign", "province"))


def remind(viewer: Viewer, submissions: Iterable[Submission]) -> list[Submission]:
    """Tell the units chosen that have not submitted, now; returns those told. Raises NotPermitted;
    SubmissionRefused submissions.remind.none."""
    chosen = list(submissions)
    for each in chosen:
        viewer.require(RUN, province=each.province_id, unit_path=root_of(each.province))
    by = viewer.user if isinstance(viewer.user, User) else None
    told = _remind([each for each in chosen if each.state in EDITABLE], by)
    if not told:
        raise SubmissionRefused(
            "remind.none",
            _("Không có đơn vị nào cần nhắc: đã nộp, hoặc đã nhắc hôm nay, hoặc chưa có người nhận."),
        )
    return told


def _remind(submissions: Iterable[Submission], by: User | None) -> list[Submission]:
    return [each for each in submissions if _remind_one(each, by)]


def _remind_one(submission: Submission, by: User | None) -> bool:
    key = f"{submission.uid}:{today():%Y%m%d}"
    people = _people(submission)
    if not people:
        return False
    with transaction.atomic():
        if Event.objects.filter(
            province_id=submission.province_id, type=events.REMINDED, idempotency_key=key
        ).exists():
            return False
        record(
            events.REMINDED,
            province=submission.province,
            subject=f"submission:{submission.uid}",
            payload={"unit": submission.unit_code, "due_on": submission.due_on, "count": len(people)},
            actor=by,
            unit_code=submission.unit_code,
            unit_path=submission.unit_path,
            idempotency_key=key,
        )
        for user_id in people:
            notify_user(
                user_id,
                KIND,
                province=submission.province_id,
                context={
                    "title": submission.campaign.title,
                    "unit": submission.sheet.unit_name or submission.unit_code,
                    "due": f"{submission.due_on:%d/%m/%Y}",
                    "days": _days(submission.due_on),
                },
                subject=f"submission:{submission.uid}",
                key=key,
                link=reverse("submissions:submission", args=[submission.uid]),
            )
    return True


def _days(due: dt.date) -> str:
    left = (due - today()).days
    if left > 0:
        return _("còn {days} ngày").format(days=left)
    return _("hạn là hôm nay") if not left else _("đã quá hạn {days} ngày").format(days=-left)


def _people(submission: Submission) -> list[int]:
    """Who fills or submits at the unit itself; for the province's own forms who runs campaigns."""
    found: set[int] = set()
    for permission in (RUN,) if submission.level == PROVINCE else (SUBMIT, EDIT):
        grants = grants_above(permission, submission.province_id, submission.unit_path)
        if submission.level != PROVINCE:
            grants = grants.filter(unit_path=submission.unit_path)
        found |= set(
            grants.filter(province=submission.province_id, user__is_active=True).values_list(
                "user", flat=True
            )
        )
    return sorted(found)[:MOST_TOLD]


def is_late(submission: Submission) -> bool:
    """Submitted after its day, or not submitted while the day is over."""
    if submission.submitted_at is not None:
        return submission.late
    return submission.due_on < today()

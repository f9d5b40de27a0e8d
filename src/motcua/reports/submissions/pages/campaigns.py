"""Campaigns, a new one, and one campaign's units: state, due day, what is filled, what is wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, today
from motcua.kernel.periods import Period, PeriodError, PeriodKind, parse_period
from motcua.kernel.text import search_key
from motcua.reports.forms.api import COMMUNE, DEPARTMENT, LEVELS, OWNERS, PROVINCE, form_set
from motcua.reports.submissions import queries
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.models import Campaign, Submission, Target
from motcua.reports.submissions.operations import (
    REMINDER_DAYS,
    CampaignDraft,
    approve_many,
    change_campaign,
    open_campaign,
    root_of,
    set_target,
)
from motcua.reports.submissions.pages.shapes import Head, head_of, owner_label
from motcua.reports.submissions.permissions import REVIEW, RUN, VIEW
from motcua.reports.submissions.planning import SERVICE_UNITS
from motcua.reports.submissions.reminding import remind
from motcua.reports.submissions.states import State, state_word

FILTERS = ("", "tre", "chua-nop", "cho-duyet", "tra-lai", "da-duyet")
PERIODS = (PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.NINE_MONTHS, PeriodKind.YEAR, PeriodKind.MONTH)


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """The campaigns the visitor takes part in; of a unit's own person, straight what is left to do."""
    province = _province(request)
    campaigns = list(queries.campaigns(request.viewer, province))
    counted: dict[int, Counter[str]] = {each.pk: Counter() for each in campaigns}
    own: dict[int, list[Submission]] = {each.pk: [] for each in campaigns}
    for submission in (
        queries.submissions(request.viewer)
        .filter(campaign__in=campaigns)
        .defer("given", "compared")
        .prefetch_related("province__titles")
    ):
        counted[submission.campaign_id][submission.state] += 1
        own[submission.campaign_id].append(submission)
    lines = [
        {
            "campaign": each,
            "states": [
                (state_word(state), counted[each.pk][state]) for state in State if counted[each.pk][state]
            ],
            "own": [head_of(one) for one in own[each.pk]] if len(own[each.pk]) < 4 else [],
            "units": sum(counted[each.pk].values()),
        }
        for each in campaigns
    ]
    may_run = request.viewer.may(RUN, province=province, unit_path=root_of(province))
    return render(request, "submissions/index.html", {"lines": lines, "may_run": may_run})


@page(RUN, methods=("GET", "POST"))
def new(request: ViewedRequest) -> HttpResponse:
    """Opens a campaign for a period: 15th to 14th unless other days are given."""
    province = _province(request)
    request.viewer.require(RUN, province=province, unit_path=root_of(province))
    wrong = ""
    if request.method == "POST":
        try:
            campaign = open_campaign(request.viewer, province, _draft(request.POST))
        except (SubmissionRefused, PeriodError) as error:
            wrong = getattr(error, "message", "") or str(error)
        else:
            messages.success(
                request, _("Đã mở kỳ báo cáo. Biểu của các đơn vị đang được điền sẵn, xong trong vài phút.")
            )
            return redirect("submissions:campaign", uid=campaign.uid)
    context = {"periods": _periods(), "wrong": wrong, "entered": request.POST, "levels": _levels()}
    return render(request, "submissions/new.html", context, status=422 if wrong else 200)


def _periods() -> list[tuple[str, str]]:
    """Periods that end from a year ago to a year ahead."""
    year, found = today().year, []
    for number in (year - 1, year, year + 1):
        for kind in PERIODS:
            for part in range(1, {"quarter": 4, "half": 1, "month": 12}.get(kind.value, 1) + 1):
                period = Period(kind, number, part)
                found.append((period.code, period.label))
    return found


def _draft(sent: Any) -> CampaignDraft:
    """What was filled in. Raises PeriodError, SubmissionRefused submissions.campaign.day."""
    first, last = _day(sent.get("first", "")), _day(sent.get("last", ""))
    kind = "other"
    if sent.get("period"):
        period = parse_period(sent["period"][:40])
        kind, window = period.kind.value, period.window()
        first, last = first or window.first, last or window.last
    if first is None or last is None:
        raise SubmissionRefused("campaign.day", _("Hãy chọn kỳ, hoặc ghi ngày đầu và ngày cuối."))
    due = {level: day for level in LEVELS if (day := _day(sent.get(f"due-{level}", "")))}
    days = [int(one) for one in re.findall(r"-?\d{1,2}", sent.get("days", ""))]
    return CampaignDraft(
        kind,
        first,
        last,
        title=sent.get("title", "").strip(),
        opened_on=_day(sent.get("opened_on", "")),
        due=due,
        reminder_days=days or REMINDER_DAYS,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@page(VIEW)
def campaign(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The units of a campaign, those that need somebody first."""
    found = _campaign(request, uid)
    return _show(request, found)


def _show(
    request: ViewedRequest, found: Campaign, outcomes: list[Any] | None = None, status: int = 200
) -> HttpResponse:
    rows = queries.submissions_of(request.viewer, found)
    heads = [(row, _head(row, found)) for row in rows]
    chosen, words = request.GET.get("loc", ""), search_key(request.GET.get("tim", "")[:100])
    shown = [
        {"row": row, "head": head, "counts": row.counts}
        for row, head in heads
        if _passes(head, chosen) and (not words or words in search_key(head.unit))
    ]
    province = found.province
    scope = {"province": province, "unit_path": root_of(province)}
    context = {
        "campaign": found,
        "rows": shown,
        "filters": [
            (code, _filter_word(code), sum(_passes(head, code) for _r, head in heads)) for code in FILTERS
        ],
        "chosen": chosen if chosen in FILTERS else "",
        "words": request.GET.get("tim", "")[:100],
        "late": sum(head.late for _row, head in heads),
        "may_run": request.viewer.may(RUN, **scope),
        "may_review": request.viewer.may(REVIEW, **scope),
        "outcomes": outcomes or [],
    }
    return render(request, "submissions/campaign.html", context, status=status)


def _head(row: Submission, found: Campaign) -> Head:
    row.campaign, row.province = found, found.province
    return head_of(row)


def _filter_word(code: str) -> str:
    return {
        "": _("tất cả"),
        "tre": _("trễ hạn"),
        "chua-nop": _("chưa nộp"),
        "cho-duyet": _("chờ duyệt"),
        "tra-lai": _("bị trả lại"),
        "da-duyet": _("đã duyệt"),
    }[code]


def _passes(head: Head, code: str) -> bool:
    state = head.submission.state
    return {
        "tre": head.late,
        "chua-nop": state in {State.NOT_DUE, State.OPEN, State.DERIVED, State.REOPENED, State.RETURNED},
        "cho-duyet": state == State.SUBMITTED,
        "tra-lai": state == State.RETURNED,
        "da-duyet": state in {State.APPROVED, State.PUBLISHED},
    }.get(code, True)


@page(REVIEW, methods=("POST",))
def approve(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Approves the units chosen; each answers for itself."""
    found = _campaign(request, uid)
    request.viewer.require(REVIEW, province=found.province_id, unit_path=root_of(found.province))
    outcomes = approve_many(request.viewer, _chosen(request, found))
    refused = [each for each in outcomes if each.refusal]
    done = len(outcomes) - len(refused)
    if not refused and done:
        messages.success(request, _("Đã duyệt {count} đơn vị.").format(count=done))
        return redirect("submissions:campaign", uid=found.uid)
    told = [
        {"unit": head_of(each.submission).unit, "message": each.refusal.message if each.refusal else ""}
        for each in outcomes
    ]
    if not outcomes:
        told = [{"unit": "", "message": _("Hãy chọn ít nhất một đơn vị.")}]
    return _show(request, found, told, 422)


@page(RUN, methods=("POST",))
def remind_units(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Tells the units chosen, or every one that has not submitted."""
    found = _campaign(request, uid)
    request.viewer.require(RUN, province=found.province_id, unit_path=root_of(found.province))
    try:
        told = remind(
            request.viewer, _chosen(request, found) or queries.submissions_of(request.viewer, found)
        )
    except SubmissionRefused as refusal:
        return _show(request, found, [{"unit": "", "message": refusal.message}], 422)
    messages.success(request, _("Đã nhắc {count} đơn vị.").format(count=len(told)))
    return redirect("submissions:campaign", uid=found.uid)


def _chosen(request: ViewedRequest, found: Campaign) -> list[Submission]:
    keys = {each for each in request.POST.getlist("unit") if re.fullmatch(r"[0-9a-f-]{36}", each)}
    rows = queries.submissions(request.viewer).filter(campaign=found, uid__in=keys)
    return list(rows.prefetch_related("province__titles"))


@page(VIEW)
def export(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The list as CSV."""
    found = _campaign(request, uid)
    out = io.StringIO()
    writer = csv.writer(out)
    names = (
        _("Mã"),
        _("Đơn vị"),
        _("Cấp"),
        _("Trạng thái"),
        _("Hạn"),
        _("Nộp lúc"),
        _("Trễ"),
        _("Đã điền"),
        _("Số dòng"),
        _("Phải sửa"),
        _("Cần giải thích"),
    )
    writer.writerow(names)
    for row in queries.submissions_of(request.viewer, found):
        head = _head(row, found)
        counts = row.counts
        submitted = f"{local(row.submitted_at):%H:%M %d/%m/%Y}" if row.submitted_at else ""
        numbers = [counts.get(name, 0) for name in ("filled", "rows", "errors", "explain")]
        late = _("có") if head.late else ""
        due = f"{row.due_on:%d/%m/%Y}"
        writer.writerow(
            [row.unit_code, _plain(head.unit), head.level, head.state, due, submitted, late, *numbers]
        )
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ky-bao-cao_{found.period_to:%Y-%m-%d}.csv"'
    return answer


def _plain(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" else text


@page(RUN, methods=("GET", "POST"))
def settings(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Who owns rows, figures from outside, reminder days; and what rows should reach."""
    found = _campaign(request, uid)
    request.viewer.require(RUN, province=found.province_id, unit_path=root_of(found.province))
    wrong = ""
    if request.method == "POST":
        try:
            if "row" in request.POST:
                _set_target(request, found)
                messages.success(request, _("Đã đặt chỉ tiêu."))
            else:
                _change(request, found)
                messages.success(request, _("Đã sửa kỳ báo cáo; biểu được điền lại theo thiết lập mới."))
            return redirect("submissions:settings", uid=found.uid)
        except SubmissionRefused as refusal:
            wrong = refusal.message
    units = [each for each in queries.submissions_of(request.viewer, found) if each.level == DEPARTMENT]
    context = {
        "campaign": found,
        "wrong": wrong,
        "owners": [(key, owner_label(key), found.owners.get(key, "")) for key in sorted(OWNERS)],
        "units": [(each.unit_code, each.sheet.unit_name) for each in units],
        "externals": [
            (name, _external_word(name), found.externals.get(name, {}).get("value", "")) for name in EXTERNALS
        ],
        "days": ", ".join(str(day) for day in found.reminder_days),
        "targets": _targets(found),
        "levels": _levels(),
    }
    return render(request, "submissions/settings.html", context, status=422 if wrong else 200)


EXTERNALS = ("departments", "communes", SERVICE_UNITS)


def _external_word(name: str) -> str:
    return {
        "departments": _("Số sở, ngành"),
        "communes": _("Số đơn vị cấp xã"),
        SERVICE_UNITS: _("Số đơn vị sự nghiệp công lập năm 2015"),
    }[name]


def _change(request: ViewedRequest, found: Campaign) -> None:
    sent = request.POST
    owners = {key: sent[f"owner-{key}"][:35] for key in OWNERS if sent.get(f"owner-{key}")}
    externals = dict(found.externals)
    for name in EXTERNALS:
        text = sent.get(f"outside-{name}", "").strip()
        if text and not text.isdecimal():
            raise SubmissionRefused(
                "campaign.external", _("“{text}” không phải số nguyên.").format(text=text[:20])
            )
        if text and externals.get(name, {}).get("value") != text:
            externals[name] = {"value": text, "note": sent.get("reason", "")[:200]}
    days = [int(one) for one in re.findall(r"-?\d{1,2}", sent.get("days", ""))]
    change_campaign(
        request.viewer,
        found,
        reason=sent.get("reason", ""),
        owners=owners,
        externals=externals,
        reminder_days=days,
    )


def _set_target(request: ViewedRequest, found: Campaign) -> None:
    sent = request.POST
    try:
        value = Decimal(sent.get("value", "").replace(".", "").replace(",", "."))
    except InvalidOperation:
        raise SubmissionRefused("target.row", _("Giá trị chỉ tiêu phải là một con số.")) from None
    level = sent.get("level", "")
    if level not in {PROVINCE, DEPARTMENT, COMMUNE} or not value.is_finite():
        raise SubmissionRefused("target.row", _("Dòng, năm hoặc giá trị chỉ tiêu không hợp lệ."))
    set_target(
        request.viewer,
        found.province,
        level=level,
        row_key=sent.get("row", "").replace("/", "!")[:20],
        year=found.period_to.year,
        value=value,
    )


def _targets(found: Campaign) -> list[dict[str, Any]]:
    forms = form_set(found.form_version)
    rows = Target.objects.filter(province=found.province, year=found.period_to.year).order_by(
        "row_key", "level"
    )
    return [
        {"target": each, "label": forms.row(each.row_key).label, "level": LEVELS[each.level]} for each in rows
    ]


def _levels() -> list[tuple[str, str]]:
    return [(level, str(word)) for level, word in LEVELS.items()]


def _campaign(request: ViewedRequest, uid: uuid.UUID) -> Campaign:
    try:
        return queries.campaign(request.viewer, _province(request), uid)
    except Campaign.DoesNotExist:
        raise Http404 from None


def _province(request: ViewedRequest) -> Province:
    if request.province is None:
        raise Http404
    return request.province  # type: ignore[no-any-return]

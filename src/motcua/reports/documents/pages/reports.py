"""The reports a person may see, one report composed now, one passage being written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.documents import operations, queries
from motcua.reports.documents.composing import Given, shown_as
from motcua.reports.documents.content import Passage, Section
from motcua.reports.documents.errors import NarrativeError
from motcua.reports.documents.loose import bind, loose_numbers
from motcua.reports.documents.models import Edition, Report
from motcua.reports.documents.owners import owner_units
from motcua.reports.documents.permissions import ISSUE, VIEW, WRITE
from motcua.reports.documents.template import PassageTemplate, SectionTemplate
from motcua.reports.documents.writing.html import runs_html
from motcua.reports.forms.api import FormSheet, period_words, sheets, unit_title

PAGE = 20


@page(VIEW, methods=("GET", "POST"))
def index(request: ViewedRequest) -> HttpResponse:
    """The reports; posting opens one over a set of forms."""
    province = request.province
    if province is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            return redirect("narrative:report", uid=_opened(request).uid)
        except NarrativeError as error:
            refusal = error
    rows = queries.reports(request.viewer, province)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    last = queries.last_editions(shown.object_list)
    context = {
        "shown": shown,
        "reports": [_listed(one, last.get(one.pk)) for one in shown.object_list],
        "sheets": [_choice(one) for one in _sheets(request)],
        "refusal": refusal,
    }
    return render(request, "narrative/index.html", context, status=422 if refusal else 200)


def _opened(request: ViewedRequest) -> Report:
    chosen = [one for one in _sheets(request) if str(one.uid) == request.POST.get("sheet", "")]
    if not chosen:
        raise NarrativeError("documents.report.sheet", _("Hãy chọn một kỳ biểu mẫu của đơn vị bạn."))
    return operations.open_report(request.viewer, chosen[0])


def _sheets(request: ViewedRequest) -> list[FormSheet]:
    """Sets of forms over which this viewer may open a report and has not."""
    rows = (
        sheets(request.viewer)
        .filter(province=request.province, reports__isnull=True)
        .select_related("province")
    )
    return [
        one
        for one in rows[:60]
        if request.viewer.may(WRITE, province=one.province_id, unit_path=one.unit_path)
    ]


def _choice(sheet: FormSheet) -> tuple[str, str]:
    return str(
        sheet.uid
    ), f"{unit_title(sheet)}: {period_words(sheet.period_kind, sheet.period_from, sheet.period_to)}"


def _listed(report: Report, last: Edition | None) -> dict[str, Any]:
    sheet = report.sheet
    return {
        "report": report,
        "unit": unit_title(sheet),
        "period": period_words(sheet.period_kind, sheet.period_from, sheet.period_to),
        "edition": last,
    }


def report_or_404(request: ViewedRequest, uid: uuid.UUID) -> Report:
    found = queries.find_report(request.viewer, request.province, uid) if request.province else None
    if found is None:
        raise Http404
    return found


@page(VIEW, methods=("GET", "POST"))
def report(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The report as it stands now, passage by passage; posting issues an edition."""
    found = report_or_404(request, uid)
    refusal = None
    if request.method == "POST":
        try:
            edition = operations.issue_edition(request.viewer, found, request.POST.get("why", ""))
            messages.success(request, _("Đã chốt bản %(number)s.") % {"number": edition.number})
            return redirect("narrative:edition", uid=uid, number=edition.number)
        except NarrativeError as error:
            refusal = error
    return render(
        request, "narrative/report.html", _report(request, found, refusal), status=422 if refusal else 200
    )


def _report(request: ViewedRequest, found: Report, refusal: NarrativeError | None) -> dict[str, Any]:
    desk = queries.desk(found)
    content, owners = desk.content, owner_units(found.sheet)
    by_key = {one.key: one for one in desk.template.passages()}
    writable = {
        key
        for key, one in by_key.items()
        if one.kind in ("say", "free") and queries.may_write(request.viewer, found, one, owners)
    }
    missing = {key for key, _ref in desk.missing}

    def told(passage: Passage) -> dict[str, Any]:
        base = passage.key if passage.key in by_key else passage.key.rpartition(".")[0]
        owner = owners.get(passage.owner)
        return {
            "passage": passage,
            "text": mark_safe(runs_html(passage.runs)),  # noqa: S308 - escaped by runs_html
            "rows": [[mark_safe(runs_html(cell)) for cell in row] for row in passage.rows],  # noqa: S308 - likewise
            "key": base,
            "owner": owner[2] if owner else "",
            "writable": base in writable,
            "missing": base in missing,
            "loose": len(desk.loose.get(base, ())),
            "own": passage.origin == "person",
        }

    def asked(plan: PassageTemplate) -> dict[str, Any]:
        """An empty passage that somebody is to write."""
        owner = owners.get(plan.owner)
        return {
            "prompt": plan.prompt,
            "key": plan.key,
            "owner": owner[2] if owner else "",
            "writable": plan.key in writable,
        }

    def in_order(plan: SectionTemplate, section: Section) -> list[dict[str, Any]]:
        shown = [told(one) for one in section.passages]
        return [
            line
            for one in plan.passages
            for line in (
                [asked(one)] if one.key in desk.empty else [each for each in shown if each["key"] == one.key]
            )
        ]

    sections = [
        {"section": section, "passages": in_order(plan, section)}
        for section, plan in zip(content.sections, desk.template.sections, strict=True)
    ]
    return {
        "report": found,
        "unit": unit_title(found.sheet),
        "period": period_words(found.sheet.period_kind, found.sheet.period_from, found.sheet.period_to),
        "content": content,
        "opening": [told(one) for one in content.opening],
        "sections": sections,
        "missing": [{"key": key, "ref": ref} for key, ref in desk.missing],
        "drafts": desk.drafts,
        "loose": sum(map(len, desk.loose.values())),
        "empty": len(desk.empty),
        "ready": desk.is_ready,
        "may_issue": request.viewer.may(ISSUE, province=found.province_id, unit_path=found.unit_path),
        "may_head": request.viewer.may(WRITE, province=found.province_id, unit_path=found.unit_path),
        "last": found.editions.order_by("-number").first(),
        "refusal": refusal,
    }


@page(WRITE, methods=("GET", "POST"))
def head(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """What stands at the head, and who signs."""
    found = report_or_404(request, uid)
    request.viewer.require(WRITE, province=found.province_id, unit_path=found.unit_path)
    if request.method == "POST":
        sent = request.POST
        operations.write_head(
            request.viewer,
            found,
            {name: sent.get(f"head-{name}", "") for name in operations.HEAD},
            {name: sent.get(f"signer-{name}", "") for name in operations.SIGNER},
        )
        messages.success(request, _("Đã ghi phần đầu và người ký."))
        return redirect("narrative:report", uid=uid)
    usual = queries.head_of(found, queries.source_for(found, queries.template_of(found)))
    labels = {
        "parent": _("Cơ quan chủ quản"),
        "agency": _("Cơ quan ban hành"),
        "symbol": _("Ký hiệu"),
        "place": _("Địa danh"),
        "authority": _("Thẩm quyền ký"),
        "role": _("Chức vụ"),
        "name": _("Họ và tên"),
    }
    context = {
        "report": found,
        "head": [(f"head-{name}", labels[name], usual.get(name, "")) for name in operations.HEAD],
        "signer": [
            (f"signer-{name}", labels[name], found.signer.get(name, "")) for name in operations.SIGNER
        ],
    }
    return render(request, "narrative/head.html", context)


@page(WRITE, methods=("GET", "POST"))
def passage(request: ViewedRequest, uid: uuid.UUID, key: str) -> HttpResponse:
    """One passage being written: its words, the numbers found in them with what they may be bound to, the suggestion."""
    found = report_or_404(request, uid)
    try:
        plan = queries.template_of(found).passage(key)
    except NarrativeError:
        raise Http404 from None
    if plan.kind not in ("say", "free") or not queries.may_write(request.viewer, found, plan):
        raise Http404
    refusal, text = None, None
    source = queries.source_for(found, queries.template_of(found))
    if request.method == "POST":
        try:
            text = _bound(request, source.offered())
            if request.POST.get("do") != "look":
                _save(request, found, key, text, source.offered())
                messages.success(request, _("Đã ghi đoạn."))
                return redirect("narrative:report", uid=uid)
        except NarrativeError as error:
            refusal = error
            text = request.POST.get("text", "")
    return render(
        request,
        "narrative/passage.html",
        _passage(queries.desk(found, source), plan, text, refusal),
        status=422 if refusal else 200,
    )


def _bound(request: ViewedRequest, offered: Mapping[str, Given]) -> str:
    """The words sent, the numbers chosen bound, from the last to the first so that places stay."""
    text = request.POST.get("text", "")
    for place, one in reversed(list(enumerate(loose_numbers(text, offered)))):
        chosen = request.POST.get(f"bind-{place}", "")
        if chosen in one.offers:
            text = bind(text, one, chosen)
    return text


def _save(request: ViewedRequest, found: Report, key: str, text: str, offered: Mapping[str, Given]) -> None:
    base = request.POST.get("base", "")
    kept = [one.text for one in loose_numbers(text, offered)] if request.POST.get("left") else []
    do = request.POST.get("do")
    operations.write_passage(
        request.viewer,
        found,
        key,
        "" if do in ("accept", "reset") else text,
        base_revision=int(base) if base.isdecimal() and len(base) < 9 else 0,
        accepted=do == "accept",
        left=kept,
    )


def _passage(
    desk: queries.Desk, plan: PassageTemplate, text: str | None, refusal: NarrativeError | None
) -> dict[str, Any]:
    found = desk.report
    current = desk.wordings.get(plan.key)
    entered = text if text is not None else (current.text if current else "")
    offered = desk.source.offered()
    loose = []
    with suppress(NarrativeError):  # the refusal above the words says what is wrong with them
        loose = [
            {
                "place": place,
                "text": one.text,
                "offers": [(key, offered[key].label, shown_as(offered[key])) for key in one.offers],
            }
            for place, one in enumerate(loose_numbers(entered, offered))
        ]
    shown = [
        one for one in desk.content.passages() if one.key == plan.key or one.key.startswith(f"{plan.key}.")
    ]
    return {
        "report": found,
        "plan": plan,
        "text": entered,
        "base": current.revision if current else 0,
        "current": current,
        "loose": loose,
        "shown": [mark_safe(runs_html(one.runs)) for one in shown],  # noqa: S308 - escaped by runs_html
        "is_draft": plan.key in desk.drafts,
        "bindings": [(key, given.label, shown_as(given)) for key, given in offered.items()],
        "history": found.wordings.filter(key=plan.key)
        .select_related("written_by")
        .order_by("-revision")[:20],
        "refusal": refusal,
    }

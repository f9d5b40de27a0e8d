"""Plans to simplify procedures: the list with its totals, one with its calculation, the form."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.kernel.clock import today
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Procedure, Simplification
from motcua.modules.catalogue.pages.exports import table
from motcua.modules.catalogue.permissions import PROCESS_EDIT
from motcua.modules.catalogue.processes.costs import (
    ACTIVITIES,
    Activity,
    Burden,
    formula,
    formula_on,
    formulas,
    income_before,
)
from motcua.modules.catalogue.processes.drafting import may_draft, require_drafter
from motcua.modules.catalogue.processes.pages.finding import day_of, drafter_of
from motcua.modules.catalogue.processes.simplifying import (
    GOAL,
    Proposal,
    benefit_of,
    finish_simplification,
    plans_of,
    save_simplification,
    totals,
)

PAGE_SIZE = 30
CONFIDENCE = {"unverified": gettext_lazy("chưa kiểm chứng với văn bản gốc")}
HEADINGS = (
    gettext_lazy("Mã TTHC"),
    gettext_lazy("Nội dung đơn giản hóa"),
    gettext_lazy("Quyết định"),
    gettext_lazy("Số ngày trước"),
    gettext_lazy("Số ngày sau"),
    gettext_lazy("Giảm thời gian (%)"),
    gettext_lazy("Chi phí một năm trước (đồng)"),
    gettext_lazy("Chi phí một năm sau (đồng)"),
    gettext_lazy("Giảm chi phí (%)"),
    gettext_lazy("Giấy tờ trước"),
    gettext_lazy("Giấy tờ sau"),
    gettext_lazy("Hoàn thành ngày"),
)


@page(PUBLIC)
def listing(request: ViewedRequest) -> HttpResponse:
    if request.province is None:
        raise Http404
    rows = plans_of(request.province)
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {
        "totals": totals(rows.iterator()),
        "page": shown,
        "plans": [(row, benefit_of(row)) for row in shown],
        "goal": GOAL,
        "may_edit": request.viewer.may(PROCESS_EDIT, province=request.province),
    }
    return render(request, "catalogue/processes/simplifications.html", context)


@page(PUBLIC)
def export(request: ViewedRequest, form: str) -> HttpResponse:
    if request.province is None or form not in ("xlsx", "csv"):
        raise Http404
    rows = (_cells(row) for row in plans_of(request.province).iterator())
    name = f"don-gian-hoa-{request.province.key}-{today():%Y-%m-%d}"
    return table(form, name, [str(one) for one in HEADINGS], rows)


def _cells(row: Simplification) -> list[str]:
    found = benefit_of(row)
    cells: list[Any] = [
        row.procedure.code,
        row.what,
        row.decision_number,
        found.before.days,
        found.after.days,
        found.days_saved,
        found.cost_before.year,
        found.cost_after.year,
        found.cost_saved,
        found.before.papers,
        found.after.papers,
        f"{row.done_at:%d/%m/%Y}" if row.done_at else "",
    ]
    return [
        "" if cell is None else str(cell).replace(".", ",") if isinstance(cell, Decimal) else str(cell)
        for cell in cells
    ]


def _plan(request: ViewedRequest, uid: uuid.UUID) -> Simplification:
    if request.province is None:
        raise Http404
    return get_object_or_404(plans_of(request.province), uid=uid)


@page(PUBLIC)
def one(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Before, after, saved, and how the cost was reckoned."""
    row = _plan(request, uid)
    by = formula(row.formula)
    context = {
        "plan": row,
        "procedure": row.procedure,
        "benefit": benefit_of(row),
        "formula": by,
        "confidence": CONFIDENCE.get(by.confidence, by.confidence),
        "may_edit": may_draft(request.viewer, row.procedure),
        "today": today(),
    }
    return render(request, "catalogue/processes/simplification.html", context)


@page(PROCESS_EDIT, methods=("GET", "POST"))
def add(request: ViewedRequest, code: str) -> HttpResponse:
    return _form(request, drafter_of(request, code), None)


@page(PROCESS_EDIT, methods=("GET", "POST"))
def edit(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    row = _plan(request, uid)
    require_drafter(request.viewer, row.procedure)
    return _form(request, row.procedure, row)


@page(PROCESS_EDIT, methods=("POST",))
def finish(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    row = _plan(request, uid)
    require_drafter(request.viewer, row.procedure)
    try:
        finish_simplification(request.viewer, row, day_of(request.POST.get("day", ""), _("ngày hoàn thành")))
        messages.success(request, _("Đã ghi phương án hoàn thành."))
    except CatalogueError as error:
        messages.error(request, error.message)
    return redirect("catalogue:simplification", uid=row.uid)


def _form(request: ViewedRequest, procedure: Procedure, row: Simplification | None) -> HttpResponse:
    refusal = None
    values = _values(row)
    if request.method == "POST":
        values = request.POST.dict()
        try:
            saved = save_simplification(
                request.viewer, procedure, _proposal(values), uid=row.uid if row else None
            )
            messages.success(request, _("Đã lưu phương án đơn giản hóa."))
            return redirect("catalogue:simplification", uid=saved.uid)
        except CatalogueError as error:
            refusal = error
    context = {
        "procedure": procedure,
        "plan": row,
        "sides": [_side(values, side) for side in ("before", "after")],
        "values": values,
        "formulas": formulas(),
        "chosen": values.get("formula") or formula_on(today()).code,
        "refusal": refusal,
    }
    return render(request, "catalogue/processes/simplify.html", context, status=422 if refusal else 200)


_NUMBERS = ("days", "papers", "fees", "times", "subjects", "gdp")


def _labels() -> dict[str, str]:
    return {
        "days": _("Thời hạn (ngày)"),
        "papers": _("Số giấy tờ"),
        "fees": _("Phí, lệ phí một lần (đồng)"),
        "times": _("Số lần thực hiện một năm"),
        "subjects": _("Số đối tượng một năm"),
        "gdp": _("GDP bình quân đầu người năm trước (đồng)"),
    }


def _side(values: Mapping[str, str], side: str) -> dict[str, Any]:
    labels = _labels()
    return {
        "name": side,
        "label": _("Trước") if side == "before" else _("Sau"),
        "numbers": [(f"{side}-{key}", labels[key], values.get(f"{side}-{key}", "")) for key in _NUMBERS],
        "activities": [
            (
                f"{side}-{key}",
                _(label),
                values.get(f"{side}-{key}-hours", ""),
                values.get(f"{side}-{key}-direct", ""),
            )
            for key, label in ACTIVITIES.items()
        ],
    }


def _values(row: Simplification | None) -> dict[str, str]:
    """What the form shows at first."""
    if row is None:
        income = str(income_before(today()).amount)
        return {"before-gdp": income, "after-gdp": income, "before-times": "1", "after-times": "1"}
    values = {
        "what": row.what,
        "why": row.why,
        "legal_change": row.legal_change,
        "decision_number": row.decision_number,
        "decision_date": row.decision_date.isoformat() if row.decision_date else "",
        "due": row.due.isoformat() if row.due else "",
        "formula": row.formula,
    }
    for side, raw in (("before", row.before), ("after", row.after)):
        burden = Burden.from_json(raw)
        values |= {f"{side}-{key}": str(getattr(burden, key)).replace(".", ",") for key in _NUMBERS}
        for activity in burden.activities:
            values[f"{side}-{activity.kind}-hours"] = str(activity.hours).replace(".", ",")
            values[f"{side}-{activity.kind}-direct"] = str(activity.direct)
    return values


def _proposal(values: Mapping[str, str]) -> Proposal:
    day = lambda name, what: day_of(values[name], what) if values.get(name) else None  # noqa: E731
    return Proposal(
        what=values.get("what", "")[:5000],
        why=values.get("why", "")[:5000],
        legal_change=values.get("legal_change", "")[:5000],
        decision_number=values.get("decision_number", ""),
        decision_date=day("decision_date", _("ngày quyết định")),
        due=day("due", _("hạn hoàn thành")),
        formula=values.get("formula", ""),
        before=_burden(values, "before"),
        after=_burden(values, "after"),
    )


def _burden(values: Mapping[str, str], side: str) -> Burden:
    labels = _labels()
    said = {key: values.get(f"{side}-{key}", "") for key in _NUMBERS}
    whole = {key: _whole(said[key], labels[key]) for key in ("papers", "fees", "subjects", "gdp")}
    activities = tuple(
        Activity(
            key,
            _number(values.get(f"{side}-{key}-hours", ""), _(label)),
            _whole(values.get(f"{side}-{key}-direct", ""), _(label)),
        )
        for key, label in ACTIVITIES.items()
    )
    return Burden(
        days=_number(said["days"], labels["days"]),
        times=_number(said["times"], labels["times"]),
        activities=tuple(one for one in activities if one.hours or one.direct),
        **whole,
    )


_WRITTEN = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d{1,15})(?:,\d{1,4})?")


def _number(text: str, label: str) -> Decimal:
    """`1.234,5`; empty is nothing. Raises CatalogueError catalogue.simplification.values: a point parts thousands,
    so that 1.5 is refused and not taken for fifteen."""
    said = text.strip().replace(" ", "")
    if said and not _WRITTEN.fullmatch(said):
        raise _no_number(text, label)
    return Decimal(said.replace(".", "").replace(",", ".") or "0")


def _whole(text: str, label: str) -> int:
    value = _number(text, label)
    if value != int(value):
        raise _no_number(text, label)
    return int(value)


def _no_number(text: str, label: str) -> CatalogueError:
    return CatalogueError(
        "simplification.values",
        _("“{label}”: “{text}” không phải số không âm như 1.234 hay 1,5.").format(
            label=label, text=text[:20]
        ),
    )

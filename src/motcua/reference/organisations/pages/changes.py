"""Making, listing and undoing changes: choose, fill in the decision, preview, do. For administrators."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.kernel.text import search_key
from motcua.reference.organisations.api import (
    MANAGE,
    ChangeRefused,
    UnitInfo,
    make_change,
    preview_change,
    undo_change,
    units_on,
)
from motcua.reference.organisations.models import UnitChange
from motcua.reference.organisations.pages.forms import CHOSEN, FORMS
from motcua.reference.timeline.api import KINDS_OF_CHANGE

WORDS = {kind: gettext_lazy(word) for kind, word in KINDS_OF_CHANGE.items()}
CHOICES = [(kind, WORDS[kind]) for kind in FORMS]


@page(MANAGE)
def listing(request: ViewedRequest) -> HttpResponse:
    """All changes, the latest first."""
    _require_whole_province(request)
    rows = UnitChange.objects.filter(province=request.province).order_by("-effective_on", "-pk")
    shown = Paginator(rows, 50).get_page(request.GET.get("trang"))
    return render(request, "organisations/changes.html", {"shown": shown, "kinds": WORDS})


@page(MANAGE)
def show(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """One change: decision, spans that ended and began, events, and the way to undo it."""
    return _show(request, _change(request, uid))


@page(MANAGE, methods=("POST",))
def undo(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    change = _change(request, uid)
    try:
        undo_change(request.viewer, request.province, uid, request.POST.get("ly-do", "")[:500])
    except ChangeRefused as refusal:
        return _show(request, change, str(refusal), status=422)
    messages.success(request, _("Đã hoàn tác; mọi đơn vị và tài khoản trở lại như trước."))
    return redirect("organisations:change", uid)


@page(MANAGE, methods=("GET", "POST"))
def make(request: ViewedRequest) -> HttpResponse:
    """Four steps on one address: choose units, fill in the decision, preview, do."""
    if request.province is None:
        raise Http404
    _require_whole_province(request)
    data = request.POST if request.method == "POST" else request.GET
    if done := _done(request, data.get("khoa", "")):
        return redirect("organisations:change", done.uid)
    living = units_on(request.province, today())
    kind = data.get("loai", "")
    chosen = _chosen(data, living)
    problem = _problem(kind, chosen) if kind else ""
    if not kind or problem or (request.method == "GET" and data.get("buoc") != "2"):
        return _choose(request, kind, chosen, living, problem if data.get("buoc") else "")
    if request.method == "GET":
        return _fill(request, kind, chosen, FORMS[kind](chosen=chosen, living=living))
    form = FORMS[kind](request.POST, chosen=chosen, living=living)
    if not form.is_valid() or data.get("buoc") == "2":
        return _fill(request, kind, chosen, form)
    return _preview_or_do(request, kind, chosen, form)


def _preview_or_do(request: ViewedRequest, kind: str, chosen: list[UnitInfo], form: Any) -> HttpResponse:
    try:
        plan = form.plan()
        if request.POST.get("buoc") == "4":
            key = request.POST.get("khoa", "")[:100] or None
            done = make_change(request.viewer, request.province, plan, idempotency_key=key)
            messages.success(request, _("Đã thực hiện thay đổi."))
            return redirect("organisations:change", done)
        seen = preview_change(request.viewer, request.province, plan)
    except ChangeRefused as refusal:
        form.add_error(None, str(refusal))
        return _fill(request, kind, chosen, form)
    skipped = ("csrfmiddlewaretoken", "buoc", "khoa")
    kept = [(name, value) for name, values in request.POST.lists() if name not in skipped for value in values]
    context = {
        "kind": kind,
        "word": WORDS[kind],
        "seen": seen,
        "kept": kept,
        "key": str(uuid.uuid4()),
    }
    return render(request, "organisations/make_preview.html", context | {"decision": plan.decision})


def _choose(
    request: ViewedRequest, kind: str, chosen: list[UnitInfo], living: list[UnitInfo], problem: str
) -> HttpResponse:
    words = search_key(request.GET.get("q", "")).split()
    picked = {unit.uid for unit in chosen}
    listed = [
        unit
        for unit in living
        if unit.uid not in picked and all(word in search_key(f"{unit.name} {unit.code}") for word in words)
    ]
    context = {
        "kinds": CHOICES,
        "kind": kind or "merge",
        "chosen": chosen,
        "listed": listed[:400],
        "q": request.GET.get("q", ""),
        "problem": problem,
    }
    return render(request, "organisations/make_choose.html", context)


def _fill(request: ViewedRequest, kind: str, chosen: list[UnitInfo], form: Any) -> HttpResponse:
    context = {"kind": kind, "word": WORDS[kind], "chosen": chosen, "form": form}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "organisations/make_fill.html", context, status=status)


def _chosen(data: QueryDict, living: list[UnitInfo]) -> list[UnitInfo]:
    wanted = set(data.getlist("don-vi"))
    return [unit for unit in living if str(unit.uid) in wanted]


def _done(request: ViewedRequest, key: str) -> UnitChange | None:
    """The change that this very form has made already, when it is sent twice."""
    return UnitChange.objects.filter(province=request.province, idempotency_key=key).first() if key else None


def _problem(kind: str, chosen: list[UnitInfo]) -> str:
    if kind not in FORMS:
        return _("Hãy chọn loại thay đổi.")
    least, most = CHOSEN[kind]
    if len(chosen) < least:
        return _("Hãy chọn ít nhất %(n)s đơn vị.") % {"n": least}
    if len(chosen) > most > 0:
        return _("Chỉ chọn %(n)s đơn vị cho loại thay đổi này.") % {"n": most}
    return ""


def _require_whole_province(request: ViewedRequest) -> None:
    """Changes are the province's: who manages one unit of it neither makes nor reads them here."""
    request.viewer.require(MANAGE, province=request.province, unit_path="/")


def _change(request: ViewedRequest, uid: uuid.UUID) -> UnitChange:
    _require_whole_province(request)
    change = UnitChange.objects.filter(province=request.province, uid=uid).first()
    if change is None:
        raise Http404
    return change


def _show(request: ViewedRequest, change: UnitChange, problem: str = "", status: int = 200) -> HttpResponse:
    spans = {"opened": change.opened, "closed": change.closed}
    events = Event.objects.filter(province=request.province, subject=f"unit-change:{change.uid}")
    context = {
        "change": change,
        "word": WORDS[change.kind],
        "problem": problem,
        "events": [(event, tell(event)) for event in events.select_related("actor").order_by("pk")],
        **{side: rows.select_related("subject").order_by("path") for side, rows in spans.items()},
    }
    return render(request, "organisations/change.html", context, status=status)

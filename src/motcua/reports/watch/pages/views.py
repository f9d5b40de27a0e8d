"""Alerts of the visitor's units, one alert with what was found, and the rules."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.facts.api import FactsError, snapshot_of
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.api import visible_dossiers
from motcua.reports.explorer.api import listing_of
from motcua.reports.watch.errors import WatchRefused
from motcua.reports.watch.models import Alert
from motcua.reports.watch.operations import acknowledge_alert, enter_rule
from motcua.reports.watch.pages import telling
from motcua.reports.watch.pages.ruling import blank, choices, from_form
from motcua.reports.watch.permissions import ACKNOWLEDGE, MANAGE, VIEW
from motcua.reports.watch.queries import find_alert, may_edit, rule_named, visible_alerts, visible_rules
from motcua.reports.watch.reading import figure_of
from motcua.reports.watch.rules import KINDS, rule_of

PAGE = 30


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """Open alerts, or (?xem=dong) closed ones."""
    province = _province(request)
    closed = request.GET.get("xem") == "dong"
    rows = visible_alerts(request.viewer, province).filter(closed_at__isnull=not closed)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    names = telling.unit_names(province)
    context = {
        "closed": closed,
        "alerts": [telling.told(each, names) for each in shown.object_list],
        "shown": shown,
        "snapshot": _snapshot(province),
        "may_rules": request.viewer.may(MANAGE, province=province),
    }
    return render(request, "watch/index.html", context)


@page(VIEW, methods=("GET", "POST"))
def alert(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """One alert: what was found, its records, who took it up. Posting takes it up."""
    province = _province(request)
    found = find_alert(request.viewer, province, uid)
    if found is None:
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            acknowledge_alert(request.viewer, province, uid, request.POST.get("note", ""))
        except WatchRefused as error:
            wrong = error.message
        else:
            messages.success(request, _("Đã ghi nhận: cảnh báo có người xử lý."))
            return redirect("watch:alert", uid=uid)
    context = _alert_context(request, province, found) | {"wrong": wrong}
    return render(request, "watch/alert.html", context, status=400 if wrong else 200)


@page(VIEW)
def rules(request: ViewedRequest) -> HttpResponse:
    """The rules that watch the visitor's units."""
    province = _province(request)
    names = telling.unit_names(province)
    lines = [
        {
            "rule": each,
            "kind": _(KINDS[each.kind]),
            "words": telling.rule_words(each),
            "subject": telling.rule_subject(each, names),
            "editable": may_edit(request.viewer, province, each),
        }
        for each in visible_rules(request.viewer, province)
    ]
    context = {"lines": lines, "may_rules": request.viewer.may(MANAGE, province=province)}
    return render(request, "watch/rules.html", context)


@page(MANAGE, methods=("GET", "POST"))
def rule(request: ViewedRequest) -> HttpResponse:
    """Enters a rule, or the next version of the one named (?ma=)."""
    province = _province(request)
    code = request.GET.get("ma", "")[:60]
    former = rule_named(province, code) if code else None
    if code and (former is None or not may_edit(request.viewer, province, former)):
        messages.error(request, _("Bạn không có quyền sửa quy tắc này, hoặc không có quy tắc mang mã ấy."))
        return redirect("watch:rules")
    given: dict[str, Any] = (former or blank()).document()
    wrong = ""
    if request.method == "POST":
        given |= from_form(province, request.POST, former)
        try:
            enter_rule(request.viewer, province, rule_of(given), request.POST.get("reason", ""))
        except WatchRefused as error:
            wrong = error.message
        else:
            messages.success(request, _("Đã đặt quy tắc; lần đánh giá tới sẽ theo quy tắc mới."))
            return redirect("watch:rules")
    context = {
        "given": given,
        "former": former,
        "wrong": wrong,
        "reason": request.POST.get("reason", ""),
        **choices(request.viewer, province),
    }
    return render(request, "watch/rule.html", context, status=400 if wrong else 200)


def _alert_context(request: ViewedRequest, province: Province, found: Alert) -> dict[str, Any]:
    names = telling.unit_names(province)
    may = request.viewer.may(ACKNOWLEDGE, province=province, unit_path=found.unit_path)
    return {
        "told": telling.told(found, names),
        "alert": found,
        "rule_words": telling.rule_words(rule_of(found.rule)),
        "facts": telling.facts_of(found),
        "figure_url": telling.figure_address(found),
        "closed_for": _(telling.CLOSED_FOR[found.closed_for]) if found.closed_for else "",
        "may_acknowledge": may and found.closed_at is None and found.acknowledged_at is None,
        **_records(request, province, found),
    }


def _records(request: ViewedRequest, province: Province, found: Alert) -> dict[str, Any]:
    """The records kept at the moment of opening; linked where the visitor may open them."""
    figure = figure_of(rule_of(found.rule), found.last_on)
    listing = listing_of(figure.selections()[0].fact) if figure and not found.part else listing_of("dossiers")
    if listing is None:
        return {"headings": (), "records": [], "more": 0}
    known = listing.read(province, found.records)
    open_to = {
        str(uid)
        for uid in visible_dossiers(request.viewer, province)
        .filter(uid__in=found.records)
        .values_list("uid", flat=True)
    }
    lines = [{"line": known[key], "linked": key in open_to} for key in found.records if key in known]
    return {"headings": listing.headings, "records": lines, "more": found.recorded - len(lines)}


def _snapshot(province: Province) -> Any:
    try:
        return snapshot_of(province, ["dossiers"])
    except FactsError:
        return None


def _province(request: ViewedRequest) -> Province:
    if request.province is None:
        raise Http404
    return request.province  # type: ignore[no-any-return]

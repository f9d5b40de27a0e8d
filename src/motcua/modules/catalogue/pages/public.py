"""What everybody may read: the list, one procedure, its printable sheet, its versions, the totals."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.documents.api import qr_svg
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.kernel.clock import today
from motcua.kernel.text import collation_key
from motcua.modules.catalogue.agency_kinds import AGENCY_KINDS
from motcua.modules.catalogue.models import Procedure, Version
from motcua.modules.catalogue.operations import proposal_of_version
from motcua.modules.catalogue.overrides import overrides_of
from motcua.modules.catalogue.pages import showing
from motcua.modules.catalogue.pages.finding import (
    LEVELS,
    ONLINE_VALUES,
    Filters,
    choices,
    day_asked,
    history,
    procedure_or_404,
    versions_found,
)
from motcua.modules.catalogue.permissions import EDIT, VIEW
from motcua.modules.catalogue.queries import counts_by_level, info_of, procedure_on, versions_in_force
from motcua.modules.catalogue.search.language import life_events
from motcua.modules.catalogue.versions import compare

PAGE_SIZE = 40


@page(PUBLIC)
def listing(request: ViewedRequest) -> HttpResponse:
    """Procedures in force today, narrowed by level, field, online level, agency, words."""
    _require_province(request)
    filters, day = Filters.of(request), day_asked(request)
    rows = versions_found(request.province, day, filters)
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {
        "filters": filters,
        "page": shown,
        "rows": [showing.version_row(row) for row in shown],
        "levels": choices(LEVELS),
        "agencies": choices(AGENCY_KINDS),
        "online": [(key, showing.online_text(value)) for key, value in ONLINE_VALUES.items()],
        "fields": _fields(request),
        "events": life_events(),
        "query": _query_without_page(request),
        "may_edit": request.viewer.may(VIEW, province=request.province),
    }
    return render(request, "catalogue/list.html", context)


def _fields(request: ViewedRequest) -> list[dict[str, Any]]:
    counted = (
        versions_in_force(request.province, today())
        .order_by()
        .values("field__code", "field__name")
        .annotate(count=Count("pk"))
    )
    rows = [
        {"code": row["field__code"], "name": row["field__name"], "count": row["count"]} for row in counted
    ]
    return sorted(rows, key=lambda row: collation_key(row["name"]))


def _query_without_page(request: ViewedRequest) -> str:
    query = request.GET.copy()
    query.pop("trang", None)
    return query.urlencode()


@page(PUBLIC)
def totals(request: ViewedRequest) -> HttpResponse:
    """How many procedures are in force, by level with the overlap told, by online level, by field."""
    _require_province(request)
    day = day_asked(request)
    current = versions_in_force(request.province, day).order_by()
    by_online = {
        row["online_level"]: row["n"] for row in current.values("online_level").annotate(n=Count("pk"))
    }
    context = {
        "day": day,
        "totals": counts_by_level(request.province, day),
        "online": [
            (showing.online_text(value), by_online.get(value, 0), key) for key, value in ONLINE_VALUES.items()
        ],
        "fields": sorted(_fields(request), key=lambda row: -row["count"]),
    }
    return render(request, "catalogue/totals.html", context)


@page(PUBLIC)
def procedure(request: ViewedRequest, code: str) -> HttpResponse:
    """One procedure as in force on a day (`?ngay=`), and as a unit does it (`?don-vi=`)."""
    found = procedure_or_404(request, code)
    return render(request, "catalogue/procedure.html", _shown(request, found))


def _shown(request: ViewedRequest, found: Procedure) -> dict[str, Any]:
    day, unit_code = day_asked(request), request.GET.get("don-vi", "")[:35]
    info = procedure_on(request.province, found.code, day, unit_code=unit_code)
    versions = history(found)
    past = info is None
    if info is None and versions:
        info = info_of(versions[0])
    context = {
        "procedure": found,
        "day": day,
        "info": info,
        "in_force": not past,
        "versions": versions,
        "levels": showing.levels_text(found),
        "others": overrides_of(request.province, found, day) if not past else [],
        "may_edit": request.viewer.may(EDIT, province=request.province),
    }
    if info is not None:
        context |= {
            "version": next((one for one in versions if one.pk == info.version_id), None),
            "online": showing.online_text(info.online_level),
            "channels": showing.channels_of(info),
            "quickest": showing.quickest(info),
            "costs": showing.costs(info),
            "cases": showing.papers_of(info),
        }
    return context


@page(PUBLIC)
def sheet(request: ViewedRequest, code: str) -> HttpResponse:
    """The same on one sheet to print and hang up, with the address of the page as a QR code."""
    found = procedure_or_404(request, code)
    context = _shown(request, found)
    address = request.build_absolute_uri(reverse("catalogue:procedure", args=[found.code]))
    context |= {"address": address, "qr": "data:image/svg+xml," + quote(qr_svg(address))}
    return render(request, "catalogue/sheet.html", context)


@page(PUBLIC)
def comparison(request: ViewedRequest, code: str) -> HttpResponse:
    """Two versions beside each other, in words; by default the two latest."""
    found = procedure_or_404(request, code)
    versions = history(found)
    newer = _chosen(versions, request.GET.get("moi")) or (versions[0] if versions else None)
    older = _chosen(versions, request.GET.get("cu")) or (versions[1] if len(versions) > 1 else None)
    differences = compare(proposal_of_version(older), proposal_of_version(newer)) if older and newer else []
    context = {
        "procedure": found,
        "versions": versions,
        "older": older,
        "newer": newer,
        "differences": differences,
    }
    return render(request, "catalogue/compare.html", context)


def _chosen(versions: list[Version], number: str | None) -> Version | None:
    return next((one for one in versions if str(one.number) == number), None)


def _require_province(request: ViewedRequest) -> None:
    if request.province is None:
        raise Http404(_("Chưa có tỉnh nào."))

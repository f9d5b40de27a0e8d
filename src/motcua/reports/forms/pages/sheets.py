from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.reference.organisations.api import unit_at
from motcua.reports.forms import operations, queries
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.exporting import export_workbook
from motcua.reports.forms.models import FormSheet
from motcua.reports.forms.pages.shapes import desk, sheet_head, tabs
from motcua.reports.forms.periods import CHOICES, FIRST_YEAR, LAST_YEAR, chosen_period
from motcua.reports.forms.permissions import EDIT, VIEW

PAGE_SIZE = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_or_404(request: ViewedRequest, uid: UUID) -> FormSheet:
    try:
        return queries.sheet(request.viewer, uid)
    except FormSheet.DoesNotExist:
        raise Http404 from None


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """Every set of forms the viewer may see, with how far each form is filled."""
    rows = queries.sheets(request.viewer).filter(province=request.province).select_related("province")
    shown = Paginator(rows.prefetch_related("province__titles"), PAGE_SIZE).get_page(request.GET.get("trang"))
    filled = queries.progress(shown)
    sets = [
        {"head": sheet_head(request.viewer, sheet), "forms": _forms(sheet, filled[sheet.pk])}
        for sheet in shown
    ]
    context = {"sets": sets, "page": shown, "may_open": bool(_units(request))}
    return render(request, "forms/index.html", context)


def _forms(sheet: FormSheet, filled: dict[str, queries.Progress]) -> list[dict[str, Any]]:
    forms = queries.forms_of(sheet).forms.values()
    return [
        {"code": form.code, "title": form.title.partition(". ")[2], "progress": filled[form.code]}
        for form in forms
    ]


def _units(request: ViewedRequest) -> list[tuple[str, str]]:
    """Code and path of the units whose forms this viewer may open: those its posts stand in."""
    province = request.province
    if province is None:
        return []
    root = (province.agency_code, f"/{province.agency_code}/")
    held = [
        root if grant.unit_path in ("/", root[1]) else (grant.unit_code, grant.unit_path)
        for grant in request.viewer.grants
        if EDIT in grant.permissions and grant.province_id in (None, province.pk)
    ]
    return list(dict.fromkeys(held))


@page(EDIT, methods=("GET", "POST"))
def open_period(request: ViewedRequest) -> HttpResponse:
    """Opens the forms of a unit for a period of Decree 09/2019/NĐ-CP."""
    units = _units(request)
    refusal = None
    if request.method == "POST":
        try:
            return redirect("forms:form", uid=_open(request, dict(units)).uid, form="1")
        except FormsError as error:
            refusal = error
    context = {
        "units": [(code, _unit_name(request, code)) for code, _ in units],
        "periods": [(code, gettext(words)) for code, (_, _, words) in CHOICES.items()],
        "year": today().year,
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
        "refusal": refusal,
        "entered": request.POST,
    }
    return render(request, "forms/open.html", context, status=422 if refusal else 200)


def _open(request: ViewedRequest, units: dict[str, str]) -> FormSheet:
    year = request.POST.get("year", "")
    period = chosen_period(
        request.POST.get("period", ""), int(year) if year.isdecimal() and len(year) < 6 else 0
    )
    code = request.POST.get("unit", "")
    return operations.open_sheet(
        request.viewer,
        request.province,
        unit_code=code,
        unit_path=units.get(code, ""),
        period_kind=period.kind.value,
        period_from=period.window().first,
        period_to=period.window().last,
    )


def _unit_name(request: ViewedRequest, code: str) -> str:
    province = request.province
    if code == province.agency_code:
        return str(province.title())
    unit = unit_at(province, code, today())
    return unit.name if unit else code


@page(VIEW)
def form_page(request: ViewedRequest, uid: UUID, form: str) -> HttpResponse:
    """One form as the Ministry lays it out; each cell opens to what stands behind it."""
    sheet = sheet_or_404(request, uid)
    if form not in queries.forms_of(sheet).forms:
        raise Http404
    work = desk(request.viewer, sheet)
    context = {
        "head": work.head,
        "form": work.forms.forms[form],
        "rows": work.rows(form),
        "tabs": tabs(work, form),
        "findings": work.findings(form),
        "finding_total": sum(work.finding_counts.values()),
    }
    return render(request, "forms/form.html", context)


@page(VIEW)
def export(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """The seven forms as a workbook."""
    sheet = sheet_or_404(request, uid)
    response = HttpResponse(export_workbook(sheet, queries.unit_title(sheet)), content_type=XLSX)
    name = f"bieu-mau-cchc_{sheet.unit_code}_{sheet.period_to:%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""Processes as everybody may see them: how many there are, what is missing, and each one approved."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.kernel.clock import today
from motcua.modules.catalogue.models import ProcessVersion, Version
from motcua.modules.catalogue.pages import showing
from motcua.modules.catalogue.pages.exports import table
from motcua.modules.catalogue.pages.finding import day_asked, procedure_or_404
from motcua.modules.catalogue.permissions import PROCESS_APPROVE, PROCESS_EDIT
from motcua.modules.catalogue.processes.comparing import compare_plans
from motcua.modules.catalogue.processes.coverage import coverage, missing_by, without_process
from motcua.modules.catalogue.processes.drafting import may_draft
from motcua.modules.catalogue.processes.pages.finding import (
    draft_of,
    in_force,
    unit_names,
    variant_asked,
    versions_of,
)
from motcua.modules.catalogue.processes.picture import as_table, picture, summary
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.words import VARIANTS, variant_name
from motcua.modules.catalogue.queries import procedure_on

PAGE_SIZE = 50
LEVELS = {"tinh": "province", "xa": "commune"}
HEADINGS = (
    gettext_lazy("Mã TTHC"),
    gettext_lazy("Tên thủ tục"),
    gettext_lazy("Lĩnh vực"),
    gettext_lazy("Cấp thực hiện"),
    gettext_lazy("Cơ quan thực hiện"),
)


def _asked(request: ViewedRequest) -> dict[str, str]:
    get = request.GET.get
    return {
        "level": LEVELS.get(get("cap", ""), ""),
        "field": get("linh-vuc", "")[:40],
        "department": get("co-quan", "")[:300],
    }


@page(PUBLIC)
def overview(request: ViewedRequest) -> HttpResponse:
    """Configured of all, and what is missing, by field, level, department."""
    if request.province is None:
        raise Http404
    day, asked = day_asked(request), _asked(request)
    everywhere = missing_by(without_process(request.province, day).defer("search"))
    rows = without_process(request.province, day, **asked).defer("search")
    query = request.GET.copy()
    query.pop("trang", None)
    context = {
        "day": day,
        "coverage": coverage(request.province, day),
        "fields": everywhere.fields,
        "departments": everywhere.departments,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang")),
        "asked": asked,
        "level": request.GET.get("cap", ""),
        "query": query.urlencode(),
        "may_edit": request.viewer.may(PROCESS_EDIT, province=request.province),
        "may_import": request.viewer.may(PROCESS_EDIT, province=request.province, unit_path="/"),
    }
    return render(request, "catalogue/processes/overview.html", context)


@page(PUBLIC)
def export(request: ViewedRequest, form: str) -> HttpResponse:
    """The procedures without a process, as filtered."""
    if request.province is None or form not in ("xlsx", "csv"):
        raise Http404
    day = day_asked(request)
    rows = without_process(request.province, day, **_asked(request)).defer("search")
    name = f"thu-tuc-chua-co-quy-trinh-{request.province.key}-{day:%Y-%m-%d}"
    return table(form, name, [str(one) for one in HEADINGS], (_row(one) for one in rows))


def _row(version: Version) -> list[str]:
    agencies = "; ".join(one.get("name", "") for one in version.content.get("agencies", ()))
    return [
        version.procedure.code,
        version.name,
        version.field.name,
        showing.levels_text(version.procedure),
        agencies,
    ]


@page(PUBLIC)
def process(request: ViewedRequest, code: str) -> HttpResponse:
    """One process: picture, table, versions, what changed. `?phien-ban=2` shows an earlier one."""
    found, variant = procedure_or_404(request, code), variant_asked(request)
    versions = versions_of(found, variant)
    shown = _chosen(request, versions)
    drafting = may_draft(request.viewer, found)
    context: dict[str, Any] = {
        "procedure": found,
        "info": procedure_on(found.province, found.code, today()),
        "variant": variant,
        "variant_name": variant_name(variant),
        "variants": _variants(found.pk, variant),
        "lanes": [(key, variant_name(key)) for key in VARIANTS if key],
        "versions": versions,
        "version": shown,
        "current": in_force(versions),
        "draft": draft_of(found, variant) if drafting else None,
        "may_draft": drafting,
        "may_approve": request.viewer.may(PROCESS_APPROVE, province=request.province, unit_path="/"),
    }
    if shown is not None:
        plan = plan_of(shown)
        names = unit_names(found, plan)
        context |= {"plan": plan, "picture": picture(plan, units=names), "rows": as_table(plan, names)}
        context |= {"summary": summary(plan), "performers": dict(shown.steps.values_list("key", "performer"))}
        before = next((one for one in versions if one.number < shown.number), None)
        if before is not None:
            context |= {"before": before, "changes": compare_plans(plan_of(before), plan)}
    return render(request, "catalogue/processes/process.html", context)


def _chosen(request: ViewedRequest, versions: list[ProcessVersion]) -> ProcessVersion | None:
    asked = request.GET.get("phien-ban", "")
    if asked:
        for one in versions:
            if str(one.number) == asked:
                return one
        raise Http404
    return in_force(versions) or (versions[0] if versions else None)


def _variants(procedure: int, chosen: str) -> list[tuple[str, str]]:
    """The variants approved for a procedure, and the one asked for."""
    found = set(
        ProcessVersion.objects.filter(process__procedure=procedure, approved_at__isnull=False).values_list(
            "process__variant", flat=True
        )
    )
    return [(one, variant_name(one)) for one in sorted(found | {"", chosen})]

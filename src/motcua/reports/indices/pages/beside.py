"""Our values of a unit beside what the portal states: the difference, what kind it is, and its explanation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.indices.comparing import WHY_WORDS
from motcua.reports.indices.desk import Compared, IndexDesk
from motcua.reports.indices.errors import IndexRefused
from motcua.reports.indices.operations import explain_difference
from motcua.reports.indices.pages.shapes import language, printed
from motcua.reports.indices.pages.starting import desk_of, unit_page
from motcua.reports.indices.permissions import EXPLAIN, VIEW


@page(VIEW, methods=("GET", "POST"))
def portal(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """Component by component; who may explain differences writes why here."""
    desk, span = desk_of(request, set_code)
    context = unit_page(desk, span, unit)
    compared = desk.compare(unit)
    refusal = None
    if request.method == "POST":
        try:
            _explain(request, compared)
        except IndexRefused as error:
            refusal = error
        else:
            messages.success(request, gettext("Đã ghi lời giải thích."))
            return redirect(reverse("indices:portal", args=[set_code, unit]) + span.query)
    context |= {
        "lines": [_line(desk, each) for each in compared],
        "stated": any(each.value is not None for each in compared),
        "may_explain": request.viewer.may(
            EXPLAIN, province=desk.province, unit_path=desk.subjects[unit].path
        ),
        "refusal": refusal,
    }
    return render(request, "indices/portal.html", context, status=422 if refusal else 200)


def _explain(request: ViewedRequest, compared: list[Compared]) -> None:
    wanted = request.POST.get("component", "")
    value = next((one.value for one in compared if one.value and one.value.component == wanted), None)
    if value is None:
        raise IndexRefused(
            "indices.portal.component", gettext("Chọn tiêu chí có số liệu của Cổng để ghi lời giải thích.")
        )
    explain_difference(request.viewer, value, request.POST.get("explanation", ""))


def _line(desk: IndexDesk, compared: Compared) -> dict[str, Any]:
    one, value, places = compared.comparison, compared.value, desk.index.places
    reading = one.score.reading
    return {
        "code": one.score.component.code,
        "name": one.score.component.name(language()),
        "ours": printed(one.score.points, places),
        "ours_parts": _parts(reading.numerator, reading.denominator) if reading else "",
        "theirs": value.points if value else None,
        "theirs_parts": _parts(value.numerator, value.denominator) if value else "",
        "difference": printed(one.points, places),
        "why": gettext(WHY_WORDS[one.why]),
        "value": value,
        "explanation": value.explanation if value and value.explained else "",
        "outdated": value.explanation if value and value.explanation and not value.explained else "",
    }


def _parts(numerator: Any, denominator: Any) -> tuple[Any, Any]:
    return printed(numerator, 0) if numerator is not None else None, (
        printed(denominator, 0) if denominator is not None else None
    )

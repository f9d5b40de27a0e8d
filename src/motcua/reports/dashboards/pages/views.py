"""The dashboard of a unit and the tables of its charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from motcua.engine.facts.api import FactsError, Scope, one_state, scope_of
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.reference.organisations.api import UnitInfo
from motcua.reports.charts.api import csv_response
from motcua.reports.dashboards import drawing
from motcua.reports.dashboards.asking import GRAINS, Question, asked
from motcua.reports.dashboards.counting import FACTS, Board
from motcua.reports.dashboards.drawing import CHARTS, Desk, export_of, holds_on
from motcua.reports.dashboards.permissions import VIEW
from motcua.reports.explorer.api import VIEW as FIGURES
from motcua.reports.explorer.api import Places, places
from motcua.reports.indices.api import VIEW as INDICES

PROVINCE = "province_committee"
NOT_UNITS = (PROVINCE, "centre", "point")  # what keeps no dossiers of its own as a unit to choose


@page(VIEW)
def board(request: ViewedRequest) -> HttpResponse:
    """Everything of one unit (?don-vi=) on one page, as of a day (?ngay=), the trend by ?theo=."""
    seen = _asked(request)
    desk = seen.desk
    question = desk.board.question
    context: dict[str, Any] = {
        "question": question,
        "unit": desk.board.known.units.get(question.unit),
        "units": seen.units,
        "whole": seen.whole,
        "today": today(),
        "grains": [(grain, desk.here(theo="" if grain == "ngay" else grain)) for grain in GRAINS],
    }
    try:
        with one_state(desk.board.province, FACTS):
            context |= _shown(desk)
    except FactsError as error:
        return render(request, "dashboards/board.html", context | {"why": error.message})
    return render(request, "dashboards/board.html", context | _elsewhere(request, desk))


def _shown(desk: Desk) -> dict[str, Any]:
    charts = {name: CHARTS[name](desk) for name in ("dien-bien", "gio", "thu", "can-bo", "buoc")}
    several = not desk.board.question.unit or len(desk.board.ranking) > 1
    if several:
        charts |= {name: CHARTS[name](desk) for name in ("ban-do", "xep-hang")}
    return {
        "cards": drawing.cards(desk),
        "charts": {name.replace("-", "_"): (chart, _export_address(desk, name)) for name, chart in charts.items()},
        "today_export": _export_address(desk, "hom-nay"),
        "officers_left": max(0, len(desk.board.officers) - drawing.MOST_OFFICERS),
        "snapshot": desk.board.snapshot,
    }  # fmt: skip


def _elsewhere(request: ViewedRequest, desk: Desk) -> dict[str, str]:
    """Where the same numbers are looked at otherwise: the figures, the index."""
    unit = desk.board.question.unit
    found = {"figures": desk.figure("on-time", desk.board.question.recent)}
    if request.viewer.may(INDICES, province=desk.board.province):
        found["index"] = (
            reverse("indices:unit", args=["qd766", unit]) if unit else reverse("indices:overview")
        )
    return found


@page(VIEW)
def export(request: ViewedRequest, chart: str) -> HttpResponse:
    """The table of one chart as CSV."""
    if chart not in CHARTS:
        raise Http404
    desk = _asked(request).desk
    try:
        with one_state(desk.board.province, FACTS):
            rows = export_of(desk, chart)
    except FactsError as error:
        return render(
            request, "dashboards/board.html", {"why": error.message, "question": desk.board.question}
        )
    return csv_response(rows, f"{chart}-{desk.board.question.unit or 'tat-ca'}-{desk.board.question.day}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The desk, the units to choose among, and whether the province as a whole is among them."""

    desk: Desk
    units: list[UnitInfo]
    whole: bool


def _asked(request: ViewedRequest) -> _Asked:
    province = request.province
    if province is None:
        raise Http404
    scope = scope_of(request.viewer, VIEW, province)
    question = asked(request.GET, today())  # type: ignore[arg-type]
    known = places(province, "now", min(question.day, today()))
    seen = [
        unit
        for code, unit in known.units.items()
        if holds_on(unit, question.day) and (scope.codes is None or code in scope.codes)
    ]
    top = min(seen, key=lambda each: (each.path.count("/"), each.path), default=None)
    whole = scope.codes is None or (top is not None and top.kind == PROVINCE)
    question = _placed(question, known, scope, None if whole else top)
    unit = known.units.get(question.unit) or top
    path = unit.path if unit else "/"

    base, now = reverse("dashboards:board"), today()

    def here(**changed: str) -> str:
        return base + question.address(now, **changed)

    opens = request.viewer.may(FIGURES, province=province, unit_path=path)
    desk = Desk(Board(province, scope, question, known), request.viewer, path, opens, here)
    return _Asked(desk, known.in_order(unit.code for unit in seen if unit.kind not in NOT_UNITS), whole)


def _placed(question: Question, known: Places, scope: Scope, top: UnitInfo | None) -> Question:
    """Whoever sees a part only looks at its highest unit. A unit outside does not exist for them."""
    unit = question.unit
    if unit and (unit not in known.units or (scope.codes is not None and unit not in scope.codes)):
        raise Http404
    return Question(question.day, unit or (top.code if top else ""), question.grain)


def _export_address(desk: Desk, name: str) -> str:
    return reverse("dashboards:export", args=[name]) + desk.board.question.address(today())

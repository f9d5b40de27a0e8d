"""What will be late this week: by dossier, by unit, and how right earlier forecasts were."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import latest_by_code
from motcua.reports.charts.api import csv_response
from motcua.reports.forecast.models import Run
from motcua.reports.forecast.pages import showing
from motcua.reports.forecast.permissions import VIEW
from motcua.reports.forecast.queries import lines_of, past_weeks, run_of, units_of

PAGE = 50
MOST_EXPORTED = 20_000


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """The last forecast, or that of a day (?ngay=); the dossiers of one unit (?don-vi=)."""
    province, run, unit = _asked(request)
    names = _names(province)
    weeks = past_weeks(request.viewer, province)
    context: dict[str, Any] = {
        "run": run,
        "accuracy": showing.accuracy(weeks),
        "unit": unit,
        "unit_name": names.get(unit, unit),
    }
    if run is not None:
        units = units_of(request.viewer, run)
        shown = Paginator(lines_of(request.viewer, run, unit), PAGE).get_page(request.GET.get("trang"))
        context |= {
            "is_test": run.kind == Run.Kind.BACKTEST,
            "units": [
                (each, names.get(each.unit_code, each.unit_code), showing.decimal(each.expected))
                for each in units
            ],
            "expected": showing.decimal(sum((each.expected for each in units), run.expected - run.expected)),
            "dossiers": sum(each.dossiers for each in units),
            "reach": _reach(request, province, run, units),
            "chart": showing.units_chart(units, names),
            "lines": showing.told(request.viewer, province, list(shown.object_list), names),
            "shown": shown,
            "query": f"ngay={run.day:%Y-%m-%d}" + (f"&don-vi={unit}" if unit else ""),
        }
    return render(request, "forecast/index.html", context)


@page(VIEW)
def accuracy(request: ViewedRequest) -> HttpResponse:
    """Past forecasts beside what happened."""
    province = _province(request)
    weeks = past_weeks(request.viewer, province)
    context = {
        "accuracy": showing.accuracy(weeks),
        "weeks": showing.week_rows(weeks),
        "bins": showing.bins_of(weeks),
        "chart": showing.weeks_chart(weeks),
    }
    return render(request, "forecast/accuracy.html", context)


@page(VIEW)
def accuracy_csv(request: ViewedRequest) -> HttpResponse:
    """The weeks as a table to take away."""
    rows = showing.week_rows(past_weeks(request.viewer, _province(request)))
    head = [
        _("Từ ngày"), _("Đến ngày"), _("Loại"), _("Hồ sơ đến hạn"), _("Dự kiến trễ"), _("Thực tế trễ"),
        _("Đơn vị trong khoảng"), _("Điểm Brier"), _("Điểm Brier của tỷ lệ chung"),
    ]  # fmt: skip
    keys = ("first", "last", "kind", "dossiers", "expected", "actual", "inside", "brier", "base")
    return csv_response([head, *([row[key] for key in keys] for row in rows)], "du-bao-do-chinh-xac")


@page(VIEW)
def units_csv(request: ViewedRequest) -> HttpResponse:
    """The units of a forecast as a table to take away."""
    province, run, _unit = _asked(request)
    names = _names(province)
    units = units_of(request.viewer, run) if run else []
    rows = [
        [
            each.unit_code,
            names.get(each.unit_code, ""),
            each.dossiers,
            showing.decimal(each.expected),
            each.low,
            each.high,
            "" if each.actual is None else each.actual,
        ]
        for each in units
    ]
    head = [_("Mã đơn vị"), _("Đơn vị"), _("Hồ sơ đến hạn"), _("Dự kiến trễ"), _("Ít nhất"), _("Nhiều nhất"), _("Thực tế")]  # fmt: skip
    return csv_response([head, *rows], f"du-bao-don-vi-{run.day if run else ''}")


@page(VIEW)
def lines_csv(request: ViewedRequest) -> HttpResponse:
    """The dossiers of a forecast as a table to take away."""
    province, run, unit = _asked(request)
    rows = list(lines_of(request.viewer, run, unit)[:MOST_EXPORTED]) if run else []
    told = showing.told(request.viewer, province, rows, _names(province))
    head = [_("Hồ sơ"), _("Khả năng trễ"), _("Vì sao"), _("Thủ tục"), _("Đơn vị"), _("Hẹn trả"), _("Kết quả")]
    table = [
        [one.code, one.chance, one.why, one.procedure, one.unit, one.promised, one.became] for one in told
    ]
    return csv_response([head, *table], f"du-bao-ho-so-{run.day if run else ''}")


def _reach(request: ViewedRequest, province: Province, run: Run, units: list[Any]) -> tuple[int, int] | None:
    """The interval of what is seen: of the province for who sees it whole, of a unit for who sees one."""
    if request.viewer.may(VIEW, province=province, unit_path="/"):
        return run.low, run.high
    return (units[0].low, units[0].high) if len(units) == 1 else None


def _asked(request: ViewedRequest) -> tuple[Province, Run | None, str]:
    province = _province(request)
    text = request.GET.get("ngay", "")
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError:
        day = None
    return province, run_of(province, day), request.GET.get("don-vi", "")[:35]


def _names(province: Province) -> dict[str, str]:
    return {code: unit.name for code, unit in latest_by_code(province).items()}


def _province(request: ViewedRequest) -> Province:
    if request.province is None:
        raise Http404
    return request.province  # type: ignore[no-any-return]

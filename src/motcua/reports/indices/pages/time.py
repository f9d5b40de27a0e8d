"""A unit through time: its score and place, how many weeks or months in a row, and what changed since last week."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.kernel.periods import CALENDAR_MONTHS, PeriodKind, Window, period_of
from motcua.reports.indices.desk import History, IndexDesk
from motcua.reports.indices.losses import Change
from motcua.reports.indices.measures import window_to
from motcua.reports.indices.naming import named
from motcua.reports.indices.pages.shapes import language, period_words, printed
from motcua.reports.indices.pages.starting import desk_of, unit_page
from motcua.reports.indices.permissions import VIEW

MOMENTS = 6
MOST_NAMED = 20
MOST_COMPARED = 2_000  # failing records of a figure that are still compared one by one
WEEKS, MONTHS = "tuan", "thang"
_WIDTH, _HEIGHT = 600, 120


@page(VIEW)
def history(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """Score and place at the end of each week (the year up to it) or of each month, and the changes of the last week."""
    desk, span = desk_of(request, set_code)
    by = _by(request)
    context = unit_page(desk, span, unit)
    moments = _moments(desk, unit, by)
    week = _weekly(desk)
    context |= {
        "by": by,
        "lines": _lines(desk, moments, by),
        "points": _points(moments),
        "in_a_row": moments.in_a_row,
        "changes": _changes(week, unit),
        "since": week.weeks(2)[0].last,
        "until": week.window.last,
    }
    return render(request, "indices/history.html", context)


@page(VIEW)
def history_csv(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """The same table to take away."""
    desk, _span = desk_of(request, set_code)
    by = _by(request)
    desk.unit(unit)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{set_code}-{unit}-{by}.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(
        [gettext("Thời điểm"), gettext("Điểm"), gettext("Hạng"), gettext("Tổng số"), gettext("Mất")]
    )
    for line in _lines(desk, _moments(desk, unit, by), by):
        writer.writerow([line["words"], line["shown"], line["place"], line["of"], line["lost"]])
    return response


def _by(request: ViewedRequest) -> str:
    return MONTHS if request.GET.get("theo") == MONTHS else WEEKS


def _weekly(desk: IndexDesk) -> IndexDesk:
    """The year up to the last day of the period, or to today while it runs."""
    last = min(today(), desk.window.last)
    return desk.at(window_to(last, PeriodKind.YEAR, desk.index.cut_off))


def _moments(desk: IndexDesk, unit: str, by: str) -> History:
    if by == WEEKS:
        weekly = _weekly(desk)
        return weekly.history(unit, weekly.weeks(MOMENTS))
    month = period_of(PeriodKind.MONTH, desk.window.last, CALENDAR_MONTHS)
    months = [month]
    for _ in range(MOMENTS - 1):
        months.insert(0, months[0].previous())
    return desk.history(unit, [each.window(CALENDAR_MONTHS) for each in months])


def _lines(desk: IndexDesk, moments: History, by: str) -> list[dict[str, Any]]:
    return [
        {
            "words": _words(each.window, by),
            "shown": each.placed.score.shown,
            "complete": each.placed.score.complete,
            "place": each.placed.place,
            "of": each.placed.of,
            "moved": each.moved,
            "lost": printed(each.placed.score.lost, desk.index.places),
        }
        for each in moments.moments
    ]


def _words(window: Window, by: str) -> str:
    if by == MONTHS:
        return period_words(period_of(PeriodKind.MONTH, window.last, CALENDAR_MONTHS))
    return gettext("đến {day}").format(day=f"{window.last:%d/%m/%Y}")


def _points(moments: History) -> list[dict[str, Any]]:
    """Dots of the chart, 0 to 100 points from bottom to top."""
    step = _WIDTH // max(1, len(moments.moments))
    return [
        {
            "x": at * step + step // 2,
            "y": _HEIGHT - int(min(each.placed.score.shown, 100) * _HEIGHT / 100),
            "shown": each.placed.score.shown,
        }
        for at, each in enumerate(moments.moments)
        if each.placed.score.shown is not None
    ]


def _changes(week: IndexDesk, unit: str) -> list[dict[str, Any]]:
    """Components whose points or failing records are others than a week before."""
    found = week.changes(unit, week.weeks(2)[0], MOST_COMPARED)
    return [_change(week, unit, each) for each in found if each.gained or each.became_known or _moved(each)]


def _moved(change: Change) -> bool:
    return any(change.newly_failing.values()) or any(change.mended.values())


def _change(desk: IndexDesk, unit: str, change: Change) -> dict[str, Any]:
    figures = change.newly_failing.keys() | change.mended.keys()
    return {
        "too_many": any(desk.failing_count(figure, unit) > MOST_COMPARED for figure in figures),
        "name": change.component.name(language()),
        "gained": printed(change.gained, desk.index.places),
        "became_known": change.became_known,
        "failing": _named(desk, change.newly_failing),
        "mended": _named(desk, change.mended),
    }


def _named(desk: IndexDesk, keys: Any) -> dict[str, Any]:
    every = [(figure, key) for figure, each in keys.items() for key in each]
    shown: Sequence[tuple[str, str]] = every[:MOST_NAMED]
    names = {
        figure: named(desk.province, figure, [key for other, key in shown if other == figure])
        for figure in {figure for figure, _key in shown}
    }
    return {
        "count": len(every),
        "records": [names[figure][key] for figure, key in shown],
        "more": max(0, len(every) - MOST_NAMED),
    }

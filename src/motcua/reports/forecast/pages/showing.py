"""Forecasts in words, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.figures.api import format_number, round_half_up
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.modules.catalogue.api import procedure_names
from motcua.modules.dossiers.api import listed, visible_dossiers
from motcua.reports.charts.api import Chart, Mark, Series, lines, strips, table_of, table_of_series
from motcua.reports.forecast.model import BINS
from motcua.reports.forecast.models import DossierForecast, Run, UnitForecast
from motcua.reports.forecast.queries import Week

MOST_BARS = 15


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier as the list shows it; `url` "" where the visitor may not open it."""

    code: str
    url: str
    procedure: str
    unit: str
    promised: str
    days: str
    chance: str
    why: str
    became: str


def told(
    viewer: Viewer, province: Province, rows: Sequence[DossierForecast], names: Mapping[str, str]
) -> list[Line]:
    """Dossiers with their probability and its reason; linked only for who may open them."""
    keys = [str(row.dossier) for row in rows]
    known = listed(province, keys)
    opened = set(visible_dossiers(viewer, province).filter(uid__in=keys).values_list("uid", flat=True))
    procedures = procedure_names(province, sorted({row.procedure for row in rows}))
    found = []
    for row in rows:
        one = known.get(str(row.dossier))
        found.append(
            Line(
                (one.code if one else "") or _("chưa có mã"),
                one.address if one and row.dossier in opened else "",
                f"{row.procedure} {procedures.get(row.procedure, '')}".strip(),
                names.get(row.unit_code, row.unit_code),
                f"{row.promised_on:%d/%m/%Y}",
                str(row.days),
                percent(row.probability),
                why(row, names),
                {None: "", True: _("trễ hẹn"), False: _("không trễ")}[row.was_late],
            )
        )
    return found


def why(row: DossierForecast, names: Mapping[str, str]) -> str:
    """The reason of a probability, with its numbers."""
    words = {
        "unit": _("{late} trong {seen} hồ sơ cùng thủ tục ở đơn vị này, còn {days} ngày làm việc đến hẹn, đã trễ."),
        "procedure": _("Đơn vị có ít hồ sơ loại này; {late} trong {seen} hồ sơ cùng thủ tục ở mọi đơn vị, còn {days} ngày làm việc đến hẹn, đã trễ."),
        "field": _("Thủ tục có ít hồ sơ; {late} trong {seen} hồ sơ cùng lĩnh vực, còn {days} ngày làm việc đến hẹn, đã trễ."),
        "days": _("Lĩnh vực có ít hồ sơ; {late} trong {seen} hồ sơ còn {days} ngày làm việc đến hẹn đã trễ."),
        "all": _("Ít hồ sơ tương tự; {late} trong {seen} hồ sơ đến hẹn trong tuần đã trễ."),
    }  # fmt: skip
    return words[row.level].format(late=whole(row.late), seen=whole(row.seen), days=row.days)


def units_chart(units: Sequence[UnitForecast], names: Mapping[str, str]) -> Chart | None:
    """The units of which the most is expected, with their interval."""
    marks = [
        Mark(
            names.get(each.unit_code, each.unit_code),
            each.expected,
            decimal(each.expected),
            url=f"?don-vi={each.unit_code}#h-dossiers",
            note=_("từ {low} đến {high}").format(low=each.low, high=each.high),
            vi=True,
        )
        for each in units[:MOST_BARS]
        if each.expected
    ]
    title = _("Số hồ sơ dự kiến trễ hẹn theo đơn vị")
    table = table_of(marks, _("Đơn vị"), _("Dự kiến trễ"), _("Khoảng"))
    return Chart("units", title, strips(marks, title), table) if marks else None


def weeks_chart(weeks: Sequence[Week]) -> Chart | None:
    """Expected and actual, week after week."""
    ordered = list(reversed(weeks))
    if len(ordered) < 2:
        return None
    expected = tuple(
        Mark(
            f"{each.run.last_on:%d/%m/%Y}",
            each.expected,
            decimal(each.expected),
            short=f"{each.run.last_on:%d/%m}",
        )
        for each in ordered
    )
    actual = tuple(
        Mark(
            f"{each.run.last_on:%d/%m/%Y}", each.actual, whole(each.actual), short=f"{each.run.last_on:%d/%m}"
        )
        for each in ordered
    )
    series = [Series(_("dự kiến"), expected), Series(_("thực tế"), actual, "bad")]
    title = _("Hồ sơ trễ hẹn mỗi tuần: dự kiến và thực tế")
    return Chart("weeks", title, lines(series, title), table_of_series(series, _("Tuần đến ngày")))


def bins_of(weeks: Sequence[Week]) -> list[dict[str, str]]:
    """Of all these forecasts: by the probability they gave, how many were expected late and how many were."""
    sums: dict[Fraction, list[Any]] = {each: [0, Decimal(), 0] for each in BINS}
    for week in weeks:
        for least, dossiers, expected, actual in week.run.bins:
            found = sums.setdefault(Fraction(least), [0, Decimal(), 0])
            found[0] += dossiers
            found[1] += Decimal(expected)
            found[2] += actual
    rows = []
    ordered = sorted(sums)
    for at, least in enumerate(ordered):
        dossiers, expected, actual = sums[least]
        above = ordered[at + 1] if at + 1 < len(ordered) else Fraction(1)
        if dossiers:
            rows.append(
                {
                    "span": f"{percent(least)} – {percent(above)}",
                    "dossiers": whole(dossiers),
                    "expected": decimal(expected),
                    "actual": whole(actual),
                    "share": percent(Fraction(actual, dossiers)),
                }
            )
    return rows


def accuracy(weeks: Sequence[Week]) -> dict[str, str] | None:
    """How right the forecasts so far were, in numbers; None where none has been held against what happened."""
    scored = [each for each in weeks if each.run.brier is not None and each.run.base is not None]
    if not scored:
        return None
    number = sum(each.run.dossiers for each in scored)
    brier = sum((Fraction(each.run.brier or 0) * each.run.dossiers for each in scored), Fraction()) / number
    base = sum((Fraction(each.run.base or 0) * each.run.dossiers for each in scored), Fraction()) / number
    units, inside = sum(each.units for each in scored), sum(each.inside for each in scored)
    return {
        "weeks": str(len(scored)),
        "expected": decimal(sum((each.expected for each in scored), Decimal())),
        "actual": whole(sum(each.actual for each in scored)),
        "inside": percent(Fraction(inside, units)) if units else "–",
        "brier": small(brier),
        "base": small(base),
        "skill": percent(1 - brier / base) if base else "–",
    }


def week_rows(weeks: Sequence[Week]) -> list[dict[str, str]]:
    """A line a week."""
    return [
        {
            "first": f"{each.run.day:%d/%m/%Y}",
            "last": f"{each.run.last_on:%d/%m/%Y}",
            "kind": _("thử lại trên tuần đã qua") if each.run.kind == Run.Kind.BACKTEST else _("dự báo"),
            "url": f"{reverse('forecast:index')}?ngay={each.run.day:%Y-%m-%d}",
            "dossiers": whole(each.dossiers),
            "expected": decimal(each.expected),
            "actual": whole(each.actual),
            "inside": f"{each.inside}/{each.units}",
            "brier": small(each.run.brier),
            "base": small(each.run.base),
        }
        for each in weeks
    ]


def percent(number: Fraction | Decimal) -> str:
    """0.0123 as 1,2%."""
    return f"{format_number(round_half_up(Fraction(number) * 100, 1), trim=True)}%"


def decimal(number: Fraction | Decimal) -> str:
    """One decimal place."""
    return format_number(round_half_up(Fraction(number), 1), trim=True)


def small(number: Fraction | Decimal | None) -> str:
    """Five decimal places: scores are small."""
    return "–" if number is None else format_number(round_half_up(Fraction(number), 5), trim=True)


def whole(number: int) -> str:
    return format_number(Decimal(number))

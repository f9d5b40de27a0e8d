"""Compliance cost of a procedure, by a dated formula, exact to the last division and rounded once, to whole đồng."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.money import grouped
from motcua.modules.catalogue.processes.words import decimal_text

ACTIVITIES = {
    "prepare": gettext_noop("Chuẩn bị hồ sơ"),
    "submit": gettext_noop("Nộp hồ sơ"),
    "pay": gettext_noop("Nộp phí, lệ phí"),
    "inspect": gettext_noop("Phục vụ kiểm tra, đánh giá"),
    "receive": gettext_noop("Nhận kết quả"),
}


@dataclass(frozen=True, slots=True)
class Formula:
    code: str
    valid_from: dt.date
    source: str
    confidence: str
    months: int
    days: int
    hours: int


@dataclass(frozen=True, slots=True)
class Income:
    """GDP per head of a year, in đồng."""

    year: int
    amount: int
    source: str
    confidence: str


@cache
def _file() -> dict[str, Any]:
    path = files("motcua.modules.catalogue.processes") / "formulas" / "compliance-cost.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def formulas() -> tuple[Formula, ...]:
    return tuple(sorted((Formula(**one) for one in _file()["formulas"]), key=lambda one: one.valid_from))


def formula_on(day: dt.date) -> Formula:
    """The formula in force on a day; the first before its first day."""
    known = [one for one in formulas() if one.valid_from <= day]
    return known[-1] if known else formulas()[0]


def formula(code: str) -> Formula:
    """Raises KeyError."""
    return {one.code: one for one in formulas()}[code]


def income_before(day: dt.date) -> Income:
    """GDP per head of the year before a day, or of the last year known."""
    known = [Income(**one) for one in _file()["gdp_per_head"]]
    earlier = [one for one in known if one.year < day.year] or known[:1]
    return max(earlier, key=lambda one: one.year)


@dataclass(frozen=True, slots=True)
class Activity:
    """What one subject does once: hours of work and direct cost in đồng (travel, copies, notaries)."""

    kind: str
    hours: Decimal = Decimal(0)
    direct: int = 0


@dataclass(frozen=True, slots=True)
class Burden:
    """A procedure as its subjects carry it. `days`: the legal limit in days; `fees` in đồng each time."""

    days: Decimal = Decimal(0)
    papers: int = 0
    activities: tuple[Activity, ...] = ()
    fees: int = 0
    times: Decimal = Decimal(1)
    subjects: int = 0
    gdp: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "days": str(self.days),
            "papers": self.papers,
            "activities": [
                {"kind": one.kind, "hours": str(one.hours), "direct": one.direct} for one in self.activities
            ],
            "fees": self.fees,
            "times": str(self.times),
            "subjects": self.subjects,
            "gdp": self.gdp,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Burden:
        return cls(
            days=Decimal(raw.get("days", "0")),
            papers=int(raw.get("papers", 0)),
            activities=tuple(
                Activity(one["kind"], Decimal(one["hours"]), int(one["direct"]))
                for one in raw.get("activities", ())
            ),
            fees=int(raw.get("fees", 0)),
            times=Decimal(raw.get("times", "1")),
            subjects=int(raw.get("subjects", 0)),
            gdp=int(raw.get("gdp", 0)),
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """`once` and `year` in whole đồng, `hourly` exact; `lines`: the calculation, step by step."""

    hourly: Fraction
    once: Decimal
    year: Decimal
    lines: tuple[str, ...]


def cost_of(burden: Burden, by: Formula) -> Cost:
    """The compliance cost of one time and of a year."""
    parts = by.months * by.days * by.hours
    hourly = Fraction(burden.gdp, parts)
    lines = [
        _(
            "Thu nhập một giờ = {gdp} đồng ÷ {months} tháng ÷ {days} ngày ÷ {hours} giờ = {result} đồng"
        ).format(
            gdp=grouped(burden.gdp), months=by.months, days=by.days, hours=by.hours, result=_money(hourly)
        )
    ]
    once = Fraction(burden.fees)
    for one in burden.activities:
        amount = Fraction(one.hours) * hourly + one.direct
        once += amount
        lines.append(
            _("{what}: {hours} giờ × {hourly} + {direct} = {result} đồng").format(
                what=_(ACTIVITIES.get(one.kind, one.kind)),
                hours=decimal_text(Fraction(one.hours)),
                hourly=_money(hourly),
                direct=grouped(one.direct),
                result=_money(amount),
            )
        )
    lines.append(_("Phí, lệ phí: {fees} đồng").format(fees=grouped(burden.fees)))
    lines.append(_("Chi phí một lần = {once} đồng").format(once=_money(once)))
    year = once * Fraction(burden.times) * burden.subjects
    lines.append(
        _("Chi phí một năm = {once} × {times} lần × {subjects} đối tượng = {year} đồng").format(
            once=_money(once),
            times=decimal_text(Fraction(burden.times)),
            subjects=grouped(burden.subjects),
            year=_money(year),
        )
    )
    return Cost(hourly, _whole(once), _whole(year), tuple(lines))


def _whole(amount: Fraction) -> Decimal:
    """To whole đồng, halves up; the numerator is doubled so that nothing is lost before."""
    return Decimal((2 * amount.numerator + amount.denominator) // (2 * amount.denominator))


def _money(amount: Fraction) -> str:
    """Whole đồng as figures; a part of one shown with two decimals."""
    if amount.denominator == 1:
        return grouped(int(amount))
    whole, part = divmod(round(amount * 100), 100)
    return f"{grouped(whole)},{part:02d}"


def percent_saved(before: Decimal | Fraction | int, after: Decimal | Fraction | int) -> Decimal | None:
    """(before - after) / before x 100 with two decimals, halves up; None when there was nothing to save."""
    if before == 0:
        return None
    exact = (Fraction(before) - Fraction(after)) * 100 / Fraction(before)
    scaled = Decimal(exact.numerator * 10_000) / Decimal(exact.denominator)
    return (scaled / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)

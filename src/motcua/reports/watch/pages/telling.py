"""Alerts and rules in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from motcua.engine.figures.api import REGISTRY, Figure, FigureError, format_number, round_half_up
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.catalogue.api import STEP_KINDS
from motcua.reference.organisations.api import latest_by_code
from motcua.reports.watch.models import Alert
from motcua.reports.watch.reading import OPEN_STEPS
from motcua.reports.watch.rules import PERIODS, SIDES, SUBJECTS, Rule, rule_of

CLOSED_FOR = {
    "calm": gettext_noop("đã trở lại bình thường"),
    "rule": gettext_noop("quy tắc đã tắt hoặc đổi phạm vi"),
    "silent": gettext_noop("không còn số liệu để đánh giá"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as a list shows it. `state` is a word with its tone; `sentence` what was found when it opened."""

    alert: Alert
    name: str
    unit: str
    sentence: str
    now: str
    state: str
    tone: str
    url: str
    step: str


def told(alert: Alert, names: Mapping[str, str]) -> Told:
    """One alert in words; `names` of units by code."""
    rule = rule_of(alert.rule)
    state, tone = _state(alert)
    return Told(
        alert,
        rule.name,
        names.get(alert.unit_code, alert.unit_code) or _("Toàn tỉnh"),
        _sentence(rule, alert.opened, alert.part),
        "" if alert.closed_at else _shown(rule, alert.latest.get("shown")),
        state,
        tone,
        reverse("watch:alert", args=[alert.uid]),
        step_name(alert.part),
    )


def unit_names(province: Province) -> dict[str, str]:
    """Names of units by code, as last known."""
    return {code: unit.name for code, unit in latest_by_code(province).items()}


def rule_words(rule: Rule) -> str:
    """What a rule says, in a sentence."""
    limit, calm = _plain(rule.raise_at), _plain(rule.clear_at)
    label = figure_label(rule.figure)
    if rule.kind == "threshold":
        text = _("{figure} {period} {side} {limit}; đóng khi về {calm}.")
    elif rule.kind == "jump":
        text = _(
            "{figure} {period} {side} trung vị {weeks} tuần trước quá {limit} điểm; đóng khi còn {calm}."
        )
    else:
        text = _(
            "Bước có số hồ sơ chờ tăng quá {limit}% so với trung vị {weeks} tuần trước; đóng khi còn {calm}%."
        )
    return text.format(
        figure=label,
        period=_(PERIODS[rule.period]),
        side=_(SIDES[rule.side]),
        limit=limit,
        calm=calm,
        weeks=rule.weeks,
    )


def rule_subject(rule: Rule, names: Mapping[str, str]) -> str:
    """Over what a rule is evaluated."""
    place = names.get(rule.unit_code, rule.unit_code) or _("toàn tỉnh")
    return f"{_(SUBJECTS[rule.subject])} · {place}"


def figure_label(code: str, day: dt.date | None = None) -> str:
    """The name of a figure; its code where it is no longer defined."""
    try:
        return REGISTRY.figure(code, day or today()).label(get_language() or "vi")
    except FigureError:
        return code


def figure_address(alert: Alert) -> str:
    """The page of the alert's figure, for the same unit and days."""
    code = alert.rule.get("figure") or OPEN_STEPS
    asked = {
        "tu": alert.first_on,
        "den": alert.last_on,
        "don-vi": alert.unit_code,
        "che-do": "now",
        "theo": "kind" if alert.part else "",
    }
    return reverse("explorer:figure", args=[code]) + "?" + urlencode({k: v for k, v in asked.items() if v})


def step_name(kind: str) -> str:
    """A kind of step as people say it."""
    return _(STEP_KINDS[kind]) if kind in STEP_KINDS else kind


def facts_of(alert: Alert) -> list[tuple[str, str]]:
    """What was measured when the alert opened, as label and number."""
    rule = rule_of(alert.rule)
    opened = alert.opened
    lines = [(_("Giá trị lúc mở"), _shown(rule, opened.get("shown")))]
    if opened.get("denominator"):
        lines += [
            (_("Tử số"), _number(opened.get("numerator"))),
            (_("Mẫu số"), _number(opened.get("denominator"))),
        ]
    if opened.get("against"):
        lines += [
            (_("Trung vị các tuần trước"), _shown(rule, opened["against"])),
            (_("Thay đổi"), _number(opened.get("value"))),
        ]
    lines.append((_("Ngưỡng"), _plain(rule.raise_at)))
    if not alert.closed_at:
        lines.append((_("Giá trị mới nhất"), _shown(rule, alert.latest.get("shown"))))
    return lines


def _state(alert: Alert) -> tuple[str, str]:
    if alert.closed_at:
        return _("đã đóng"), "none"
    if alert.acknowledged_at:
        return _("đã có người nhận"), "wait"
    return _("đang mở"), "bad"


def _sentence(rule: Rule, opened: Mapping[str, Any], part: str) -> str:
    shown = _shown(rule, opened.get("shown"))
    if rule.kind == "jump":
        return _("{figure}: {shown} trong tuần; trung vị {weeks} tuần trước {against}.").format(
            figure=figure_label(rule.figure),
            shown=shown,
            weeks=rule.weeks,
            against=_shown(rule, opened.get("against")),
        )
    if rule.kind == "bottleneck":
        return _("Bước “{step}”: {shown} hồ sơ đang chờ; trung vị {weeks} tuần trước {against}.").format(
            step=step_name(part), shown=shown, weeks=rule.weeks, against=_number(opened.get("against"))
        )
    return _("{figure}: {shown}, {side} ngưỡng {limit}.").format(
        figure=figure_label(rule.figure),
        shown=shown,
        side=_(SIDES[rule.side]),
        limit=_plain(rule.raise_at),
    )


def _shown(rule: Rule, text: str | None) -> str:
    figure = _figure(rule.figure)
    number = _number(text)
    return f"{number}%" if figure is not None and figure.unit.code == "percent" and text else number


def _figure(code: str) -> Figure | None:
    try:
        return REGISTRY.figure(code, today())
    except FigureError:
        return None


def _number(text: str | None) -> str:
    return "–" if not text else format_number(round_half_up(Fraction(text), 2), trim=True)


def _plain(text: str) -> str:
    return format_number(Decimal(text), trim=True)

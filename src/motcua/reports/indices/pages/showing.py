from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.reports.indices.data import Failing
from motcua.reports.indices.definition import LEVEL_WORDS, Level
from motcua.reports.indices.desk import IndexDesk
from motcua.reports.indices.figures import QD766
from motcua.reports.indices.naming import Named, named
from motcua.reports.indices.pages.shapes import (
    cause_words,
    groups,
    language,
    loss_lines,
    placed_row,
    printed,
)
from motcua.reports.indices.pages.starting import common, desk_of, unit_page
from motcua.reports.indices.permissions import IMPORT, MANAGE, RANKING, VIEW
from motcua.reports.indices.queries import sets_in_force
from motcua.reports.indices.reaching import Pick
from motcua.reports.indices.whatif import Edit

MOST_PICKS = 50
_MORE = {"imports": IMPORT, "sets": MANAGE}


@page(VIEW)
def overview(request: ViewedRequest) -> HttpResponse:
    """The units whose scores the visitor may open; the whole ranking for who may see it."""
    desk, period = desk_of(request, request.GET.get("bo", QD766))
    whole = request.viewer.may(RANKING, province=request.province)
    levels = [_level(desk, level, whole) for level in Level if level in desk.index.levels]
    may = {name: request.viewer.may(rule, province=request.province) for name, rule in _MORE.items()}
    context = common(desk, period) | {
        "may": may,
        "levels": [each for each in levels if each["rows"]],
        "sets": [
            (each.code, each.name(language())) for each in sets_in_force(desk.province, desk.window.last)
        ],
    }
    return render(request, "indices/overview.html", context)


def _level(desk: IndexDesk, level: Level, whole: bool) -> dict[str, Any]:
    visible = {each.code for each in desk.visible() if each.level is level}
    placed = desk.ranking(level) if whole else [desk.unit(code) for code in sorted(visible)]
    rows = [
        placed_row(each, desk.index.places) | {"opens": each.score.subject.code in visible} for each in placed
    ]
    return {"name": gettext(LEVEL_WORDS[level]), "rows": rows}


@page(VIEW)
def unit(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """Points possible, gained and lost by component, the nearest step up, and the portal's value beside ours."""
    desk, period = desk_of(request, set_code)
    context = unit_page(desk, period, unit) | {"groups": groups(desk, unit), "parameters": _parameters(desk)}
    return render(request, "indices/unit.html", context)


@page(VIEW)
def losses(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """Why points were lost: by cause, and by the records that bear them."""
    desk, period = desk_of(request, set_code)
    context = unit_page(desk, period, unit) | {"losses": loss_lines(desk, unit)}
    return render(request, "indices/losses.html", context)


@page(VIEW)
def what_if(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """What mending chosen records would bring, and the fewest records for a target."""
    desk, period = desk_of(request, set_code)
    context = unit_page(desk, period, unit)
    options = _options(desk, unit)
    chosen = [each for each in options if each["value"] in request.GET.getlist("sua")]
    if chosen:
        edits = [Edit(unit, each["figure"], each["records"]) for each in chosen]
        moved = desk.what_if(unit, edits)
        context["after"] = placed_row(moved.after, desk.index.places)
        context["gained"] = printed(moved.gained, desk.index.places)
    context |= {"options": options, "chosen": {each["value"] for each in chosen}}
    return render(request, "indices/what_if.html", context | _target(desk, unit, request))


def _options(desk: IndexDesk, unit: str) -> list[dict[str, Any]]:
    """The failing records of the unit by figure and cause, each a box to tick."""
    found: list[dict[str, Any]] = []
    for figure, records in desk.candidates(unit).items():
        by_cause: dict[str, list[Failing]] = {}
        for record in records:
            by_cause.setdefault(record.cause, []).append(record)
        found += [
            {
                "value": f"{figure}|{cause}",
                "figure": figure,
                "names": _components(desk, figure),
                "cause": cause_words(cause),
                "records": tuple(each),
                "count": len(each),
            }
            for cause, each in sorted(by_cause.items())
        ]
    return found


def _parameters(desk: IndexDesk) -> list[dict[str, Any]]:
    """How the set is read where sources disagree, with the other readings."""
    return [
        {
            "name": _own(parameter.names),
            "choices": [
                {"text": _own(choice.explanation), "chosen": choice.value == parameter.chosen}
                for choice in parameter.choices
            ],
        }
        for parameter in desk.index.parameters
    ]


def _own(names: Mapping[str, str]) -> str:
    """In the reader's language, else in Vietnamese."""
    return names.get(language()) or names["vi"]


def _components(desk: IndexDesk, figure: str) -> str:
    """The components that mending records of a figure would raise."""
    names = [each.name(language()) for each in desk.index.components if figure in each.figures()]
    return "; ".join(names)


def _picks(desk: IndexDesk, picks: Sequence[Pick]) -> list[tuple[Named, str]]:
    """The records to mend, named, with the components they would raise."""
    by_figure: dict[str, list[str]] = {}
    for pick in picks:
        by_figure.setdefault(pick.figure, []).append(pick.record.key)
    names = {figure: named(desk.province, figure, keys) for figure, keys in by_figure.items()}
    return [(names[pick.figure][pick.record.key], _components(desk, pick.figure)) for pick in picks]


def _target(desk: IndexDesk, unit: str, request: HttpRequest) -> dict[str, Any]:
    text = request.GET.get("muc-tieu", "").strip()
    if not text:
        return {"target": ""}
    try:
        target = Fraction(parse_number(text).value)
    except NumberFormatError:
        return {"target": text, "refusal": gettext("Hãy ghi điểm mục tiêu bằng số, như 92,5.")}
    plan = desk.fewest(unit, target)
    if plan is None:
        return {"target": text, "unreachable": True}
    return {
        "target": text,
        "plan": plan,
        "plan_count": len(plan.picks),
        "plan_after": plan.after.shown,
        "picks": _picks(desk, plan.picks[:MOST_PICKS]),
        "more_picks": max(0, len(plan.picks) - MOST_PICKS),
    }

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.modules.dossiers.api import officer_names
from motcua.reports.indices.data import Failing
from motcua.reports.indices.definition import LEVEL_WORDS, Level
from motcua.reports.indices.desk import IndexDesk
from motcua.reports.indices.figures import QD766
from motcua.reports.indices.naming import Named, named
from motcua.reports.indices.officers import rated_officers, rated_units
from motcua.reports.indices.pages.shapes import (
    cause_words,
    groups,
    language,
    loss_lines,
    officer_parts,
    placed_row,
    printed,
)
from motcua.reports.indices.pages.starting import common, desk_of, explained_page, unit_page
from motcua.reports.indices.permissions import IMPORT, MANAGE, RANKING, VIEW
from motcua.reports.indices.queries import sets_in_force
from motcua.reports.indices.reaching import Pick
from motcua.reports.indices.whatif import Edit, Moved

MOST_PICKS = 50
MENDED_A_PAGE = 40
MOST_PICKED = 200  # records chosen by name in one question
_MORE = {"imports": IMPORT, "sets": MANAGE}


@page(VIEW)
def overview(request: ViewedRequest) -> HttpResponse:
    """The units whose scores the visitor may open; the whole ranking for who may see it."""
    desk, span = desk_of(request, request.GET.get("bo", QD766))
    whole = request.viewer.may(RANKING, province=request.province)
    levels = [_level(desk, level, whole) for level in Level if level in desk.index.levels]
    may = {name: request.viewer.may(rule, province=request.province) for name, rule in _MORE.items()}
    context = common(desk, span) | {
        "may": may,
        "rated_units": rated_units(request.viewer, desk.province, span.window)
        if Level.OFFICER in desk.index.levels
        else [],
        "levels": [each for each in levels if each["rows"]],
        "sets": [
            (each.code, each.name(language())) for each in sets_in_force(desk.province, desk.window.last)
        ],
    }
    return render(request, "indices/overview.html", context)


@page(VIEW)
def officers(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """The officers of a unit by the rating of officers; a name only for who may see who works there."""
    desk, span = desk_of(request, set_code)
    if Level.OFFICER not in desk.index.levels:
        raise Http404
    subject, placed = rated_officers(request.viewer, desk.province, desk.index, unit, span.window)
    uids = [each.score.subject.code for each in placed]
    names = officer_names(request.viewer, desk.province, subject.path, uids)
    rows = [
        placed_row(each, desk.index.places)
        | {
            "name": names.get(each.score.subject.code) or gettext("Cán bộ {number}").format(number=number),
            "parts": officer_parts(each.score, desk.index.places),
        }
        for number, each in enumerate(placed, start=1)
    ]
    columns = [each.name(language()) for each in desk.index.components]
    context = common(desk, span) | {"subject": subject, "rows": rows, "columns": columns}
    return render(request, "indices/officers.html", context)


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
    desk, span = desk_of(request, set_code)
    context = unit_page(desk, span, unit) | {"groups": groups(desk, unit), "parameters": _parameters(desk)}
    return render(request, "indices/unit.html", context)


@page(VIEW)
def losses(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """Why points were lost: by cause, and by the records that bear them."""
    desk, span = desk_of(request, set_code)
    context = explained_page(desk, span, unit) | {
        "losses": loss_lines(desk, unit),
        "peers": _peers(desk, unit),
    }
    return render(request, "indices/losses.html", context)


def _peers(desk: IndexDesk, unit: str) -> list[dict[str, Any]]:
    """Units of like size, for who may see the ranking, with what each lost."""
    if not desk.viewer.may(RANKING, province=desk.province):
        return []
    visible = {each.code for each in desk.visible()}
    return [
        placed_row(each, desk.index.places) | {"opens": each.score.subject.code in visible}
        for each in desk.peers(unit)
    ]


@page(VIEW)
def what_if(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """What mending chosen records would bring, and the fewest records for a score or a place."""
    desk, span = desk_of(request, set_code)
    context = explained_page(desk, span, unit)
    options = _options(desk, unit, request)
    picked = _picked(desk, unit, request.GET.getlist("ho-so")[:MOST_PICKED])
    edits = [Edit(unit, each["figure"], unnamed=each["taken"]) for each in options if each["taken"]]
    edits += [Edit(unit, figure, records) for figure, records in picked.items()]
    if edits:
        moved = desk.what_if(unit, edits)
        context["after"] = placed_row(moved.after, desk.index.places)
        context["gained"] = printed(moved.gained, desk.index.places)
        context["risen"] = _risen(moved, desk.index.places)
    context |= {"options": options, "picked": _picked_rows(desk, picked)}
    return render(request, "indices/what_if.html", context | _target(desk, unit, request))


@page(VIEW)
def mending(request: ViewedRequest, set_code: str, unit: str) -> HttpResponse:
    """The failing records of one figure, page by page, to choose by name which would be mended."""
    desk, span = desk_of(request, set_code)
    context = unit_page(desk, span, unit)
    figure, cause = request.GET.get("chi-tieu", ""), request.GET.get("nguyen-nhan")
    found = desk.mending(unit, figure, cause=cause, limit=MENDED_A_PAGE + 1, after=request.GET.get("sau", ""))
    shown = found[:MENDED_A_PAGE]
    names = named(desk.province, figure, [record.key for record in shown])
    following = {"chi-tieu": figure, "sau": shown[-1].key} if len(found) > MENDED_A_PAGE else {}
    if following and cause is not None:
        following["nguyen-nhan"] = cause
    context |= {
        "names": _components(desk, figure),
        "cause": cause_words(cause, figure) if cause is not None else "",
        "records": [{"value": f"{figure}|{each.key}", "named": names[each.key]} for each in shown],
        "following": urlencode(following),
    }
    return render(request, "indices/mending.html", context)


def _options(desk: IndexDesk, unit: str, request: HttpRequest) -> list[dict[str, Any]]:
    """The failing records of the unit by figure and cause: how many there are, and how many are to be mended."""
    whole = set(request.GET.getlist("sua"))
    found: list[dict[str, Any]] = []
    for figure, pools in desk.candidates(unit).items():
        by_cause: dict[str, dict[Fraction, int]] = {}
        for (weight, cause), count in pools.items():
            by_cause.setdefault(cause, {})[weight] = count
        for cause, counts in sorted(by_cause.items()):
            value, total = f"{figure}|{cause}", sum(counts.values())
            asked = total if value in whole else _number(request.GET.get(f"so:{value}", ""), total)
            found.append(
                {
                    "value": value,
                    "figure": figure,
                    "names": _components(desk, figure),
                    "cause": cause_words(cause, figure),
                    "count": total,
                    "all": value in whole,
                    "asked": asked or "",
                    "taken": _heaviest(counts, asked),
                    "list": urlencode({"chi-tieu": figure, "nguyen-nhan": cause}),
                }
            )
    return found


def _number(text: str, most: int) -> int:
    text = text.strip()
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _heaviest(counts: Mapping[Fraction, int], wanted: int) -> Fraction:
    """What so many records weigh, the heaviest first."""
    total = Fraction()
    for weight, count in sorted(counts.items(), reverse=True):
        total += weight * min(count, wanted)
        wanted -= min(count, wanted)
    return total


def _picked(desk: IndexDesk, unit: str, values: Sequence[str]) -> dict[str, tuple[Failing, ...]]:
    """The records chosen by name, by figure; what does not fail in this unit is left out."""
    keys: dict[str, list[str]] = {}
    for value in values:
        figure, _, key = value.partition("|")
        keys.setdefault(figure, []).append(key)
    found = {figure: tuple(desk.mending(unit, figure, among=each)) for figure, each in keys.items()}
    return {figure: records for figure, records in found.items() if records}


def _picked_rows(desk: IndexDesk, picked: Mapping[str, Sequence[Failing]]) -> list[dict[str, Any]]:
    rows = []
    for figure, records in picked.items():
        names = named(desk.province, figure, [each.key for each in records])
        rows += [
            {"value": f"{figure}|{each.key}", "named": names[each.key], "names": _components(desk, figure)}
            for each in records
        ]
    return rows


def _risen(moved: Moved, places: int) -> list[dict[str, Any]]:
    """The components whose points change, before and after."""
    return [
        {
            "name": after.component.name(language()),
            "before": printed(before.points, places),
            "after": printed(after.points, places),
        }
        for before, after in moved.components()
    ]


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
    """The fewest records for a score, or for the score that a place takes."""
    text, place = request.GET.get("muc-tieu", "").strip(), request.GET.get("hang", "").strip()
    asked = {"target": text, "wanted_place": place}
    try:
        target = _wanted(desk, unit, text, place)
    except NumberFormatError:
        return asked | {"refusal": gettext("Hãy ghi điểm mục tiêu bằng số, như 92,5; hạng bằng số, như 3.")}
    if target is None:
        return asked | ({"unreachable": True} if place else {})
    plan = desk.fewest(unit, target)
    if plan is None:
        return asked | {"unreachable": True}
    edits = [Edit(unit, figure, unnamed=weight * count) for (figure, weight), count in plan.counts.items()]
    picks = desk.picks(unit, plan, MOST_PICKS)
    return asked | {
        "plan": plan,
        "plan_after": plan.after.shown,
        "plan_place": desk.what_if(unit, edits).after.place,
        "picks": _picks(desk, picks),
        "more_picks": plan.count - len(picks),
        "kinds": [
            {"names": _components(desk, figure), "count": count}
            for (figure, _weight), count in plan.counts.items()
        ],
    }


def _wanted(desk: IndexDesk, unit: str, text: str, place: str) -> Fraction | None:
    """The score to reach; None when nothing is asked for, or there is no such place."""
    if text:
        return Fraction(parse_number(text).value)
    if not place:
        return None
    number = parse_number(place).value
    if number != int(number) or not 1 <= number <= 1000:
        return None
    return desk.score_for_place(unit, int(number))

"""The province as of a day, search, and two days compared. Public."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.api import Holding, UnitInfo, as_now, label_of, search_units
from motcua.reference.organisations.models import UnitChange
from motcua.reference.organisations.pages.days import Span, day_in, span_of
from motcua.reference.organisations.pages.shapes import comparison, picture, snapshot
from motcua.reference.timeline.api import KINDS_OF_CHANGE

COMPARED = ("commune_committee", "department", "office", "inspectorate", "board", "centre")


@page(PUBLIC)
def show(request: ViewedRequest) -> HttpResponse:
    """Units by kind with counts, communes as a picture and a table, and what changed near the day."""
    province = request.province
    if province is None:
        return render(request, "organisations/empty.html")
    span = span_of(province)
    day = day_in(request.GET, span)
    if "moc" in request.GET:
        return redirect(f"{reverse('organisations:province')}?ngay={day:%Y-%m-%d}")
    shown = snapshot(province, day)
    context = {
        "base": reverse("organisations:province"),  # 400 links: one address looked up, not 400
        "day": day,
        "title": province.title(day),
        "span": span,
        "position": span.position(day),
        "shown": shown,
        "picture": picture(province, shown),
        "near": _near(province, span, day),
        "quick": span.quick(),
        "today": today(),
    }
    return render(request, "organisations/province.html", context)


@dataclass(frozen=True, slots=True)
class Near:
    """A day of changes close to the one shown: how many of each kind, under which decisions."""

    day: dt.date
    words: str
    numbers: str
    eve: dt.date


def _near(province: Province, span: Span, day: dt.date) -> list[Near]:
    """The last day of changes up to the one shown, and the next one."""
    days = [changed for changed, _count in span.changed]
    chosen = [d for d in days if d <= day][-1:] + [d for d in days if d > day][:1]
    rows = UnitChange.objects.filter(province=province, undone_at__isnull=True, effective_on__in=chosen)
    ordered = sorted(rows, key=lambda row: (row.effective_on, row.kind, row.number))
    found = []
    for changed, group in groupby(ordered, key=lambda row: row.effective_on):
        listed = list(group)
        words = [
            f"{gettext(KINDS_OF_CHANGE[kind]).lower()}: {len(list(some))}"
            for kind, some in groupby(listed, key=lambda row: row.kind)
        ]
        numbers = sorted({row.number for row in listed})
        found.append(Near(changed, ", ".join(words), ", ".join(numbers), changed - dt.timedelta(days=1)))
    return found


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit found, and who holds it now when it has ended."""

    unit: UnitInfo
    now: tuple[Holding, ...]


@page(PUBLIC)
def search(request: ViewedRequest) -> HttpResponse:
    """By name or code of any time, with or without diacritics; a former unit says where it is now."""
    text = request.GET.get("q", "")[:100]
    units = search_units(request.province, text) if request.province and text.strip() else []
    hits = [Hit(unit, tuple(as_now(request.province, unit.uid)) if unit.valid_to else ()) for unit in units]
    return render(request, "organisations/search.html", {"text": text, "hits": hits})


@page(PUBLIC)
def compare(request: ViewedRequest) -> HttpResponse:
    """Two days side by side: counts, and what became of each unit."""
    province = request.province
    if province is None:
        return render(request, "organisations/empty.html")
    span = span_of(province)
    default = span.changed[0][0] if span.changed else today()
    later = day_in(request.GET, span, "den", default)
    earlier = day_in(request.GET, span, "tu", later - dt.timedelta(days=1))
    earlier, later = sorted((earlier, later))
    kind = request.GET.get("loai", "")
    kind = kind if kind in COMPARED else COMPARED[0]
    context = {
        "base": reverse("organisations:province"),
        "earlier": earlier,
        "later": later,
        "kind": kind,
        "kinds": [(code, label_of(code)) for code in COMPARED],
        "compared": comparison(province, earlier, later, kind),
        "span": span,
    }
    return render(request, "organisations/compare.html", context)

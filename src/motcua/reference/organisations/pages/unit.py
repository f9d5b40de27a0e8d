"""A unit: its spans, where it stands, what it is for, what it came from and became. Public."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.api import (
    KINDS,
    UnitInfo,
    as_now,
    predecessors,
    subtree,
    successors,
    unit_at,
    versions_of,
)
from motcua.reference.organisations.models import UnitVersion
from motcua.reference.organisations.pages.pictures import family
from motcua.reference.places.api import PlaceInfo, place_at


@page(PUBLIC)
def show(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    province = request.province
    spans = versions_of(province, uid) if province else []
    if not spans:
        raise Http404
    last = spans[-1]
    day = _last_day(last)
    came, went = predecessors(province, uid), successors(province, uid)
    context = {
        "unit": last,
        "ended": last.valid_to is not None and last.valid_to <= today(),
        "spans": spans[::-1],
        "kind": KINDS[last.kind],
        "parent": unit_at(province, last.parent, _last_day(last)) if last.parent else None,
        "place": _place(province, last),
        "below": [unit for unit in subtree(province, last.path, day) if unit.uid != uid][:200],
        "came": came,
        "went": went,
        "now": as_now(province, uid),
        "family": family(last, came, went),
        "events": [(event, tell(event)) for event in _events(province, uid)],
    }
    return render(request, "organisations/unit.html", context)


@page(PUBLIC)
def by_code(request: ViewedRequest, code: str) -> HttpResponse:
    """The unit that bears an agency code today, or bore it last."""
    rows = UnitVersion.objects.filter(province=request.province, code=code).select_related("subject")
    row = rows.order_by("-valid_from").first()
    if row is None:
        raise Http404
    return redirect("organisations:unit", row.subject.uid)


def _last_day(unit: UnitInfo) -> dt.date:
    """Today, or the last day of a unit that has ended."""
    return min(today(), unit.valid_to - dt.timedelta(days=1)) if unit.valid_to else today()


def _place(province: Province, unit: UnitInfo) -> PlaceInfo | None:
    return place_at(province, unit.place_code, _last_day(unit)) if unit.place_code else None


def _events(province: Province, uid: uuid.UUID) -> list[Event]:
    """What was recorded about the changes that opened or closed a span of this unit."""
    rows = UnitVersion.objects.filter(province=province, subject__uid=uid)
    changes = {row for pair in rows.values_list("opened_by__uid", "closed_by__uid") for row in pair if row}
    subjects = [f"unit-change:{change}" for change in changes]
    return list(Event.objects.filter(province=province, subject__in=subjects).order_by("pk"))

"""Reception in one screen: person, procedure and papers, receipt; the same page with and without script."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import local, now
from motcua.modules.catalogue.api import procedure_version
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import Component, Dossier, Slip
from motcua.modules.dossiers.pages.intake import Intake
from motcua.modules.dossiers.pages.screen import CHANNELS, PARTS, Screen, owed_papers, whole
from motcua.modules.dossiers.pages.shell import dossier_or_404, show
from motcua.modules.dossiers.pages.taking import ENDINGS, take
from motcua.modules.dossiers.queries import clock_entries, registered, rules_of
from motcua.modules.dossiers.states import status_word
from motcua.modules.dossiers.units import unit_name
from motcua.reference.calendars.api import calendar_for

ALL_ZONES = "zones"  # what the page's script asks for: it says itself that something is wrong
MOST_WAITING = 100
MOST_TODAY = 200
NO_STORE = "private, no-store"


@page(may.RECEIVE, methods=("GET", "POST"))
def reception(request: ViewedRequest) -> HttpResponse:
    """The desk's screen. A POST with `do` of ENDINGS receives, asks for a supplement or refuses; with `part` one zone
    ("zones": all) is answered, as it stands after what was typed; else the page is drawn anew."""
    screen = Screen(request, Intake(request.POST, request.FILES))
    if request.method == "POST" and (part := PARTS.get(screen.intake.text("part"))):
        return _kept_nowhere(render(request, part[0], _zones(screen, part[1])))
    if request.method == "POST" and screen.intake.text("do") in ENDINGS:
        done = take(screen)
        if done is not None:
            return redirect("dossiers:received", uid=done.uid)
    context = _around(screen) | whole(screen)
    if screen.intake.text("part") == ALL_ZONES:
        return _kept_nowhere(render(request, "dossiers/reception/_zones.html", context))
    status = 400 if screen.intake.errors else 200
    return _kept_nowhere(show(request, "dossiers/reception/reception.html", context, status=status))


def _zones(screen: Screen, zones: Any) -> dict[str, Any]:
    context: dict[str, Any] = {"intake": screen.intake, "errors": {}, "alone": True}
    for zone in zones:
        context |= zone(screen)
    return context


def _around(screen: Screen) -> dict[str, Any]:
    waiting = registered(screen.viewer, screen.province)[:MOST_WAITING].count()
    return {
        "intake": screen.intake,
        "errors": screen.intake.errors,
        "desk": screen.desk,
        "desks": screen.desks,
        "waiting": f"{waiting}+" if waiting == MOST_WAITING else waiting,
        "key": screen.intake.key or uuid.uuid4().hex,
    }


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    """No copy of persons' data in the browser."""
    response["Cache-Control"] = NO_STORE
    return response


@page(may.RECEIVE)
def received(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """What was just done: code, appointment and why, what to collect, papers to print, on to the next person."""
    dossier = dossier_or_404(request, uid)
    told = clocks.story(
        clock_entries(dossier),
        calendar_for(dossier.province_id, dossier.unit_path),
        rules_of(dossier.province_id),
    )
    info = procedure_version(dossier.version_id)
    limit = info.content.limit(CHANNELS[dossier.channel], dossier.case_name)
    handed = list(Component.objects.filter(dossier=dossier).order_by("number"))
    context = {
        "dossier": dossier,
        "status": status_word(dossier.status),
        "story": told[0] if told else "",
        "unit": unit_name(dossier.province_id, dossier.unit_code),
        "slips": Slip.objects.filter(dossier=dossier).order_by("pk"),
        "fees": limit.fees if limit and dossier.code else (),
        "handed": handed,
        "owed": owed_papers(dossier, info, {one.name for one in handed}) if dossier.code else [],
    }
    return _kept_nowhere(show(request, "dossiers/reception/received.html", context))


@page(may.RECEIVE)
def desk_today(request: ViewedRequest) -> HttpResponse:
    """What waits to be received, and what these desks received today, with the slips to print again."""
    if request.province is None:
        raise Http404
    start = local(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = request.viewer.within(
        Dossier.objects.filter(province=request.province, received_at__gte=start),
        may.RECEIVE,
        unit_path="received_path",
    )
    context = {
        "waiting": registered(request.viewer, request.province)[:MOST_WAITING],
        "today": mine.order_by("-received_at").prefetch_related("slips")[:MOST_TODAY],
    }
    return _kept_nowhere(show(request, "dossiers/reception/today.html", context))

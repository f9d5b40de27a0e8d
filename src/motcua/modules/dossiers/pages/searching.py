"""Finding a dossier by what people have in hand: a code or its end, a scanned QR, a name, a number, a phone."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from motcua.engine.permissions.api import ViewedRequest, Viewer, page
from motcua.engine.provinces.api import Province
from motcua.kernel.text import squeeze
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.pages.shell import show
from motcua.modules.dossiers.pages.words import dossier_state
from motcua.modules.dossiers.queries import in_units, search_dossiers
from motcua.modules.dossiers.states import status_word
from motcua.modules.dossiers.units import unit_name

SHOWN = 50
_CODE = re.compile(r"\b[0-9A-Y]{3}(?:\.[0-9A-Y]+)*-\d{6}-\d{4,}", re.IGNORECASE)
_BEGINNING = re.compile(r"^[0-9A-Y]{3}(?:\.[0-9A-Y]+)*-\d{0,6}-?\d*$", re.IGNORECASE)
_END = re.compile(r"^\d{6}-\d{0,6}$")
_MOST_UNITS = 120


@page(may.VIEW)
def search(request: ViewedRequest) -> HttpResponse:
    """What was found; the dossier itself when it is the only one."""
    if request.province is None:
        raise Http404
    words = squeeze(request.GET.get("q", "")[:300])
    found = list(find(request.viewer, request.province, words)[: SHOWN + 1]) if words else []
    if len(found) == 1:
        return redirect("dossiers:dossier", uid=found[0].uid)
    context = {
        "words": words,
        "lines": [
            {
                "dossier": row,
                "status": status_word(row.status),
                "state": dossier_state(row),
                "unit": unit_name(row.province_id, row.unit_code),
            }
            for row in found[:SHOWN]
        ],
        "more": len(found) > SHOWN,
    }
    return show(request, "dossiers/search.html", context)


def find(viewer: Viewer, province: Province, words: str) -> QuerySet[Dossier]:
    """Dossiers of the viewer's units. A QR's text or address holds the whole code; a code's end is looked for in the
    series of the viewer's own units."""
    scanned = _CODE.search(words)
    if scanned:
        exact = Dossier.objects.filter(province=province, code=scanned[0].upper())
        return in_units(viewer, exact).order_by("code")
    if _BEGINNING.match(words):
        begun = Dossier.objects.filter(province=province, **_beginning(words.upper()))
        return in_units(viewer, begun).order_by("code")
    if _END.match(words):
        return in_units(
            viewer, Dossier.objects.filter(_ends(viewer, province, words), province=province)
        ).order_by("code")
    return search_dossiers(viewer, province, words)


def _beginning(text: str) -> dict[str, str]:
    """A range of the index, not a pattern: what begins with the text lies between it and its last possible end."""
    return {"code__gte": text, "code__lt": text + "~"}


def _ends(viewer: Viewer, province: Province, text: str) -> Q:
    codes = {
        grant.unit_code
        for grant in viewer.grants
        if may.VIEW in grant.permissions and grant.province_id in (None, province.pk) and grant.unit_code
    }
    wanted = Q(pk__in=[])
    for code in sorted(codes)[:_MOST_UNITS]:
        wanted |= Q(**_beginning(f"{code}-{text}"))
    return wanted

"""The log as the administrator reads and searches it."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from motcua.engine.events import queries
from motcua.engine.events.permissions import VIEW
from motcua.engine.events.sealing import unsealed_tail
from motcua.engine.permissions.api import ViewedRequest, page

FIELDS = {"type": "loai", "subject": "doi-tuong", "unit": "don-vi", "actor": "nguoi"}
DAYS = {"since": "tu", "until": "den"}


@page(VIEW)
def log(request: ViewedRequest) -> HttpResponse:
    """Events of the province, latest first; searched by type, subject, unit, actor and day."""
    province = request.province or None
    search, wrong = _search(request)
    before = request.GET.get("truoc", "")
    lines, following = queries.find(
        request.viewer, province, search, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    waiting, oldest = unsealed_tail()
    context = {
        "lines": lines,
        "search": search,
        "wrong": wrong,
        "types": queries.type_choices(),
        "next_query": _query(search, following) if following else "",
        "unsealed": waiting,
        "oldest": round(oldest.total_seconds()) if oldest else 0,
        "head": queries.head_of(province),
        "further": bool(before),
    }
    return render(request, "events/log.html", context)


@page(VIEW)
def event(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """One event: all that was recorded, its digest, and its place in the chain."""
    opened = queries.open_event(request.viewer, request.province or None, uid)
    if opened is None:
        raise Http404
    payload = json.dumps(opened.line.event.payload, ensure_ascii=False, indent=2)
    seal = opened.seal
    context = {
        "opened": opened,
        "line": opened.line,
        "event": opened.line.event,
        "payload": payload,
        "digest": bytes(opened.line.event.digest).hex(),
        "chain": bytes(seal.chain_digest).hex() if seal else "",
    }
    return render(request, "events/event.html", context)


def _search(request: ViewedRequest) -> tuple[queries.Search, bool]:
    """What the address asks for, and whether a day in it could not be read."""
    words = {field: request.GET.get(name, "").replace("\x00", "").strip() for field, name in FIELDS.items()}
    days: dict[str, dt.date | None] = {}
    wrong = False
    for field, name in DAYS.items():
        text = request.GET.get(name, "").strip()
        days[field] = _day(text)
        wrong = wrong or bool(text and days[field] is None)
    return queries.Search(**words, since=days["since"], until=days["until"]), wrong


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 9998 else None


def _query(search: queries.Search, before: int) -> str:
    values = {name: getattr(search, field) for field, name in (FIELDS | DAYS).items()}
    return urlencode({name: value for name, value in values.items() if value} | {"truoc": before})

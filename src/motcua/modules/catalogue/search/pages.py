"""Suggestions while one types, and the procedures of life events."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.modules.catalogue.search.finding import Hit, search_procedures
from motcua.modules.catalogue.search.language import life_events

SHOWN = 8
_LEVELS = {"tinh": "province", "xa": "commune"}
_ONLINE = {"toan-trinh": "full", "mot-phan": "partial", "chua": "none"}


@page(PUBLIC)
def suggest(request: ViewedRequest) -> HttpResponse:
    """`?q=` and the filters of the list: the likeliest procedures, as a fragment for htmx or as a page."""
    _require_province(request)
    get = request.GET.get
    words = get("q", "").strip()
    hits: list[Hit] = []
    if len(words) >= 2:
        hits = search_procedures(
            request.province,
            words,
            level=_LEVELS.get(get("cap", ""), ""),
            field=get("linh-vuc", "")[:40],
            online=_ONLINE.get(get("truc-tuyen", ""), ""),
            limit=SHOWN,
            begun=True,
        )
    context = {"words": words, "hits": hits}
    name = "_suggestions" if request.headers.get("HX-Request") else "suggestions"
    return render(request, f"catalogue/search/{name}.html", context)


@page(PUBLIC)
def events(request: ViewedRequest) -> HttpResponse:
    """What happens in lives, each with its procedures in the order they come."""
    _require_province(request)
    return render(request, "catalogue/search/life_events.html", {"events": event_cards(request)})


def event_cards(request: ViewedRequest) -> list[dict[str, Any]]:
    """[{"key", "name", "summary", "hits": [Hit]}] of the life events that have a procedure in force here."""
    cards = [
        {
            "key": one.key,
            "name": one.name,
            "summary": one.summary,
            "hits": search_procedures(request.province, "", life_event=one.key),
        }
        for one in life_events()
    ]
    return [card for card in cards if card["hits"]]


def _require_province(request: ViewedRequest) -> None:
    if request.province is None:
        raise Http404


search_urls = [
    path("goi-y/", suggest, name="suggest"),
    path("viec-trong-doi/", events, name="life-events"),
]

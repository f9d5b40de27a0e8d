from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.privacy.models import Reading
from motcua.engine.privacy.permissions import VIEW
from motcua.engine.privacy.readings import described, field_labels, purpose_labels, visible_readings
from motcua.engine.privacy.retention import apply_retention, declared_retentions
from motcua.kernel.clock import VIETNAM

SHOWN = 50
WORDS = {"subject": "cua", "viewer": "nguoi", "purpose": "muc-dich"}
DAYS = {"since": "tu", "until": "den"}


@dataclass(frozen=True, slots=True)
class Search:
    """What the address asks for; `wrong` when a day in it could not be read."""

    words: dict[str, str]
    since: dt.date | None
    until: dt.date | None
    wrong: bool

    def narrow(self, rows: QuerySet[Reading]) -> QuerySet[Reading]:
        if subject := self.words["subject"]:
            rows = rows.filter(subject=subject)
        if viewer := self.words["viewer"]:
            rows = rows.filter(viewer__username=viewer)
        if purpose := self.words["purpose"]:
            rows = rows.filter(purpose=purpose)
        if self.since:
            rows = rows.filter(at__gte=_start(self.since))
        if self.until:
            rows = rows.filter(at__lt=_start(self.until + dt.timedelta(days=1)))
        return rows


@page(VIEW)
def readings(request: ViewedRequest) -> HttpResponse:
    """Readings within the viewer's units, the newest first; searched by person, reader, purpose and day."""
    search = _search(request)
    rows = search.narrow(visible_readings(request.viewer, request.province or None))
    before = request.GET.get("truoc", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    shown = list(rows[: SHOWN + 1])
    following = shown[SHOWN - 1].pk if len(shown) > SHOWN else 0
    shown = shown[:SHOWN]
    context = {
        "lines": _lines(shown),
        "search": search,
        "purposes": sorted(purpose_labels().items()),
        "further": bool(before),
        "next_query": _query(search, following) if following else "",
    }
    return render(request, "privacy/readings.html", context)


@page(VIEW)
def retention(request: ViewedRequest) -> HttpResponse:
    """What is kept for how long, by which act, and what the next run would erase in this province."""
    provinces = [request.province] if request.province else []
    whole = request.viewer.may(VIEW, province=request.province or None, unit_path="/")
    outcomes = apply_retention(dry_run=True, provinces=provinces) if whole else []
    people = described([subject for outcome in outcomes for subject in outcome.subjects])
    context = {
        "retentions": declared_retentions(),
        "outcomes": [
            {"outcome": outcome, "subjects": [_who(subject, people) for subject in outcome.subjects]}
            for outcome in outcomes
        ],
        "whole": whole,
    }
    return render(request, "privacy/retention.html", context)


def _lines(rows: list[Reading]) -> list[dict[str, Any]]:
    people = described([row.subject for row in rows] + [row.through for row in rows if row.through])
    purposes, columns = purpose_labels(), field_labels()
    return [
        {
            "row": row,
            "whose": _who(row.subject, people),
            "through": _who(row.through, people) if row.through else None,
            "purpose": _(purposes[row.purpose]) if row.purpose in purposes else row.purpose,
            "fields": ", ".join(_(columns[name]) if name in columns else name for name in row.fields),
        }
        for row in rows
    ]


def _who(subject: str, people: dict[str, tuple[str, str]]) -> dict[str, str]:
    name, url = people.get(subject, ("", ""))
    return {"subject": subject, "name": name or subject, "url": url}


def _search(request: ViewedRequest) -> Search:
    words = {field: request.GET.get(name, "").strip()[:200] for field, name in WORDS.items()}
    typed = {field: request.GET.get(name, "").strip() for field, name in DAYS.items()}
    days = {field: _day(text) for field, text in typed.items()}
    wrong = any(typed[field] and days[field] is None for field in DAYS)
    return Search(words, days["since"], days["until"], wrong)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 9998 else None


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def _query(search: Search, before: int) -> str:
    values: dict[str, object] = {WORDS[field]: text for field, text in search.words.items()}
    values |= {DAYS["since"]: search.since, DAYS["until"]: search.until}
    return urlencode({name: value for name, value in values.items() if value} | {"truoc": before})

"""Reads of the log, narrowed to what the viewer may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from motcua.engine.accounts.models import User
from motcua.engine.events.chain import GENESIS, link
from motcua.engine.events.models import Event, Seal
from motcua.engine.events.permissions import VIEW
from motcua.engine.events.recording import EventType, digest_of, event_types, tell
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import VIETNAM

PAGE = 50
_MOST_ACTORS = 50


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; empty fields do not narrow. `since` and `until` are days of recording, both included."""

    type: str = ""
    subject: str = ""
    unit: str = ""
    actor: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words. `whole`: its content still has its digest. `position`: its place in the chain."""

    event: Event
    words: str
    whole: bool
    position: int | None

    @property
    def late(self) -> bool:
        """Recorded more than a minute after it occurred."""
        return self.event.recorded_at - self.event.occurred_at > dt.timedelta(minutes=1)


def visible(viewer: Viewer, province: Province | None) -> list[QuerySet[Any]]:
    """Events of the province that the viewer may see, by the unit at that time; then those of the installation.

    An event of no unit belongs to the whole province. Events of the installation itself (sign-ins, province
    null) are seen with a grant over all provinces, or by the whole-province administrator of the only one.
    Two sets rather than one with OR: each is then read by its index, latest first.
    """
    if province is None:
        return []
    own = Event.objects.filter(province=province)
    if not viewer.may(VIEW, province=province, unit_path="/"):
        path = Case(When(unit_path="", then=Value("/")), default=F("unit_path"))
        scoped: QuerySet[Any] = own.annotate(scope_path=path)
        return [viewer.within(scoped, VIEW, unit_path="scope_path")]
    # Here the scope filter would let all through, at the price of a join that PostgreSQL misjudges.
    return [own, Event.objects.filter(province__isnull=True)] if _sees_installation(viewer) else [own]


def _sees_installation(viewer: Viewer) -> bool:
    everywhere = any(held.province_id is None and VIEW in held.permissions for held in viewer.grants)
    return everywhere or Province.objects.count() == 1


def find(
    viewer: Viewer, province: Province | None, search: Search, before: int | None = None
) -> tuple[list[Line], int | None]:
    """A page of events, latest first, and the number from which the next page goes on (None: the end)."""
    found: list[Event] = []
    for part in visible(viewer, province):
        events = _narrowed(part, search).select_related("actor", "on_behalf_of").order_by("-pk")
        found += events.filter(pk__lt=before)[: PAGE + 1] if before is not None else events[: PAGE + 1]
    found.sort(key=lambda event: -event.pk)
    page = found[:PAGE]
    seals = Seal.objects.filter(event__in=[event.pk for event in page]).values_list("event_id", "position")
    places = dict(seals)
    lines = [_line(event, places.get(event.pk)) for event in page]
    return lines, (page[-1].pk if len(found) > PAGE else None)


def _narrowed(events: QuerySet[Any], search: Search) -> QuerySet[Any]:
    for field, value in (("type", search.type), ("subject", search.subject), ("unit_code", search.unit)):
        if value:
            events = events.filter(**{field: value})
    if search.actor:
        people = User.objects.filter(
            Q(username__iexact=search.actor) | Q(display_name__icontains=search.actor)
        )
        events = events.filter(actor_id__in=list(people.values_list("pk", flat=True)[:_MOST_ACTORS]))
    if search.since:
        events = events.filter(recorded_at__gte=_midnight(search.since))
    if search.until:
        events = events.filter(recorded_at__lt=_midnight(search.until + dt.timedelta(days=1)))
    return events


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def _line(event: Event, position: int | None) -> Line:
    return Line(event, tell(event), digest_of(event) == bytes(event.digest), position)


@dataclass(frozen=True, slots=True)
class Opened:
    """One event with its seal; `linked` is None while unsealed, else whether the link to the one before holds."""

    line: Line
    seal: Seal | None
    linked: bool | None


def open_event(viewer: Viewer, province: Province | None, uid: object) -> Opened | None:
    """The event, its seal, and whether content and link hold; None when the viewer may not see it."""
    parts = (part.select_related("actor", "on_behalf_of") for part in visible(viewer, province))
    event = next((found for part in parts for found in part.filter(uid=uid)), None)
    if event is None:
        return None
    seal = Seal.objects.filter(event=event).first()
    line = _line(event, seal.position if seal else None)
    return Opened(line, seal, _holds(event, seal) if seal else None)


def _holds(event: Event, seal: Seal) -> bool:
    chain = Seal.objects.filter(province=event.province_id)
    before = chain.filter(position=seal.position - 1).values_list("chain_digest", flat=True).first()
    if before is None and seal.position > 1:
        return False
    previous = bytes(before) if before is not None else GENESIS
    made = link(previous, seal.position, str(event.uid), bytes(event.digest))
    return made == bytes(seal.chain_digest)


def head_of(province: Province | None) -> Seal | None:
    """The latest link of a province's chain."""
    return Seal.objects.filter(province=province).select_related("event").order_by("-position").first()


def type_choices() -> list[tuple[str, str]]:
    """(code, sentence with gaps) of every declared type, for a list to choose from."""
    return [(known.code, _with_gaps(known)) for known in event_types()]


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _with_gaps(known: EventType) -> str:
    gaps: Mapping[str, Any] = _Gaps()
    try:
        return known.sentence(gaps)
    except (KeyError, TypeError, ValueError, AttributeError):
        return known.code

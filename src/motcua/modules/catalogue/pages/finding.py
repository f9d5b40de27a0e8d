"""What the pages look up, or answer "not found"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, Q, QuerySet, TextField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.permissions.api import ViewedRequest
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.text import search_key
from motcua.modules.catalogue.agency_kinds import AGENCY_KINDS
from motcua.modules.catalogue.models import Procedure, Version
from motcua.modules.catalogue.permissions import VIEW
from motcua.modules.catalogue.queries import core_of, versions_in_force
from motcua.modules.catalogue.search.finding import search_procedures
from motcua.modules.catalogue.search.language import life_events

MOST_FOUND = 200
LEVELS = {
    "tinh": (gettext_noop("Cấp tỉnh"), {"procedure__at_province": True}),
    "xa": (gettext_noop("Cấp xã"), {"procedure__at_commune": True}),
    "ca-hai": (
        gettext_noop("Cả hai cấp"),
        {"procedure__at_province": True, "procedure__at_commune": True},
    ),
    "chua-ro": (
        gettext_noop("Không thuộc hai cấp"),
        {"procedure__at_province": False, "procedure__at_commune": False},
    ),
}
ONLINE_VALUES = {"toan-trinh": "full", "mot-phan": "partial", "chua": "none", "chua-ro": ""}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed by, as the address says it."""

    words: str = ""
    level: str = ""
    field: str = ""
    online: str = ""
    agency: str = ""
    event: str = ""

    @classmethod
    def of(cls, request: ViewedRequest) -> Filters:
        get = request.GET.get
        return cls(
            get("q", "").strip()[:200],
            get("cap", "") if get("cap") in LEVELS else "",
            get("linh-vuc", "")[:40],
            get("truc-tuyen", "") if get("truc-tuyen") in ONLINE_VALUES else "",
            get("co-quan", "") if get("co-quan") in AGENCY_KINDS else "",
            get("viec", "") if get("viec") in {one.key for one in life_events()} else "",
        )

    def narrow(self, rows: QuerySet[Version]) -> QuerySet[Version]:
        """All but the words, which the search of the room answers."""
        if self.level:
            rows = rows.filter(**LEVELS[self.level][1])
        if self.field:
            rows = rows.filter(field__code=self.field)
        if self.online:
            rows = rows.filter(online_level=ONLINE_VALUES[self.online])
        if self.agency:
            named = Cast(KeyTextTransform("agencies", "content"), TextField())
            rows = rows.annotate(agency_names=named).filter(agency_names__iregex=AGENCY_KINDS[self.agency][1])
        return rows


def versions_found(province: Province, day: dt.date, filters: Filters) -> QuerySet[Version]:
    """The versions of a day that the filters leave; with words or a life event, the best first."""
    rows = filters.narrow(versions_in_force(province, day)).defer("content", "search")
    if not (filters.words or filters.event):
        return rows
    if day != today():  # the search knows what is in force today
        return _by_begun_words(rows, filters.words)
    hits = search_procedures(province, filters.words, life_event=filters.event, limit=MOST_FOUND)
    ids = [hit.version_id for hit in hits]
    place = Case(*(When(pk=pk, then=at) for at, pk in enumerate(ids)), default=len(ids))
    return rows.filter(pk__in=ids).order_by(place)


def day_asked(request: ViewedRequest) -> dt.date:
    """`?ngay=2026-10-01`, else today."""
    try:
        return dt.date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return today()


def procedure_or_404(request: ViewedRequest, code: str) -> Procedure:
    """A procedure of the viewer's province; what was never announced only for who may see the whole catalogue."""
    found = (
        Procedure.objects.filter(province=request.province, code=core_of(code))
        .select_related("province")
        .first()
    )
    if found is None:
        raise Http404
    if not Version.objects.filter(procedure=found).exists():
        request.viewer.require(VIEW, province=request.province)
    return found


def history(procedure: Procedure) -> list[Version]:
    """Every version, the newest first."""
    rows = Version.objects.filter(procedure=procedure).select_related("field", "procedure")
    return list(rows.order_by("-valid_from").defer("search"))


def choices(labels: dict[str, tuple[str, object]]) -> list[tuple[str, str]]:
    return [(key, _(label)) for key, (label, _rest) in labels.items()]


def _by_begun_words(rows: QuerySet[Version], text: str) -> QuerySet[Version]:
    """By code, or by words without diacritics, whole or begun."""
    words = search_key(text).split()
    if not words:
        return rows.none()
    query = SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
    by_code = Q(procedure__code__startswith=text)
    return rows.filter(Q(search=query) | by_code).order_by(
        SearchRank(F("search"), query).desc(nulls_last=True), "-procedure__popularity", "sort_key"
    )

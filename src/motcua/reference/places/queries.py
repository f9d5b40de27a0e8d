"""Places on a day, and what became of them."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from motcua.engine.provinces.api import Dated, Province
from motcua.reference.places.data import PlaceInfo
from motcua.reference.places.models import PLACES, PlaceVersion
from motcua.reference.timeline.api import Genealogy

# In the order of PlaceInfo's fields.
COLUMNS = (
    "subject__uid",
    "code",
    "name",
    "short_name",
    "kind",
    "level",
    "path",
    "valid_from",
    "valid_to",
    "latitude",
    "longitude",
    "area_km2",
)


def places_on(province: Province, day: dt.date, level: str | None = None) -> list[PlaceInfo]:
    """The places of a province in force on a day, by path."""
    rows = PlaceVersion.objects.filter(Dated.on(day), province=province)
    if level:
        rows = rows.filter(level=level)
    return _infos(rows.order_by("path"))


def place_at(province: Province, code: str, day: dt.date) -> PlaceInfo | None:
    """The place that bore a state register code on a day."""
    rows = PlaceVersion.objects.filter(Dated.on(day), province=province, code=code)
    return next(iter(_infos(rows)), None)


def place_genealogy(province: Province) -> Genealogy:
    """The links between places of a province."""
    return Genealogy(PLACES.links(province))


def _infos(rows: QuerySet[PlaceVersion]) -> list[PlaceInfo]:
    return [PlaceInfo(*row) for row in rows.values_list(*COLUMNS)]

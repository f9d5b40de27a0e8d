"""Places on a day, and what became of them."""

from __future__ import annotations

import datetime as dt

from motcua.engine.provinces.api import Dated, Province
from motcua.reference.places.data import PlaceInfo
from motcua.reference.places.models import PLACES, PlaceVersion
from motcua.reference.timeline.api import Genealogy


def places_on(province: Province, day: dt.date, level: str | None = None) -> list[PlaceInfo]:
    """The places of a province in force on a day, by path."""
    rows = PlaceVersion.objects.filter(Dated.on(day), province=province).select_related("subject")
    if level:
        rows = rows.filter(level=level)
    return [_info(row) for row in rows.order_by("path")]


def place_at(province: Province, code: str, day: dt.date) -> PlaceInfo | None:
    """The place that bore a state register code on a day."""
    rows = PlaceVersion.objects.filter(Dated.on(day), province=province, code=code).select_related("subject")
    return next((_info(row) for row in rows), None)


def place_genealogy(province: Province) -> Genealogy:
    """The links between places of a province."""
    return Genealogy(PLACES.links(province))


def _info(row: PlaceVersion) -> PlaceInfo:
    return PlaceInfo(
        str(row.subject.uid),
        row.code,
        row.name,
        row.short_name,
        row.kind,
        row.level,
        row.path,
        row.valid_from,
        row.valid_to,
        row.latitude,
        row.longitude,
        row.area_km2,
    )

"""What the pages show, put together from units and places; one query each."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.text import collation_key
from motcua.reference.organisations.api import UnitInfo, genealogy, label_of, units_on
from motcua.reference.organisations.kinds import ORDER
from motcua.reference.places.api import PlaceInfo, place_genealogy, places_on, word_of

COMMUNE_KINDS = ("commune", "ward", "township", "special_zone")
WIDTH = 1000


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune's committee with its territory on a day."""

    unit: UnitInfo
    place: PlaceInfo | None
    district: str

    @property
    def kind(self) -> str:
        return self.place.kind if self.place else "commune"

    @property
    def word(self) -> str:
        return _(word_of(self.kind))

    @property
    def name(self) -> str:
        return self.place.short_name if self.place else self.unit.short_name

    @property
    def area(self) -> Decimal | None:
        return self.place.area_km2 if self.place else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A province on a day."""

    day: dt.date
    communes: tuple[CommuneRow, ...]
    groups: tuple[tuple[str, tuple[UnitInfo, ...]], ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def has_townships(self) -> bool:
        return any(row.kind not in ("commune", "ward") for row in self.communes)

    @property
    def by_kind(self) -> list[tuple[str, list[CommuneRow]]]:
        """Communes by kind, in the words of the day."""
        found = [(kind, [row for row in self.communes if row.kind == kind]) for kind in COMMUNE_KINDS]
        return [(_(word_of(kind)), rows) for kind, rows in found if rows]


def snapshot(province: Province, day: dt.date) -> Snapshot:
    """The units and territories of a province on a day."""
    units, places = units_on(province, day), places_on(province, day)
    by_code = {place.code: place for place in places}
    districts = {place.path: place.name for place in places if place.level == "district"}
    communes = sorted(
        (_commune(unit, by_code, districts) for unit in units if unit.kind == "commune_committee"),
        key=lambda row: collation_key(row.name),
    )
    return Snapshot(day, tuple(communes), _groups(units), _counts(units, communes))


def _commune(unit: UnitInfo, places: dict[str, PlaceInfo], districts: dict[str, str]) -> CommuneRow:
    place = places.get(unit.place_code)
    above = place.path.rsplit("/", 2)[0] + "/" if place else ""
    return CommuneRow(unit, place, districts.get(above, ""))


def _groups(units: list[UnitInfo]) -> tuple[tuple[str, tuple[UnitInfo, ...]], ...]:
    """Units that are not communes' own, by kind: communes' centres are on the communes' pages."""
    rest = [unit for unit in units if unit.kind != "commune_committee" and not _of_commune(unit)]
    kinds = sorted({unit.kind for unit in rest}, key=lambda kind: ORDER.get(kind, 99))
    return tuple((label_of(kind), tuple(unit for unit in rest if unit.kind == kind)) for kind in kinds)


def _of_commune(unit: UnitInfo) -> bool:
    return unit.kind in ("centre", "point") and unit.level == "commune"


def _counts(units: list[UnitInfo], communes: Iterable[CommuneRow]) -> tuple[tuple[str, int], ...]:
    kinds = Counter(unit.kind for unit in units)
    of_communes = Counter(row.kind for row in communes)
    heads = sum(kinds[kind] for kind in ("office", "department", "inspectorate", "board"))
    counts = [(_("Đơn vị hành chính cấp xã"), kinds["commune_committee"])]
    counts += [(_(word_of(kind)), of_communes[kind]) for kind in COMMUNE_KINDS]
    counts += [(_("Đơn vị hành chính cấp huyện"), kinds["district_committee"])]
    counts += [(_("Sở và tương đương"), heads)]
    counts += [
        (_("Trung tâm Phục vụ hành chính công"), kinds["centre"]),
        (_("Điểm tiếp nhận thêm"), kinds["point"]),
    ]
    return tuple((label, count) for label, count in counts if count)


@dataclass(frozen=True, slots=True)
class Dot:
    """A commune on the picture: centre and radius in picture units, kind for its shape."""

    row: CommuneRow
    x: float
    y: float
    radius: float

    @property
    def points(self) -> str:
        """The corners of the triangle or diamond of kinds that are neither xã nor phường."""
        r = self.radius * 1.2
        return f"{self.x:.1f},{self.y - r:.1f} {self.x + r:.1f},{self.y + r:.1f} {self.x - r:.1f},{self.y + r:.1f}"

    @property
    def corner(self) -> tuple[float, float, float]:
        side = self.radius * 1.8
        return round(self.x - side / 2, 1), round(self.y - side / 2, 1), round(side, 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """The dots of a province; `exact` is False when some stand near the commune that took them over."""

    dots: tuple[Dot, ...]
    height: int
    exact: bool


def picture(province: Province, shown: Snapshot) -> Picture:
    """Communes as dots where they lie; one without a centroid stands beside its successor's."""
    spots, exact = _spots(province, shown)
    if not spots:
        return Picture((), 0, True)
    west, east = min(p[0] for p in spots.values()), max(p[0] for p in spots.values())
    south, north = min(p[1] for p in spots.values()), max(p[1] for p in spots.values())
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 60) / max((east - west) * squeeze, 0.01)
    radius = 15 if len(spots) < 150 else 8
    dots = tuple(
        Dot(
            row,
            round(30 + (spots[row.unit.code][0] - west) * squeeze * scale, 1),
            round(30 + (north - spots[row.unit.code][1]) * scale, 1),
            radius,
        )
        for row in shown.communes
        if row.unit.code in spots
    )
    return Picture(dots, round(60 + (north - south) * scale), exact)


def _spots(province: Province, shown: Snapshot) -> tuple[dict[str, tuple[float, float]], bool]:
    spots: dict[str, tuple[float, float]] = {}
    lost: list[CommuneRow] = []
    for row in shown.communes:
        place = row.place
        if place and place.longitude is not None and place.latitude is not None:
            spots[row.unit.code] = (float(place.longitude), float(place.latitude))
        elif place:
            lost.append(row)
    if lost:
        spots |= _near_successors(province, lost)
    return spots, not lost


def _near_successors(province: Province, rows: list[CommuneRow]) -> dict[str, tuple[float, float]]:
    """Around the centroid of the commune that took most of each, in the order of a sunflower's seeds."""
    last = {place.uid: place for place in places_on(province, dt.date.max, "commune")}
    tree = place_genealogy(province)
    spots: dict[str, tuple[float, float]] = {}
    taken: Counter[uuid.UUID] = Counter()
    for row in rows:
        assert row.place is not None
        holders = tree.on(row.place.uid, dt.date.max)
        place = last.get(max(holders, key=lambda uid: holders[uid]))
        if place and place.longitude is not None and place.latitude is not None:
            seed = taken[place.uid]
            taken[place.uid] += 1
            reach, turn = 0.0125 * math.sqrt(seed), seed * 2.399963
            spots[row.unit.code] = (
                float(place.longitude) + reach * math.cos(turn),
                float(place.latitude) + reach * math.sin(turn),
            )
    return spots


@dataclass(frozen=True, slots=True)
class Regrouping:
    """One unit of the later day with those of the earlier day it came from."""

    unit: UnitInfo
    former: tuple[UnitInfo, ...]
    word: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two days of a province side by side."""

    counts: tuple[tuple[str, int, int, int], ...]
    regrouped: tuple[Regrouping, ...]
    ended: tuple[UnitInfo, ...]
    founded: tuple[UnitInfo, ...]
    same: int


def comparison(province: Province, earlier: dt.date, later: dt.date, kind: str) -> Comparison:
    """What became of the units of a kind between two days."""
    before, after = units_on(province, earlier, kind=kind), units_on(province, later, kind=kind)
    tree = genealogy(province)
    living = {unit.uid: unit for unit in after}
    sources: dict[object, list[UnitInfo]] = {}
    ended = []
    for unit in before:
        heirs = [uid for uid in tree.on(unit.uid, later) if uid in living]
        for uid in heirs:
            sources.setdefault(uid, []).append(unit)
        if not heirs:
            ended.append(unit)
    regrouped = [_regrouping(unit, sources[unit.uid]) for unit in after if unit.uid in sources]
    changed = tuple(each for each in regrouped if each.word)
    founded = tuple(unit for unit in after if unit.uid not in sources)
    counts = _side_by_side(snapshot(province, earlier), snapshot(province, later))
    return Comparison(counts, changed, tuple(ended), founded, len(regrouped) - len(changed))


def _regrouping(unit: UnitInfo, former: list[UnitInfo]) -> Regrouping:
    word = ""
    if len(former) > 1:
        word = _("Hợp nhất %(n)s đơn vị") % {"n": len(former)}
    elif former[0].uid != unit.uid:
        word = _("Sắp xếp từ một đơn vị")
    elif former[0].name != unit.name:
        word = _("Đổi tên, loại hình")
    elif former[0].code != unit.code:
        word = _("Giữ tên, đổi mã và đơn vị quản lý")
    return Regrouping(unit, tuple(former), word)


def _side_by_side(before: Snapshot, after: Snapshot) -> tuple[tuple[str, int, int, int], ...]:
    left, right = dict(before.counts), dict(after.counts)
    labels = list(dict.fromkeys([*left, *right]))
    return tuple(
        (label, left.get(label, 0), right.get(label, 0), right.get(label, 0) - left.get(label, 0))
        for label in labels
    )

"""Units on a day, what became of them, and figures carried through changes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Literal

from django.db.models import Q, QuerySet

from motcua.engine.provinces.api import Dated, Province
from motcua.kernel.clock import today
from motcua.kernel.text import search_key
from motcua.reference.organisations.data import Holding, UnitInfo
from motcua.reference.organisations.models import UNITS, UnitVersion
from motcua.reference.timeline.api import Genealogy

Mode = Literal["then", "now"]
# In the order of UnitInfo's fields: rows come as tuples, a third of the time of model instances.
COLUMNS = (
    "subject__uid",
    "code",
    "path",
    "name",
    "short_name",
    "kind",
    "level",
    "parent__uid",
    "place_code",
    "valid_from",
    "valid_to",
)


# SQL for facts: the level of each unit as last known, by code; within brackets of a join or a WITH.
LATEST_LEVELS = """
    SELECT DISTINCT ON (code) code, level FROM organisations_unitversion
    WHERE province_id = %(province)s ORDER BY code, valid_from DESC
"""


def units_on(
    province: Province, day: dt.date, *, kind: str | None = None, level: str | None = None
) -> list[UnitInfo]:
    """The units of a province in force on a day, by path."""
    rows = _on(province, day)
    if kind:
        rows = rows.filter(kind=kind)
    if level:
        rows = rows.filter(level=level)
    return infos(rows.order_by("path"))


def unit_at(province: Province, code_or_uid: str | uuid.UUID, day: dt.date) -> UnitInfo | None:
    """The unit with this identity, or that bore this agency code, as it was on a day."""
    rows = _on(province, day)
    uid = code_or_uid if isinstance(code_or_uid, uuid.UUID) else _as_uid(code_or_uid)
    rows = rows.filter(subject__uid=uid) if uid else rows.filter(code=code_or_uid)
    return next(iter(infos(rows)), None)


def resolve(province: Province, code: str, day: dt.date) -> UnitInfo | None:
    """The unit that bore an agency code on a day."""
    return next(iter(infos(_on(province, day).filter(code=code))), None)


def units_that_bore(province: Province, codes: Collection[str]) -> dict[str, uuid.UUID]:
    """The unit that bears each agency code today, or bore it last. Codes nobody bore yet are left out."""
    rows = UnitVersion.objects.filter(province=province, code__in=codes, valid_from__lte=today())
    return dict(rows.order_by("valid_from").values_list("code", "subject__uid"))


def latest_by_code(province: Province, day: dt.date | None = None) -> dict[str, UnitInfo]:
    """Every unit that has borne a code by a day (today), as it was last under that code."""
    rows = UnitVersion.objects.filter(province=province, valid_from__lte=day or today())
    return {unit.code: unit for unit in infos(rows.order_by("valid_from"))}


def keepers_of(province: Province, codes: Collection[str], day: dt.date | None = None) -> dict[str, UnitInfo]:
    """The unit that keeps what each code left, on a day (today): itself, or whichever took most of it over.

    Whole records go to one unit; only sums climb by shares (`climb_totals`). A code whose unit ended without a successor
    is left out.
    """
    living = {unit.uid: unit for unit in units_on(province, day or today())}
    lineage = genealogy(province)
    found = {}
    for code, uid in units_that_bore(province, codes).items():
        heirs = [
            (share, living[one]) for one, share in lineage.on(uid, day or today()).items() if one in living
        ]
        if heirs:
            found[code] = min(heirs, key=lambda heir: (-heir[0], heir[1].path))[1]
    return found


def codes_under(province_id: int, path: str) -> set[str]:
    """The codes that units under a path have ever borne, and those of former units whose files they keep."""
    province = Province.objects.get(pk=province_id)
    known = latest_by_code(province)
    keepers = keepers_of(province, known.keys())
    kept = {code for code, unit in keepers.items() if unit.path.startswith(path)}
    return kept | {code for code, unit in known.items() if unit.path.startswith(path)}


def find_unit(province: Province, name: str, day: dt.date | None = None) -> UnitInfo | None:
    """The unit of this full or short name on a day (today)."""
    rows = _on(province, day or today()).filter(Q(name=name) | Q(short_name=name)).order_by("path")
    return next(iter(infos(rows)), None)


def versions_of(province: Province, uid: uuid.UUID) -> list[UnitInfo]:
    """All spans of one unit, the earliest first."""
    rows = UnitVersion.objects.filter(province=province, subject__uid=uid)
    return infos(rows.order_by("valid_from"))


def subtree(province: Province, path: str, day: dt.date) -> list[UnitInfo]:
    """A unit and all below it on a day, by path; "/" is the whole province."""
    rows = _on(province, day).filter(path__startswith=path)
    return infos(rows.order_by("path"))


def genealogy(province: Province) -> Genealogy:
    """The links between units of a province."""
    return Genealogy(UNITS.links(province))


def predecessors(province: Province, uid: uuid.UUID) -> list[Holding]:
    """The units this one came from, as they were last, with the share of each that it took."""
    links = genealogy(province).predecessors(uid)
    return _holdings(province, [(ln.predecessor, ln.share, ln.day, ln.basis, False) for ln in links])


def successors(province: Province, uid: uuid.UUID) -> list[Holding]:
    """The units that took this one over, as they were first, with the share each took."""
    links = genealogy(province).successors(uid)
    return _holdings(province, [(ln.successor, ln.share, ln.day, ln.basis, True) for ln in links])


def as_now(province: Province, uid: uuid.UUID, day: dt.date | None = None) -> list[Holding]:
    """Which units hold a former unit on a day (today), with shares; itself while it lives."""
    shares = genealogy(province).on(uid, day or today())
    found = last_infos(province, shares)
    return [Holding(found[one], share, found[one].valid_from) for one, share in shares.items()]


def attribute(
    province: Province, uid: uuid.UUID, mode: Mode, day: dt.date | None = None
) -> dict[uuid.UUID, Fraction]:
    """To which units a figure of `uid` counts: "then" the unit itself, "now" those that hold it on a day."""
    return {uid: Fraction(1)} if mode == "then" else genealogy(province).on(uid, day or today())


def climb_totals(
    province: Province, figures: Mapping[uuid.UUID, int | Fraction], day: dt.date | None = None
) -> dict[uuid.UUID, Fraction]:
    """Sums per unit as units are on a day (today). The grand total is that of `figures`, exactly.

    Only sums may climb; carry a ratio as numerator and denominator apart.
    """
    return genealogy(province).climb(figures, day or today())


def last_infos(province: Province, uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, UnitInfo]:
    """The latest span of each unit."""
    rows = UnitVersion.objects.filter(province=province, subject__uid__in=set(uids))
    return {unit.uid: unit for unit in infos(rows.order_by("valid_from"))}


def search_units(province: Province, text: str, limit: int = 50) -> list[UnitInfo]:
    """Units of any time whose name or code holds all the words, diacritics or not; living ones first.

    A unit appears once for each name it bore.
    """
    words = search_key(text).split()
    if not words:
        return []
    rows = UnitVersion.objects.filter(province=province)
    for word in words:
        rows = rows.filter(search__contains=word)
    seen: dict[tuple[uuid.UUID, str], UnitInfo] = {}
    for unit in infos(rows.order_by("-valid_from", "sort_key")[: limit * 3]):
        seen.setdefault((unit.uid, unit.name), unit)
    return sorted(seen.values(), key=lambda unit: (unit.valid_to is not None, _rank(unit, words)))[:limit]


def infos(rows: QuerySet[UnitVersion]) -> list[UnitInfo]:
    """Rows as they cross the door."""
    return [UnitInfo(*row) for row in rows.values_list(*COLUMNS)]


def _rank(unit: UnitInfo, words: list[str]) -> tuple[bool, int, str]:
    key = search_key(unit.short_name)
    return not key.endswith(" ".join(words)), len(unit.path), key


def _on(province: Province, day: dt.date) -> QuerySet[UnitVersion]:
    return UnitVersion.objects.filter(Dated.on(day), province=province)


def _as_uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _holdings(
    province: Province, rows: list[tuple[uuid.UUID, Fraction, dt.date, str, bool]]
) -> list[Holding]:
    spans: dict[uuid.UUID, list[UnitInfo]] = {}
    versions = UnitVersion.objects.filter(province=province, subject__uid__in=[row[0] for row in rows])
    for unit in infos(versions.order_by("valid_from")):
        spans.setdefault(unit.uid, []).append(unit)
    return [
        Holding(spans[uid][0 if first else -1], share, day, basis) for uid, share, day, basis, first in rows
    ]

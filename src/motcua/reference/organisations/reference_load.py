"""Loading a packaged province: its row, titles, places and units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province, ProvinceTitle
from motcua.kernel.clock import now
from motcua.reference.organisations import events
from motcua.reference.organisations.loading import replay
from motcua.reference.organisations.models import UNITS, UnitChange, UnitVersion
from motcua.reference.organisations.operations import tell_change
from motcua.reference.places.api import Register, full_name, load_places, register
from motcua.reference.timeline.api import Change, Ledger


@dataclass(frozen=True, slots=True)
class Loaded:
    """The province, and how many versions were written now (0: they were there already)."""

    province: Province
    places: int
    units: int


def load_reference(province_key: str) -> Loaded:
    """Loads the packaged facts of a province once: row, titles, places, units, events.

    Raises LookupError when nothing is packaged under the key. Loading again changes nothing.
    """
    packaged = register(province_key)
    with transaction.atomic():
        province = _province(packaged)
        UNITS.lock(province)
        places = load_places(province)
        units = (
            0 if UnitVersion.objects.filter(province=province).exists() else _load_units(province, packaged)
        )
    return Loaded(province, places, units)


def _province(packaged: Register) -> Province:
    merged = packaged.province["merged"]
    province, _created = Province.objects.get_or_create(
        key=packaged.province["key"],
        defaults={"agency_code": packaged.province["agency_code"], "place_code": merged["code"]},
    )
    titles = [(packaged.merger, merged["kind"])]
    if packaged.later:
        titles.append((packaged.later, packaged.province["became"]["kind"]))
    for act, kind in titles:
        ProvinceTitle.objects.get_or_create(
            province=province,
            valid_from=act.effective_on,
            defaults={"title": full_name(kind, merged["name"]), "basis": f"Nghị quyết {act.number}"},
        )
    return province


def _load_units(province: Province, packaged: Register) -> int:
    ledger, changes = replay(packaged)
    written = len(ledger.written.opened)
    UNITS.save(province, ledger)
    UnitChange.objects.filter(province=province).update(moved_at=now())
    _tell(province, ledger, changes)
    payload = {"versions": written, "province": province.key}
    record(events.LOADED, province=province, subject=f"province:{province.key}", payload=payload)
    return written


def carry_register_back(province: Province, since: dt.date) -> int:
    """Takes the register's first state as true from an earlier day, for a simulated year that begins before it.

    Returns how many units; nothing changes where the first state is as old.
    """
    with transaction.atomic():
        UNITS.lock(province)
        first = (
            UnitChange.objects.filter(province=province, kind="found").order_by("effective_on", "pk").first()
        )
        if first is None or first.effective_on <= since:
            return 0
        opened = UnitVersion.objects.filter(province=province, opened_by=first, valid_from=first.effective_on)
        carried = opened.update(valid_from=since)
        UnitChange.objects.filter(pk=first.pk).update(effective_on=since)
        payload = {"count": carried, "since": since.isoformat()}
        record(events.CARRIED_BACK, province=province, subject=f"province:{province.key}", payload=payload)
    return carried


def _tell(province: Province, ledger: Ledger, changes: list[Change]) -> None:
    ended: dict[object, list] = {}
    begun: dict[object, list] = {}
    for versions in ledger.versions.values():
        for version in versions:
            begun.setdefault(version.opened_by, []).append(version)
            if version.closed_by:
                ended.setdefault(version.closed_by, []).append(version)
    for change in changes:
        tell_change(province, change, ended.get(change.uid, []), begun.get(change.uid, []))

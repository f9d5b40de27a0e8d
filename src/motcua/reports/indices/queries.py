"""Every read of this room's rows. Portal values go through the viewer's scope filter; definitions are the province's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from motcua.engine.figures.api import Value
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Dated, Province
from motcua.kernel.periods import Window
from motcua.reference.organisations.api import units_on
from motcua.reports.indices.comparing import Stated
from motcua.reports.indices.data import Failing, Subject
from motcua.reports.indices.definition import IndexSet, Level
from motcua.reports.indices.figures import PORTAL_FIGURES, STATED_FIGURES, place_of
from motcua.reports.indices.loading import load
from motcua.reports.indices.measures import Pools, Weights
from motcua.reports.indices.models import ChosenParameter, PortalImport, PortalValue, StoredSet
from motcua.reports.indices.packaged import packaged_set, packaged_sets
from motcua.reports.indices.permissions import IMPORT, MANAGE, VIEW

DEPARTMENTS = frozenset({"department", "office", "inspectorate", "board"})
COMMUNES = frozenset({"commune_committee"})


def sets_in_force(province: Province, day: dt.date) -> list[IndexSet]:
    """Packaged sets first, then the province's own, with the parameters chosen for the day."""
    codes = [each.code for each in packaged_sets() if each.in_force(day)]
    own = StoredSet.objects.filter(Dated.on(day), province=province).order_by("code")
    return [set_in_force(province, code, day) for code in [*codes, *(row.code for row in own)]]


def set_in_force(
    province: Province, code: str, day: dt.date, *, choices: Mapping[str, str] | None = None
) -> IndexSet:
    """A set as the province reads it on a day; `choices` on top of what is chosen.

    Raises IndexRefused indices.set.unknown; DefinitionRefused IDX-PARAMETER, IDX-CHOICE for `choices`.
    """
    row = StoredSet.objects.filter(Dated.on(day), province=province, code=code).first()
    wanted = chosen_values(province, code, day)
    index = packaged_set(code, day) if row is None else load(_document(row))
    known = {each.code: {choice.value for choice in each.choices} for each in index.parameters}
    # A choice made for another version may speak of what this one has not.
    wanted = {name: value for name, value in wanted.items() if value in known.get(name, ())} | dict(
        choices or {}
    )
    if not wanted:
        return index
    return packaged_set(code, day, wanted) if row is None else load(_document(row), wanted)


def _document(row: StoredSet) -> dict[str, Any]:
    """What was entered, with the day it ends."""
    return {**row.document, "valid_to": row.valid_to}


def chosen_values(province: Province, code: str, day: dt.date) -> dict[str, str]:
    """Parameter → value, the latest begun by the day."""
    rows = ChosenParameter.objects.filter(province=province, set_code=code, valid_from__lte=day)
    return dict(rows.order_by("valid_from").values_list("parameter", "value"))


def stored_sets(viewer: Viewer) -> QuerySet[StoredSet]:
    """The sets entered in the viewer's provinces, latest version first."""
    rows = StoredSet.objects.order_by("code", "-version")
    return viewer.within(rows, MANAGE, unit_path=None)


def subjects_on(province: Province, day: dt.date) -> list[Subject]:
    """The province, its departments and its communes as they are on a day, by path."""
    root = Subject(province.agency_code, Level.PROVINCE, province.title(day), f"/{province.agency_code}/")
    found = [root]
    for unit in units_on(province, day):
        level = (
            Level.DEPARTMENT if unit.kind in DEPARTMENTS else Level.COMMUNE if unit.kind in COMMUNES else None
        )
        if level is not None and unit.code != root.code:
            found.append(Subject(unit.code, level, unit.name, unit.path))
    return found


# What the portal states.


def portal_imports(viewer: Viewer) -> QuerySet[PortalImport]:
    """Readings of the portal in the viewer's provinces, the latest first."""
    rows = PortalImport.objects.select_related("imported_by").order_by("-imported_at", "-pk")
    return viewer.within(rows, IMPORT, unit_path=None)


def portal_values(viewer: Viewer, province: Province, set_code: str, window: Window) -> QuerySet[PortalValue]:
    """What the portal states for exactly these days, of the units this viewer may see."""
    rows = PortalValue.objects.filter(
        province=province, set_code=set_code, first_on=window.first, last_on=window.last
    )
    return viewer.within(rows, VIEW).select_related("source").order_by("unit_path", "component")


def stated_of(value: PortalValue | None) -> Stated:
    """The row as it is compared; no row states nothing."""
    if value is None:
        return Stated()
    return Stated(_exact(value.numerator), _exact(value.denominator), _exact(value.points))


class PortalMeasures:
    """The `portal.*` and `stated.*` figures, from what was imported: values for exactly the days asked for, no records behind them.

    A numerator without a denominator comes through as such (the zero rule of synchronisation wants to know).
    """

    def __init__(self, province: Province) -> None:
        self._province = province
        self._read: dict[Window, dict[tuple[str, str, str], PortalValue]] = {}

    def values(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Value]:
        if figure not in PORTAL_FIGURES and figure not in STATED_FIGURES:
            return {}
        (set_code, component), stated = place_of(figure), self._stated(window)
        places = {unit: (set_code, component, unit) for unit in units}
        return {unit: _value(stated[place]) for unit, place in places.items() if place in stated}

    def expect(self, figures: Iterable[str], units: Sequence[str], window: Window) -> None:
        """All that was imported for a window is read at the first question."""

    def causes(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Weights]:
        return {}

    def pools(self, figure: str, unit: str, window: Window) -> Pools:
        return {}

    def failing(
        self,
        figure: str,
        unit: str,
        window: Window,
        *,
        cause: str | None = None,
        limit: int | None = None,
        after: str = "",
        among: Collection[str] | None = None,
    ) -> Sequence[Failing]:
        return ()

    def _stated(self, window: Window) -> dict[tuple[str, str, str], PortalValue]:
        """One statement a window, whatever the number of figures."""
        if window not in self._read:
            rows = PortalValue.objects.filter(
                province=self._province, first_on=window.first, last_on=window.last
            )
            self._read[window] = {(row.set_code, row.component, row.unit_code): row for row in rows}
        return self._read[window]


def _value(row: PortalValue) -> Value:
    if row.numerator is None:
        return Value.blank()
    if row.denominator is None:
        return Value.of(row.numerator)
    return Value.ratio(row.numerator, row.denominator)


def _exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)

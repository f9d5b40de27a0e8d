"""Rows that are counted from records: which figure gives which row, and what it gives a set of forms now."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from motcua.engine.facts.api import Measurement, Snapshot, measure_apart, whole_province
from motcua.engine.figures.api import REGISTRY, Figure, FigureError, Measured, Value
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reference.organisations.api import codes_under
from motcua.reports.forms.definitions import FormRow
from motcua.reports.forms.models import FormSheet


@dataclass(frozen=True, slots=True)
class Counted:
    """What the records give a row: of which figure and which part of it (value, numerator, denominator), counted up to
    which moment. `window` is the sheet's period."""

    figure: Figure
    part: str
    value: Value
    window: Window
    snapshot: Snapshot | None

    @property
    def as_of(self) -> dt.datetime | None:
        return self.snapshot.as_of if self.snapshot else None


@lru_cache(maxsize=8)
def counted_rows(version: str) -> Mapping[str, tuple[str, str]]:
    """Row key to (figure code, part), for a version of the forms."""
    path = resources.files("motcua.reports.forms") / "data" / version / "counted.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as lines:
        return {f"{one['form']}!{one['row']}": (one["figure"], one["part"]) for one in csv.DictReader(lines)}


def count_row(sheet: FormSheet, row: FormRow) -> Counted | None:
    """What the records give one row of a set of forms; None where no figure gives it, or facts are not built yet."""
    return count_rows(sheet, [row]).get(row.key)


def count_rows(
    sheet: FormSheet, rows: Iterable[FormRow], defined_on: dt.date | None = None
) -> dict[str, Counted]:
    """What the records give, by row key; rows no figure gives, or whose facts are not built yet, are left out.

    Figures as defined on the last day of the period, or on another day: an earlier period is compared by the same
    definition. A figure not yet in force on that day gives nothing.

    A unit's forms count the unit and all whose files it keeps, so that a year climbs through a merger. What the province
    alone fills is counted for the province alone. Figures of the same facts are counted in one scan.
    """
    known, whole = counted_rows(sheet.form_version), codes_of(sheet) is None
    asked = {
        row.key: known[row.key] for row in rows if row.key in known and (whole or row.levels != ("province",))
    }
    day = defined_on or sheet.period_to
    figures = {
        code: found for code, _part_of in asked.values() if (found := figure_on(code, day)) is not None
    }
    window = Window(sheet.period_from, sheet.period_to)
    measured = measure_for(sheet, figures.values(), window)
    return {
        key: Counted(figures[code], part, _part(one.at(code), part), window, one.snapshot)
        for key, (code, part) in asked.items()
        if (one := measured.get(code)) is not None
    }


def figure_on(code: str, day: dt.date) -> Figure | None:
    """The definition in force on a day; None before its first."""
    try:
        return REGISTRY.figure(code, day)
    except FigureError:
        return None


def measure_for(sheet: FormSheet, figures: Iterable[Figure], window: Window) -> dict[str, Measurement]:
    """By figure code, over the unit of a set of forms and all whose files it keeps; figures whose facts are not built yet
    are left out."""
    scope = whole_province(sheet.province_id)
    return measure_apart(_province(sheet), figures, window, units=codes_of(sheet), scope=scope)


def _part(one: Measured, part: str) -> Value:
    if part == "value":
        return one.value
    number = one.numerator if part == "numerator" else one.denominator
    return Value.blank() if number is None else Value.of(number)


def codes_of(sheet: FormSheet) -> set[str] | None:
    """None: the province itself, with all that is in it."""
    parts = sheet.unit_path.strip("/").split("/")
    return None if len(parts) <= 1 else codes_under(sheet.province_id, sheet.unit_path)


def _province(sheet: FormSheet) -> Province:
    return Province.objects.get(pk=sheet.province_id)

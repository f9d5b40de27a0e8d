"""What a report's bindings are: cells of its forms, figures over the facts of its period, names of the report.

Other periods: `before`, the period of the same kind just before; `last-year`, the same a year earlier; both from the forms
the same unit has of that period, or, for figures, from the facts of those days. `target`: those set in the reporting cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from django.urls import reverse

from motcua.engine.figures.api import Figure, Measured, State, rounded
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reports.documents.composing import Given
from motcua.reports.documents.content import Bound
from motcua.reports.documents.registers import entries_of
from motcua.reports.explorer.api import figure_address
from motcua.reports.forms.api import (
    FormRow,
    FormSet,
    FormSheet,
    cell_of,
    codes_of,
    current_values,
    figure_on,
    form_set,
    measure_for,
    period_name,
    regular_period,
)
from motcua.reports.submissions.api import targets_of_sheet


@dataclass
class SheetSource:
    """Values of one set of forms and its period; figures are measured once, all together, when first asked for."""

    sheet: FormSheet
    codes: Iterable[str] = ()
    _cells: dict[str, Mapping[str, Given]] = field(default_factory=dict)
    _figures: dict[str, Mapping[str, Given]] = field(default_factory=dict)

    @property
    def province(self) -> Province:
        return self.sheet.province

    @property
    def window(self) -> Window:
        return Window(self.sheet.period_from, self.sheet.period_to)

    def given(self, key: str, against: str = "") -> Given:
        if "!" in key:
            return self._rows(against).get(key, Given(State.BLANK))
        if "." in key:
            return self._measured(against).get(key, Given(State.BLANK, source="figure", label=key))
        name = self.names.get(key)
        return Given(State.BLANK, label=key) if name is None else Given(State.KNOWN, name=name)

    def entries(self, register: str) -> Sequence[Sequence[str | Bound]]:
        return entries_of(register, self.province, self.window, self._units)

    def offered(self) -> dict[str, Given]:
        """All that a person may bind a number to: rows and figures of the report's own period."""
        return {**self._rows(""), **self._measured("")}

    # -- rows ----------------------------------------------------------------------------------------

    def _rows(self, against: str) -> Mapping[str, Given]:
        if against not in self._cells:
            self._cells[against] = self._read_rows(against)
        return self._cells[against]

    def _read_rows(self, against: str) -> dict[str, Given]:
        forms = form_set(self.sheet.form_version)
        if against == "target":
            return self._read_targets(forms)
        sheet = self.sheet if not against else self._other_sheet(against)
        if sheet is None:
            return {}
        values = current_values(sheet)
        return {
            row.key: self._row(sheet, row, values.get(row.key)) for row in forms.rows() if not row.is_heading
        }

    def _row(self, sheet: FormSheet, row: FormRow, value: object) -> Given:
        cell = cell_of(value)  # type: ignore[arg-type]
        places = 2 if row.unit == "%" else cell.places
        link = reverse("forms:cell", args=[sheet.uid, row.form, row.code])
        return Given(
            state=cell.state,
            number=None if cell.value is None else Fraction(cell.value),
            places=places,
            unit="" if row.choices else row.unit,
            label=row.label,
            first=sheet.period_from.isoformat(),
            last=sheet.period_to.isoformat(),
            figure=f"form.{row.key}",
            link=link,
        )

    def _read_targets(self, forms: FormSet) -> dict[str, Given]:
        found: dict[str, Given] = {}
        for key, value in targets_of_sheet(self.sheet).items():
            row = forms.row(key)
            places = 2 if row.unit == "%" else 0
            found[key] = Given(State.KNOWN, Fraction(value), places, row.unit, f"Mục tiêu: {row.label}")
        return found

    def _other_sheet(self, against: str) -> FormSheet | None:
        other = other_window(self.sheet.period_kind, self.window, against)
        if other is None:
            return None
        same = FormSheet.objects.filter(province_id=self.sheet.province_id, unit_code=self.sheet.unit_code)
        return same.filter(period_from=other.first, period_to=other.last).order_by("-pk").first()

    # -- figures -------------------------------------------------------------------------------------

    def _measured(self, against: str) -> Mapping[str, Given]:
        if against not in self._figures:
            window = (
                self.window if not against else other_window(self.sheet.period_kind, self.window, against)
            )
            known = {} if window is None else self._measure(window)
            self._figures[against] = known
        return self._figures[against]

    def _measure(self, window: Window) -> dict[str, Given]:
        figures = [one for code in dict.fromkeys(self.codes) if (one := figure_on(code, window.last))]
        found = measure_for(self.sheet, figures, window)
        return {
            one.code: self._figure(one, found[one.code].at(one), window)
            for one in figures
            if one.code in found
        }

    def _figure(self, figure: Figure, measured: Measured, window: Window) -> Given:
        value = measured.value
        shown = rounded(value, figure.rounding, figure.scale)
        unit = "" if self._units is None else self.sheet.unit_code
        return Given(
            state=value.state,
            number=None if shown is None else value.exact(figure.scale),
            places=figure.rounding.places,
            unit=figure.unit.label,
            label=figure.labels["vi"],
            numerator=measured.numerator,
            denominator=measured.denominator,
            source="figure",
            figure=f"{figure.code}@{figure.version}",
            first=window.first.isoformat(),
            last=window.last.isoformat(),
            link=figure_address(figure.code, window, unit),
        )

    @cached_property
    def _units(self) -> set[str] | None:
        """None: the province with all that is in it."""
        return codes_of(self.sheet)

    # -- names ---------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> Mapping[str, str]:
        """As on the last day of the period: a province may be renamed since."""
        sheet = self.sheet
        period = period_name(sheet.period_kind, sheet.period_from, sheet.period_to)
        return {
            "period": period[:1].lower() + period[1:],
            "first": f"{sheet.period_from:%d/%m/%Y}",
            "last": f"{sheet.period_to:%d/%m/%Y}",
            "agency": sheet.unit_name or self.agency,
            "province": self._title,
        }

    @property
    def _title(self) -> str:
        return self.province.title(self.sheet.period_to)

    @property
    def agency(self) -> str:
        """The name of the people's committee the report is of."""
        return f"Ủy ban nhân dân {self._title[:1].lower()}{self._title[1:]}"

    @property
    def place(self) -> str:
        """Where it is written: the province without its kind."""
        return self._title.removeprefix("Tỉnh ").removeprefix("Thành phố ")


def other_window(kind: str, window: Window, against: str) -> Window | None:
    """The period before, or the same a year earlier; None where there is none: the period is no regular one."""
    period = regular_period(kind, window)
    if period is None:
        return None
    return (period.same_last_year() if against == "last-year" else period.previous()).window()

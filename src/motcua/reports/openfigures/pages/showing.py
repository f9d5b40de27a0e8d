"""From a book to what a page and a file show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.engine.figures.api import Figure, format_number, format_value, rounded
from motcua.kernel.periods import Period, PeriodKind
from motcua.reports.charts.api import Chart, Mark, columns, table_of
from motcua.reports.explorer.api import sentences
from motcua.reports.openfigures.book import Book, Number
from motcua.reports.openfigures.hiding import WHOLE


def label_of(figure: Figure) -> str:
    return figure.label(get_language() or "vi")


def shown(figure: Figure, number: Number, least: int) -> str:
    """The value as read, or why there is none."""
    if number.hidden:
        return _("không công bố")
    text = format_value(number.value(figure), figure)
    return f"{text}%" if figure.unit.code == "percent" and number.value(figure).is_known else text


def cards(book: Book, figures: Sequence[Figure], unit: str) -> list[dict[str, Any]]:
    """A figure each: the year's number, its parts, its course and its definition."""
    found = []
    for figure in figures:
        year = book.at(figure.code, unit)
        found.append(
            {
                "label": label_of(figure),
                "code": figure.code,
                "unit": figure.unit.label,
                "shown": shown(figure, year, book.least),
                "parts": _parts(figure, year),
                "definition": definition(figure, book),
                "basis": "; ".join(figure.legal_basis),
                "chart": course(book, figure, unit),
            }
        )
    return found


def definition(figure: Figure, book: Book) -> list[str]:
    """What is counted, and over what, in words."""
    window = Period(PeriodKind.YEAR, book.year).window()
    if figure.count is not None:
        return sentences(figure.count, window)
    assert figure.numerator is not None and figure.denominator is not None
    above, below = (
        " ".join(sentences(figure.numerator, window)),
        " ".join(sentences(figure.denominator, window)),
    )
    return [_("Tử số: {text}").format(text=above), _("Mẫu số: {text}").format(text=below)]


def course(book: Book, figure: Figure, unit: str) -> Chart:
    """The months of the year."""
    marks = []
    for month in book.months:
        number = book.at(figure.code, unit, str(month))
        value = number.value(figure).exact(figure.scale)
        marks.append(
            Mark(
                _("Tháng {month}").format(month=month),
                value,
                shown(figure, number, book.least),
                short=str(month),
            )
        )
    title = _("{figure}, theo tháng").format(figure=label_of(figure))
    return Chart(
        figure.code.replace(".", "-"),
        title,
        columns(marks, title),
        table_of(marks, _("Tháng"), figure.unit.label),
    )


def unit_rows(book: Book, figures: Sequence[Figure], units: Sequence[Any]) -> list[dict[str, Any]]:
    """A row a unit: the year's numbers."""
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "cells": [shown(figure, book.at(figure.code, unit.code), book.least) for figure in figures],
        }
        for unit in units
    ]


def records(
    book: Book, figures: Sequence[Figure], units: Sequence[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    """A record a unit, period and figure: exact parts, the value, and whether it is left out."""
    for code, name in units:
        for month in (WHOLE, *(str(each) for each in book.months)):
            window = _window(book.year, month)
            for figure in figures:
                number = book.at(figure.code, code, month)
                value = rounded(number.value(figure), figure.rounding, figure.scale)
                yield {
                    "unit": code,
                    "unit_name": name,
                    "period": f"{book.year}" if month == WHOLE else f"{book.year}-T{int(month):02d}",
                    "from": window.first.isoformat(),
                    "to": window.last.isoformat(),
                    "figure": figure.code,
                    "figure_name": figure.label("vi"),
                    "numerator": _plain(number.numerator),
                    "denominator": _plain(number.denominator) if figure.is_ratio else None,
                    "value": None if value is None else str(value),
                    "suppressed": number.hidden,
                }


def _window(year: int, month: str) -> Any:
    kind = PeriodKind.YEAR if month == WHOLE else PeriodKind.MONTH
    return Period(kind, year, 1 if month == WHOLE else int(month)).window()


def _parts(figure: Figure, number: Number) -> str:
    if not figure.is_ratio or number.hidden or not number.denominator:
        return ""
    return _("{above} trong {below}").format(above=_whole(number.numerator), below=_whole(number.denominator))


def _whole(text: str) -> str:
    return format_number(Decimal(int(Fraction(text or 0))))


def _plain(text: str) -> int | str | None:
    """A whole number as a number; a share of a split unit as its exact fraction."""
    if not text:
        return None
    exact = Fraction(text)
    return exact.numerator if exact.denominator == 1 else str(exact)

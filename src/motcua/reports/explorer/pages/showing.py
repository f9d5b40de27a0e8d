"""From counted figures to what a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.engine.facts.api import FactsError, Scope, measure_figures
from motcua.engine.figures.api import (
    REGISTRY,
    Climb,
    Figure,
    Filter,
    Measured,
    failing_filters,
    format_number,
    format_value,
    words_of,
)
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.modules.catalogue.api import field_names, procedure_names
from motcua.reports.explorer.asking import Asked, months
from motcua.reports.explorer.counting import by_cut, by_month, by_unit, one_value
from motcua.reports.explorer.explaining import sentences, value_word
from motcua.reports.explorer.places import Places

MOST_CUT = 40


def label_of(figure: Figure) -> str:
    """The figure's name in the reader's language."""
    return figure.label(get_language() or "vi")


def part_words() -> dict[str, str]:
    """What each part of a figure is called."""
    return {
        "count": _("được đếm"),
        "numerator": _("ở tử số"),
        "denominator": _("ở mẫu số"),
        "failing": _("ở mẫu số mà không ở tử số"),
    }


def number(exact: Fraction | None) -> str:
    """A whole number as Vietnamese prints it; shares of split units with two decimals."""
    if exact is None:
        return "–"
    if exact.denominator == 1:
        return format_number(Decimal(exact.numerator))
    return format_number(Decimal(round(exact * 100)) / 100, trim=True)


def cells(one: Measured) -> tuple[str, str, str]:
    """Numerator or count, denominator, and the value as shown."""
    return (
        number(one.numerator),
        number(one.denominator) if one.figure.is_ratio else "",
        format_value(one.value, one.figure),
    )


def overview(
    province: Province, known: Sequence[Figure], question: Asked, scope: Scope
) -> list[dict[str, Any]]:
    """Figures by the facts they are counted over, each with its number; a fact not built yet says so."""
    groups = []
    for facts in dict.fromkeys(_facts(figure) for figure in known):
        of_fact = [figure for figure in known if _facts(figure) == facts]
        name = ", ".join(_(words_of(fact).record) for fact in facts)
        group: dict[str, Any] = {"name": name, "lines": [], "why": "", "snapshot": None}
        try:
            counted = measure_figures(province, of_fact, question.window, scope=scope)
        except FactsError as error:
            group["why"] = error.message
        else:
            group["snapshot"] = counted.snapshot
            group["lines"] = [_overview_line(figure, counted.at(figure), question) for figure in of_fact]
        groups.append(group)
    return groups


def _facts(figure: Figure) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.fact for part in figure.selections()))


def _overview_line(figure: Figure, one: Measured, question: Asked) -> dict[str, Any]:
    above, below, shown = cells(one)
    return {
        "label": label_of(figure),
        "unit": figure.unit.label,
        "shown": shown,
        "parts": f"{above} / {below}" if figure.is_ratio else "",
        "url": reverse("explorer:figure", args=[figure.code]) + question.address(),
    }


@dataclass(frozen=True, slots=True)
class Formula:
    """A part of the figure: its name, its number, what it counts, where its records are."""

    name: str
    word: str
    number: str
    sentences: list[str]
    url: str


def figure(
    province: Province, figure: Figure, question: Asked, known: Places, scope: Scope
) -> dict[str, Any]:
    """Everything the page of a figure shows."""
    counted = by_unit(province, figure, question.window, known, scope=scope)
    whole = counted.total
    if question.unit:
        whole = one_value(province, figure, question.window, scope=scope, units=known.codes_of(question.unit))
    units = known.codes_of(question.unit) if question.unit else None
    return {
        "figure": figure,
        "label": label_of(figure),
        "asked": question,
        "shown": format_value(whole.value, figure),
        "formulas": formulas(figure, whole, question),
        "failing": _failing(figure, whole, question),
        "snapshot": counted.snapshot,
        "unit": known.units.get(question.unit),
        "units": known.in_order(code for code in known.units if scope.codes is None or code in scope.codes),
        "lines": _lines(figure, counted, question, known),
        "course": _course(province, figure, question, scope, units),
        "cuts": [
            (name, _(words_of(_fact(figure)).columns.get(name, name)), question.address(theo=name))
            for name in cuts_of(figure)
        ],
        "cut": _cut(province, figure, question, scope, units),
        "basis": figure.legal_basis,
        "climbs": _climbs(figure),
        "table": reverse("explorer:table", args=[figure.code]) + question.address(),
    }


def formulas(figure: Figure, whole: Measured, question: Asked) -> list[Formula]:
    """The parts of a figure with their numbers, each openable."""
    parts = [("count", figure.count, whole.numerator)] if figure.count else [
        ("numerator", figure.numerator, whole.numerator),
        ("denominator", figure.denominator, whole.denominator),
    ]  # fmt: skip
    return [
        Formula(
            name, part_words()[name], number(exact), sentences(quantity, question.window),
            reverse("explorer:records", args=[figure.code]) + question.address(phan=name, theo=""),
        )
        for name, quantity, exact in parts
        if quantity is not None
    ]  # fmt: skip


def _failing(figure: Figure, whole: Measured, question: Asked) -> dict[str, str] | None:
    if failing_filters(figure) is None or whole.numerator is None or whole.denominator is None:
        return None
    return {
        "number": number(whole.denominator - whole.numerator),
        "url": reverse("explorer:records", args=[figure.code]) + question.address(phan="failing", theo=""),
    }


def _lines(figure: Figure, counted: Any, question: Asked, known: Places) -> list[dict[str, Any]]:
    """Units in order; the bar of each is its share of the largest."""
    ranked = counted.ranked()
    largest = max((_size(one) for _place, _code, one in ranked), default=Fraction()) or Fraction(1)
    lines = []
    for place, code, one in ranked:
        above, below, shown = cells(one)
        unit = known.units.get(code)
        lines.append(
            {
                "place": place or "–",
                "name": unit.name if unit else _("Đơn vị không rõ"),
                "former": bool(unit and unit.valid_to),
                "above": above,
                "below": below,
                "shown": shown,
                "share": int(_size(one) / largest * 100),
                "url": question.address(**{"don-vi": code}) if code else "",
            }
        )
    return lines


def _size(one: Measured) -> Fraction:
    return one.value.exact(1) or Fraction()


def _course(
    province: Province, figure: Figure, question: Asked, scope: Scope, units: frozenset[str] | None
) -> list[dict[str, Any]]:
    """Month by month; a month that ends after the window stops with it."""
    periods = months(question.window)
    windows = [
        Window(max(each.window().first, question.window.first), min(each.window().last, question.window.last))
        for each in periods
    ]
    counted = by_month(province, figure, windows, scope=scope, units=units)
    largest = max((_size(one) for one in counted), default=Fraction()) or Fraction(1)
    width = max(1, 600 // max(1, len(periods)))
    return [
        {
            "label": period.label,
            "short": f"{period.number}/{period.year % 100:02d}",
            "shown": format_value(one.value, figure),
            "above": cells(one)[0],
            "below": cells(one)[1],
            "x": at * width + 2,
            "width": width - 4,
            "middle": at * width + width // 2,
            "height": int(_size(one) / largest * 100),
            "y": 110 - int(_size(one) / largest * 100),
        }
        for at, (period, one) in enumerate(zip(periods, counted, strict=True))
    ]


def cuts_of(figure: Figure) -> tuple[str, ...]:
    """The columns a figure may be cut by: those of its one fact."""
    facts = {each.fact for each in figure.selections()}
    return words_of(facts.pop()).cuts if len(facts) == 1 else ()


def columns_of(figure: Figure) -> frozenset[str]:
    """The columns its records may be narrowed by: those that are described."""
    facts = {each.fact for each in figure.selections()}
    return frozenset(words_of(facts.pop()).columns) if len(facts) == 1 else frozenset()


def narrowed_words(province: Province, figure: Figure, filters: Sequence[Filter]) -> str:
    """What the records are narrowed to, in words. Of an officer it says no more than that it is one."""
    said = []
    for each in filters:
        column = each.column
        noun = _(words_of(_fact(figure)).columns.get(column, column))
        if column == "officer":
            said.append(_("của một cán bộ"))
            continue
        names = names_of(province, column, [each.operand]) if each.operand else {}
        said.append(f"{noun}: {names.get(each.operand) or value_word(_fact(figure), column, each.operand)}")
    return "; ".join(said)


def _fact(figure: Figure) -> str:
    return figure.selections()[0].fact


def typed(figure: Figure, column: str, text: str) -> str | int | bool:
    """The value of a column as an address says it."""
    kind = REGISTRY.fact(_fact(figure)).columns[column]
    if kind == "integer":
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 12 else 0
    return text == "true" if kind == "flag" else text


def _cut(
    province: Province, figure: Figure, question: Asked, scope: Scope, units: frozenset[str] | None
) -> dict[str, Any] | None:
    if question.cut not in cuts_of(figure):
        return None
    fact = _fact(figure)
    groups = by_cut(province, figure, question.window, question.cut, scope=scope, units=units)
    names = names_of(province, question.cut, [key for key in groups if key])
    base = reverse("explorer:records", args=[figure.code])
    lines = []
    for key, one in list(groups.items())[:MOST_CUT]:
        above, below, shown = cells(one)
        value = "" if key is None else f"&gia-tri={quote('true' if key is True else str(key))}"
        part = "denominator" if figure.is_ratio else "count"
        lines.append(
            {
                "name": names.get(key) or value_word(fact, question.cut, key),
                "above": above,
                "below": below,
                "shown": shown,
                "url": f"{base}{question.address(phan=part)}&cot={question.cut}{value}",
            }
        )
    return {
        "label": _(words_of(fact).columns.get(question.cut, question.cut)),
        "lines": lines,
        "more": max(0, len(groups) - MOST_CUT),
    }


def names_of(province: Province, column: str, keys: Sequence[Any]) -> dict[Any, str]:
    """The names of units, procedures and fields, by code."""
    if column == "procedure":
        return {code: f"{code} {name}" for code, name in procedure_names(province, keys).items()}
    if column == "field":
        return field_names(province, keys)
    if column.endswith("unit"):
        from motcua.reference.organisations.api import latest_by_code

        return {code: unit.name for code, unit in latest_by_code(province).items()}
    return {}


def _climbs(figure: Figure) -> str:
    return {
        Climb.SUM: _("Cộng từ các đơn vị lên tỉnh."),
        Climb.RATIO: _(
            "Tính lại từ tổng tử số và tổng mẫu số khi gộp các đơn vị; không cộng, không lấy trung bình tỷ lệ."
        ),
        Climb.NONE: _("Không gộp từ các đơn vị: mỗi phạm vi được đếm riêng."),
    }[figure.climb]

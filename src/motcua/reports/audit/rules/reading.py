"""How prose rules read the words between figures, and how they say what they found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from motcua.kernel.numbers import format_number
from motcua.kernel.units import Dimension, comparable
from motcua.reports.audit.document import Place
from motcua.reports.audit.extraction.figures import ProseFigure, Sentence
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id, quoted, unique_places

_SHORT_NAMES = {"service_unit": "unit", "legal_document": "document"}
_GENERIC_UNITS = frozenset({"unit", "person"})


def readable(context: AuditContext) -> Iterator[tuple[Sentence, tuple[ProseFigure, ...]]]:
    """Sentences that hold figures, with their figures in the order of the text."""
    for sentence in context.extraction.sentences:
        figures = context.extraction.of(sentence)
        if figures:
            yield sentence, figures


def between(left: ProseFigure, right: ProseFigure) -> str:
    """The text from one figure to a later one of the same sentence."""
    return left.sentence.text[left.end : right.start]


def same_unit(left: ProseFigure, right: ProseFigure) -> bool:
    """Both count the same thing, or measure on the same scale."""
    return comparable(left.unit, right.unit)


def part_unit(whole: ProseFigure, part: ProseFigure) -> bool:
    """The same unit, or the short name of the whole's: `đơn vị sự nghiệp công lập` and then `đơn vị`."""
    if same_unit(whole, part):
        return True
    if whole.unit is None or part.unit is None:
        return False
    return _SHORT_NAMES.get(whole.unit.code) == part.unit.code


def kindred_unit(left: ProseFigure, right: ProseFigure) -> bool:
    """The same unit, or one of them counts `đơn vị` or the like, or says no unit."""
    if same_unit(left, right):
        return True
    if left.is_percent or right.is_percent:
        return False
    if left.unit is None or right.unit is None:
        known = left.unit or right.unit
        return known is None or known.dimension is Dimension.COUNT
    counted = left.unit.dimension is Dimension.COUNT and right.unit.dimension is Dimension.COUNT
    return counted and bool({left.unit.code, right.unit.code} & _GENERIC_UNITS)


def is_level_word(figure: ProseFigure) -> bool:
    """`chính quyền địa phương 2 cấp` counts nothing that a report could get wrong."""
    return figure.unit is not None and figure.unit.code == "level"


def shown(figure: ProseFigure) -> str:
    """The figure with its sign or unit, as a person would name it."""
    if figure.is_percent:
        return f"{figure.printed.text}%"
    return f"{figure.printed.text} {figure.unit.label}" if figure.unit else figure.printed.text


def number(value: Decimal | Fraction | int, places: int | None = None) -> str:
    """The value in Vietnamese writing."""
    return format_number(value, places)


def sentence_place(figure: ProseFigure) -> Place:
    """Where the figure stands, quoting its sentence around it."""
    text = figure.sentence.text
    if len(text) <= 320:
        return quoted(figure.place, text)
    begin, end = max(0, figure.start - 150), min(len(text), figure.end + 150)
    begin = text.find(" ", begin) + 1 if begin else 0
    head, tail = ("… " if begin else ""), (" …" if end < len(text) else "")
    return quoted(figure.place, f"{head}{text[begin:end]}{tail}")


def figure_place(figure: ProseFigure) -> Place:
    """Where the figure stands, quoting just the figure."""
    text = figure.sentence.text[figure.start : figure.end]
    return quoted(figure.place, text)


def check(rule: str, outcome: Outcome, figures: Iterable[ProseFigure], reason: str = "") -> Check:
    """A check that was made on these figures."""
    return Check(rule, outcome, unique_places(figure_place(figure) for figure in figures), reason)


def finding(
    rule: str,
    severity: Severity,
    outcome: Outcome,
    figures: Iterable[ProseFigure],
    message: str,
    *,
    printed: str,
    computed: str = "",
    suggested: str = "",
    places: Iterable[Place] = (),
    quantity: str = "",
    caused_by: str | None = None,
) -> Finding:
    """A finding about figures of the prose; `places` are further places, such as form cells."""
    stood = unique_places([*(sentence_place(figure) for figure in figures), *places])
    identity = finding_id(rule, printed, computed, quantity)
    return Finding(identity, rule, severity, outcome, stood, message, printed, computed, suggested, caused_by)


def softened(severity: Severity, figures: Iterable[ProseFigure]) -> Severity:
    """A definite contradiction is at most likely when a figure is hedged, planned or in a press headline."""
    soft = any(not figure.exact or figure.planned or figure.sentence.footnote for figure in figures)
    return Severity.LIKELY if soft and severity is Severity.DEFINITE else severity


def matches(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.search(text))

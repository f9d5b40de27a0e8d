"""Where else a printed percentage stands, and which target a rate is measured against."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from rapidfuzz import fuzz

from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.binding.labels import label_key, short_key
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Outcome
from motcua.reports.audit.formcheck.results import relation_results
from motcua.reports.audit.formcheck.wording import row_words
from motcua.reports.audit.rules.context import AuditContext

_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d+)?)\s?%")
_TARGET = re.compile(
    r"(?:mục tiêu|chỉ tiêu|tối thiểu|ít nhất|yêu cầu|phấn đấu)[^.;%]{0,60}?(\d{1,3}(?:,\d+)?)\s?%",
    re.IGNORECASE,
)
_ALIKE = 72
_BEFORE = 140


def copied_from(context: AuditContext, row: BoundRow) -> tuple[str, Place] | None:
    """Another place where the printed percentage is right: a form row, else a sentence. With its words.

    Round values (0, 50, 100) are everywhere and say nothing.
    """
    value = row.cell.value
    if value is None or value == value.to_integral_value():
        return None
    for result in relation_results(context):
        twin = result.row
        if result.relation.kind != "ratio" or twin is None or twin.key == row.key:
            continue
        if twin.cell.value == value and result.outcome is Outcome.HOLDS:
            return row_words(twin), twin.place
    return _in_prose(context, row, value)


def _in_prose(context: AuditContext, row: BoundRow, value: Decimal) -> tuple[str, Place] | None:
    for _, block in context.report.blocks():
        for match in _PERCENT.finditer(block.text):
            if parse_number(match[1]).value == value:
                quote = _around(block.text, match.start(), match.end())
                return f"câu “{quote}”", replace(block.place, quote=quote)
    return None


def _around(text: str, start: int, end: int) -> str:
    """The sentence part that holds the figure, from a mark or at least a whole word on."""
    before = text[max(0, start - _BEFORE) : start]
    if start > _BEFORE:
        before = "…" + before.partition(" ")[2]
    mark = max(before.rfind("; "), before.rfind(". "))
    return (before[mark + 2 :] if mark >= 0 else before) + text[start:end]


def targets(context: AuditContext, row: BoundRow) -> tuple[Decimal, ...]:
    """Targets stated for a rate: in its note, or in a sentence that names it."""
    return tuple(_targets(context, row))


def _targets(context: AuditContext, row: BoundRow) -> Iterator[Decimal]:
    yield from _numbers(row.printed.note)
    key = short_key(row.printed.label)
    for _, block in context.report.blocks():
        if _TARGET.search(block.text):
            for sentence in re.split(r"(?<=[.;])\s", block.text):
                if fuzz.partial_ratio(key, label_key(sentence)) >= _ALIKE:
                    yield from _numbers(sentence)


def _numbers(text: str) -> Iterator[Decimal]:
    for match in _TARGET.finditer(text):
        try:
            yield parse_number(match[1]).value
        except NumberFormatError:
            continue

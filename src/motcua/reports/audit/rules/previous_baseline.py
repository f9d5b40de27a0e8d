"""What this report says of the year before, against what the report of that year said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz

from motcua.kernel.numbers import NumberFormatError, format_number, parse_number
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.binding.labels import label_key, short_key
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.wording import row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id
from motcua.reports.audit.rules.registry import rule

BASELINE = "previous.baseline"

_BEFORE = re.compile(
    r"(?:kỳ trước|cùng kỳ(?: năm trước)?|năm trước|cùng kỳ năm \d{4}|năm (?P<year>\d{4}))"
    r"\s*(?:là|đạt|:|có)\s*(?P<number>\d[\d.]*(?:,\d+)?)",
    re.IGNORECASE,
)
_ALIKE = 88
_LEAD = 160


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure said to be that of the period before."""

    value: Decimal
    lead: str
    year: int | None
    place: Place


@rule(
    code=BASELINE,
    title="Số của kỳ trước được nêu lại",
    checks="Số “kỳ trước”, “cùng kỳ”, “năm trước” nêu trong báo cáo bằng số đã in trong báo cáo kỳ trước.",
    excludes="Không có báo cáo trước; không rõ số nêu lại ứng với dòng nào; tỷ lệ và số ước.",
    severity=Severity.LIKELY,
)
def check_baseline(context: AuditContext) -> Iterable[Finding | Check]:
    if context.previous is None:
        return
    for restated in _restated(context):
        row = _row_of(context, restated)
        if row is None or row.cell.value is None:
            yield Check(BASELINE, Outcome.NOT_CHECKABLE, (restated.place,), "không rõ ứng với dòng nào")
            continue
        same = row.cell.value == restated.value
        yield Check(BASELINE, Outcome.HOLDS if same else Outcome.INCONSISTENT, (restated.place, row.place))
        if not same:
            yield _differs(restated, row)


def _restated(context: AuditContext) -> Iterator[Restated]:
    for _, block in context.report.blocks():
        for match in _BEFORE.finditer(block.text):
            year = int(match["year"]) if match["year"] else None
            if block.text[match.end() :].lstrip().startswith("%") or not _fits_year(context, year):
                continue
            try:
                value = parse_number(match["number"].rstrip(".")).value
            except NumberFormatError:
                continue
            lead = _lead(block.text, match.start())
            yield Restated(value, lead, year, replace(block.place, quote=f"{lead}{match[0]}".strip()))


def _lead(text: str, end: int) -> str:
    """The words of the clause before the figure of the period before."""
    before = text[max(0, end - _LEAD) : end]
    return before[max(before.rfind(mark) for mark in ".;") + 1 :]


def _fits_year(context: AuditContext, year: int | None) -> bool:
    before = context.previous.extraction.year if context.previous else None
    return year is None or year == before


def _row_of(context: AuditContext, restated: Restated) -> BoundRow | None:
    """The one row of the previous report whose label the words before the figure contain."""
    if context.previous is None:
        return None
    lead = label_key(restated.lead)
    scores = [
        (fuzz.partial_ratio(short_key(row.printed.label), lead), row)
        for row in context.previous.forms.numbers()
    ]
    good = sorted((pair for pair in scores if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    if not good or (len(good) > 1 and good[0][0] - good[1][0] < 4):
        return None
    return good[0][1]


def _differs(restated: Restated, row: BoundRow) -> Finding:
    said = format_number(restated.value)
    return Finding(
        finding_id(BASELINE, row.key, said, row.cell.text),
        BASELINE,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        (restated.place, row.place),
        f"Báo cáo nêu số kỳ trước là {said}, nhưng báo cáo kỳ trước in {value_words(row)} ({row_words(row)}).",
        said,
        value_words(row),
        value_words(row),
    )

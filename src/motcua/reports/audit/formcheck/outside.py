"""Figures that stand outside the forms: departments, communes, dossiers received, service units of 2015.

They are taken from the words of the report only where the words name them plainly; otherwise they stay
unknown, and what needs them is not checkable.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.reports.audit.binding import BoundForms
from motcua.reports.audit.document import Place
from motcua.reports.audit.extraction.figures import Extraction

_NUMBER = r"(?P<number>\d{1,3}(?:[.  ]\d{3})+|\d+)"
_COMMUNES = rf"{_NUMBER}\s+(?:UBND\s+)?(?:(?:xã,\s*phường(?:,\s*(?:đặc khu|thị trấn))?)|đơn vị hành chính cấp xã|ĐVHC cấp xã|UBND cấp xã|UBND xã, phường)"
_DEPARTMENTS = rf"{_NUMBER}\s+(?:sở,\s*(?:ban,\s*)?ngành|sở và (?:cơ quan )?tương đương|cơ quan chuyên môn thuộc UBND (?:tỉnh|thành phố))"
_PATTERNS = {
    "{communes}": (rf"(?:thành|gồm|có|còn|hiện có)\s+{_COMMUNES}", _COMMUNES),
    "{departments}": (rf"(?:thành|gồm|có|còn|hiện có)\s+{_DEPARTMENTS}",),
    "{received_total}": (
        rf"(?:toàn (?:tỉnh|thành phố)|tổng số)[^.;]{{0,60}}?tiếp nhận(?: là|:)?\s+{_NUMBER}\s+hồ sơ(?! phi)",
    ),
    "{service_units_2015}": (rf"năm 2015[^.;]{{0,80}}?\b{_NUMBER}\s+(?:ĐVSNCL|đơn vị sự nghiệp|ĐVSN)",),
}
_NEVER = re.compile(r"giảm\s*$|kiểm tra[^.;]{0,40}$|tại\s*$|cùng\s*$", re.IGNORECASE)
_OF_SOME = re.compile(r"kiểm tra|thanh tra|giám sát|khảo sát", re.IGNORECASE)
_OF_A_PART_OF_THE_PERIOD = re.compile(
    r"từ (?:ngày )?\d{1,2}/\d|\b(?:trong|riêng|tính) (?:tháng|quý|tuần)\b|\btháng \d|\bquý [IV\d]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OutsideFigure:
    """A figure named in words, with the place it was read at."""

    name: str
    value: Decimal
    place: Place


def outside_figures(extraction: Extraction, forms: BoundForms) -> dict[str, OutsideFigure]:
    """What the words of a report say of the outside figures, by name such as "{communes}"."""
    texts = list(_texts(extraction, forms))
    found: dict[str, OutsideFigure] = {}
    for name, patterns in _PATTERNS.items():
        figure = _first(name, patterns, texts)
        if figure:
            found[name] = figure
    return found


def _texts(extraction: Extraction, forms: BoundForms) -> Iterator[tuple[str, Place]]:
    """Prose first, then the notes of form rows."""
    for sentence in extraction.sentences:
        yield sentence.text, sentence.place_at(0)
    for row in forms.rows:
        if row.printed.note:
            yield row.printed.note, row.place


def _first(name: str, patterns: tuple[str, ...], texts: list[tuple[str, Place]]) -> OutsideFigure | None:
    """The commonest value of the first pattern that finds any; None where two values stand equal."""
    for pattern in patterns:
        hits = [hit for text, place in texts for hit in _hits(name, pattern, text, place)]
        counts = Counter(hit.value for hit in hits).most_common(2)
        if counts and (len(counts) == 1 or counts[0][1] > counts[1][1]):
            return next(hit for hit in hits if hit.value == counts[0][0])
    return None


def _sentence_before(text: str, position: int) -> str:
    begin = max((match.end() for match in re.finditer(r"[.!?]\s", text[:position])), default=0)
    return text[begin:position]


def _speaks_of_some(name: str, before: str) -> bool:
    """Units that were inspected are not all there are; dossiers of a quarter not all that were received."""
    if name == "{departments}":
        return bool(_OF_SOME.search(before))
    return name == "{received_total}" and bool(_OF_A_PART_OF_THE_PERIOD.search(before))


def _hits(name: str, pattern: str, text: str, place: Place) -> Iterator[OutsideFigure]:
    for match in re.finditer(pattern, text, re.IGNORECASE):
        start = match.start("number")
        if _speaks_of_some(name, _sentence_before(text, start)):
            continue
        if _NEVER.search(text[:start]) or text[match.end() :].lstrip().startswith("thành "):
            continue
        try:
            value = parse_number(match["number"].strip()).value
        except NumberFormatError:
            continue
        quote = text[max(0, match.start() - 40) : match.end() + 30].strip()
        yield OutsideFigure(name, value, replace(place, quote=quote))

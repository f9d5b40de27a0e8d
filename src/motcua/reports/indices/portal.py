"""Files of the portal's values: read line by line, pure. The portal's own interface is undocumented and changes, so a
file is the way in; a connector that is switched on may hand over the same lines.

Columns: `unit` (agency code), `component`, then any of `numerator`, `denominator`, `points`; numbers as Vietnamese
documents print them. An empty cell is unknown, never 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.reports.indices.definition import IndexSet
from motcua.reports.indices.errors import IndexRefused

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
MOST, MOST_POINTS = Decimal(10) ** 12, Decimal(10) ** 6
WANTED = ("unit", "component")
NUMBERS = ("numerator", "denominator", "points")


@dataclass(frozen=True, slots=True)
class Line:
    """One component of one unit as the portal states it; `number` is the line of the file."""

    unit: str
    component: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    points: Decimal | None = None
    number: int = 0


def read_csv(content: bytes) -> list[Line]:
    """The lines of a file. Raises IndexRefused indices.portal.* with the line that is wrong."""
    if len(content) > MOST_BYTES:
        raise IndexRefused(
            "indices.portal.too-large", "Tệp lớn quá 5 MB. Hãy chia theo kỳ rồi nhập từng tệp."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IndexRefused(
            "indices.portal.encoding", "Tệp không phải chữ Unicode (UTF-8). Hãy lưu lại thành CSV UTF-8."
        ) from None
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [name for name in WANTED if name not in (rows.fieldnames or [])]
    if missing or not set(NUMBERS) & set(rows.fieldnames or []):
        raise IndexRefused(
            "indices.portal.columns",
            "Dòng đầu của tệp phải có cột unit, component và ít nhất một trong numerator, denominator, points.",
        )
    return [_line(row, number) for number, row in enumerate(rows, start=2)]


def check_lines(lines: Iterable[Line], index: IndexSet) -> list[Line]:
    """The lines, when every one can be kept. Raises IndexRefused for the first that cannot."""
    kept = list(lines)
    if not kept:
        raise IndexRefused("indices.portal.empty", "Tệp không có dòng nào. Không có gì để nhập.")
    if len(kept) > MOST_LINES:
        raise IndexRefused("indices.portal.too-large", f"Tệp có quá {MOST_LINES} dòng. Hãy chia nhỏ.")
    components = {each.code: each for each in index.components}
    seen: dict[tuple[str, str], int] = {}
    for line in kept:
        at = f"dòng {line.number}" if line.number else f"{line.unit} {line.component}"
        if line.component not in components:
            raise IndexRefused(
                "indices.portal.component",
                f"Ở {at}: bộ chỉ số {index.code} không có chỉ số thành phần “{line.component}”.",
            )
        if (line.unit, line.component) in seen:
            raise IndexRefused(
                "indices.portal.twice", f"Ở {at}: {line.component} của đơn vị {line.unit} đã có ở dòng trước."
            )
        seen[line.unit, line.component] = line.number
        _check_numbers(line, at)
    return kept


def _check_numbers(line: Line, at: str) -> None:
    numbers = (line.numerator, line.denominator, line.points)
    if line.numerator is None and line.points is None:
        raise IndexRefused(
            "indices.portal.blank", f"Ở {at}: phải có tử số hoặc điểm. Dòng không có số thì bỏ đi."
        )
    if line.denominator is not None and line.numerator is None:
        raise IndexRefused("indices.portal.numerator", f"Ở {at}: có mẫu số thì phải có tử số.")
    for number, most in zip(numbers, (MOST, MOST, MOST_POINTS), strict=True):
        if number is not None and (not 0 <= number < most or number != round(number, 6)):
            raise IndexRefused(
                "indices.portal.number",
                f"Ở {at}: số {number} nằm ngoài khoảng cho phép, hoặc quá 6 chữ số thập phân.",
            )


def _line(row: Mapping[str | None, str | list[str] | None], number: int) -> Line:
    def cell(name: str) -> str:
        value = row.get(name)
        return value.strip() if isinstance(value, str) else ""

    values = {name: _number(cell(name), number) for name in NUMBERS}
    return Line(cell("unit"), cell("component"), **values, number=number)


def _number(text: str, line: int) -> Decimal | None:
    if not text:
        return None
    try:
        return parse_number(text).value
    except NumberFormatError:
        raise IndexRefused(
            "indices.portal.number",
            f"Ở dòng {line}: “{text[:40]}” không phải số. Hãy ghi như 1.234 hoặc 95,5.",
        ) from None

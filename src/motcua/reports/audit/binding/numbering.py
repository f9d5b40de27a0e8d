"""Row numbers of a form: their canonical form, their style, and what is odd in their sequence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from motcua.reports.audit.binding.model import BoundRow, IssueKind, RowIssue

_ROMAN = {"I": 1, "V": 5, "X": 10}
_PART = re.compile(r"\d+|[IVX]+|[a-zđ]", re.IGNORECASE)
_ROMAN_ALONE = re.compile(r"[IVX]{1,5}[.)]?")
_FEWEST_HEADS = 2
_MOST = 0.6


def canonical(number: str) -> str:
    """ "1.4.2." -> "1.4.2"; "II.1" -> "2.1"; "a)" -> "a"; anything without digit or letter -> ""."""
    parts = _PART.findall(number.strip())
    return ".".join(_plain(part) for part in parts)


def _plain(part: str) -> str:
    if part.isdigit():
        return str(int(part))
    return str(_roman(part)) if part.isupper() and set(part) <= set(_ROMAN) else part.lower()


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text]
    return sum(
        -value if index + 1 < len(values) and values[index + 1] > value else value
        for index, value in enumerate(values)
    )


def number_issues(form: str, rows: Sequence[BoundRow]) -> list[RowIssue]:
    """Rows without a number, numbers that leave the form's, skipped and repeated numbers of one form."""
    numbers = _under_roman(rows)
    if not any(numbers):
        return [RowIssue(IssueKind.NUMBERING_STYLE, form, rows=tuple(rows[:1]), printed="")] if rows else []
    prefix = _common_prefix(rows, numbers)
    plain = [_strip(number, prefix) for number in numbers]
    issues = list(_unnumbered(form, rows, plain))
    issues += _renumbered(form, rows, plain)
    issues += _sequence(form, rows, plain)
    return issues


def _under_roman(rows: Sequence[BoundRow]) -> list[str]:
    """Canonical numbers; where Roman numerals head the groups (`I`, then `1`, `1.1`), with the group's in front."""
    numbers = [canonical(row.printed.number) for row in rows]
    heads = [bool(_ROMAN_ALONE.fullmatch(row.printed.number.strip())) for row in rows]
    if sum(heads) < _FEWEST_HEADS:
        return numbers
    group, full = "", []
    for number, head in zip(numbers, heads, strict=True):
        group = number if head else group
        full.append(number if head or not number or not group else f"{group}.{number}")
    return full if _as_defined(rows, full) > _as_defined(rows, numbers) else numbers


def _as_defined(rows: Sequence[BoundRow], numbers: Sequence[str]) -> int:
    return sum(
        row.definition is not None and row.definition.code == number
        for row, number in zip(rows, numbers, strict=True)
    )


def _common_prefix(rows: Sequence[BoundRow], numbers: Sequence[str]) -> str:
    """A prefix such as the form's own number that most rows carry before their code."""
    tails: Counter[str] = Counter()
    for row, number in zip(rows, numbers, strict=True):
        code = row.definition.code if row.definition else ""
        if code and number.endswith("." + code):
            tails[number[: -len(code)]] += 1
    if not tails:
        return ""
    prefix, count = tails.most_common(1)[0]
    return prefix if count >= _MOST * sum(1 for number in numbers if number) else ""


def _strip(number: str, prefix: str) -> str:
    return number[len(prefix) :] if prefix and number.startswith(prefix) else number


def _unnumbered(form: str, rows: Sequence[BoundRow], plain: Sequence[str]) -> Iterable[RowIssue]:
    for row, number in zip(rows, plain, strict=True):
        if row.definition and not number:
            yield RowIssue(
                IssueKind.UNNUMBERED, form, row.definition.key, (row,), expected=row.definition.code
            )


def _renumbered(form: str, rows: Sequence[BoundRow], plain: Sequence[str]) -> list[RowIssue]:
    changed = [
        (row, number)
        for row, number in zip(rows, plain, strict=True)
        if row.definition and number and number != row.definition.code
    ]
    numbered = sum(1 for number in plain if number)
    if len(changed) > _MOST * numbered:
        kept = tuple(row for row, _ in changed[:3])
        return [RowIssue(IssueKind.NUMBERING_STYLE, form, rows=kept, printed=changed[0][1])]
    return [
        RowIssue(
            IssueKind.RENUMBERED,
            form,
            row.definition.key,
            (row,),
            expected=row.definition.code,
            printed=number,
        )
        for row, number in changed
        if row.definition
    ]


def _sequence(form: str, rows: Sequence[BoundRow], plain: Sequence[str]) -> Iterable[RowIssue]:
    """Gaps and repeats among numbers of one parent, counting unnumbered rows as filling their place."""
    last: dict[str, tuple[int, BoundRow]] = {}
    spare: Counter[str] = Counter()
    for row, number in zip(rows, plain, strict=True):
        if not number:
            if row.definition:
                spare[row.definition.parent_code] += 1
            continue
        parent, _, tail = number.rpartition(".")
        if not tail.isdigit():
            continue
        yield from _step(form, row, number, last.get(parent), spare[parent])
        last[parent] = (int(tail), row)
        spare[parent] = 0


def _step(
    form: str, row: BoundRow, number: str, before: tuple[int, BoundRow] | None, spare: int
) -> Iterable[RowIssue]:
    parent, _, tail = number.rpartition(".")
    start, previous = before if before else (0, None)
    shown = (previous, row) if previous else (row,)
    key = row.key or ""
    if int(tail) == start:
        yield RowIssue(IssueKind.REPEATED_NUMBER, form, key, shown, printed=number)
    elif int(tail) > start + 1 + spare:
        dot = f"{parent}." if parent else ""
        skipped = [f"{dot}{value}" for value in range(start + 1 + spare, int(tail))]
        yield RowIssue(IssueKind.SKIPPED_NUMBER, form, key, shown, ", ".join(skipped), number)

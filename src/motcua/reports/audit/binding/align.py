"""Alignment of printed rows with the rows of a form: best order-keeping match, then rows that moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from motcua.kernel.text import search_key
from motcua.reports.audit.binding.labels import label_key, short_key
from motcua.reports.audit.binding.model import PrintedRow
from motcua.reports.audit.binding.numbering import canonical
from motcua.reports.forms.definitions import FormRow

MATCH_FLOOR = 62.0
_MOVED_FLOOR = 88.0
_NUMBER_BONUS = 6.0
_UNIT_BONUS = 3.0
_GAP = 2.0
_DISTRICT = re.compile(r"\b(?:cap|cac) huyen\b")
_OTHER_LEVEL = 45.0


def similarity(printed: PrintedRow, row: FormRow) -> float:
    """0..100: how alike the printed label and the form's are, whatever stands in parentheses."""
    return _alike(printed.label, row.label)


@lru_cache(maxsize=32768)
def _alike(printed: str, defined: str) -> float:
    return max(0.0, _likeness(printed, defined) - _level_gap(printed, defined))


def _level_gap(printed: str, defined: str) -> float:
    """A row of the former district level is no row of another level, however alike the other words are."""
    district = _DISTRICT.search(label_key(printed)), _DISTRICT.search(label_key(defined))
    return _OTHER_LEVEL if bool(district[0]) != bool(district[1]) else 0.0


def _likeness(printed: str, defined: str) -> float:
    whole = fuzz.ratio(label_key(printed), label_key(defined))
    if whole >= 95:
        return whole
    as_written = fuzz.ratio(search_key(printed), search_key(defined))
    return max(whole, as_written, fuzz.ratio(short_key(printed), short_key(defined)) - 1)


def align(printed: Sequence[PrintedRow], rows: Sequence[FormRow]) -> list[tuple[int, int, float]]:
    """Triples (printed index, form index, similarity), each index at most once, by form index."""
    alike = [[similarity(line, row) for row in rows] for line in printed]
    scores = [
        [_score(line, row, alike[i][j]) for j, row in enumerate(rows)] for i, line in enumerate(printed)
    ]
    pairs = _best_path(scores)
    pairs += _moved(alike, pairs)
    return sorted(((i, j, alike[i][j]) for i, j in pairs), key=lambda triple: triple[1])


def _score(printed: PrintedRow, row: FormRow, alike: float) -> float:
    """Worth of a match; below zero where the labels are too far apart to be the same row."""
    number = canonical(printed.number)
    bonus = _NUMBER_BONUS if number and (number == row.code or number.endswith("." + row.code)) else 0.0
    if printed.unit and row.unit and label_key(printed.unit) == label_key(row.unit):
        bonus += _UNIT_BONUS
    floor = MATCH_FLOOR - (14.0 if bonus >= _NUMBER_BONUS + _UNIT_BONUS else 0.0)
    return alike + bonus - floor if alike >= floor else -1000.0


def _best_path(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Needleman-Wunsch with a gap price on either side."""
    lines, width = len(scores), len(scores[0]) if scores else 0
    best = [[0.0] * (width + 1) for _ in range(lines + 1)]
    for i in range(1, lines + 1):
        best[i][0] = -_GAP * i
    for j in range(1, width + 1):
        best[0][j] = -_GAP * j
    for i in range(1, lines + 1):
        above, here, row = best[i - 1], best[i], scores[i - 1]
        for j in range(1, width + 1):
            here[j] = max(above[j - 1] + row[j - 1], above[j] - _GAP, here[j - 1] - _GAP)
    return _walk_back(scores, best)


def _walk_back(scores: Sequence[Sequence[float]], best: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    i, j = len(best) - 1, len(best[0]) - 1
    pairs: list[tuple[int, int]] = []
    while i and j:
        if best[i][j] == best[i - 1][j - 1] + scores[i - 1][j - 1]:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif best[i][j] == best[i - 1][j] - _GAP:
            i -= 1
        else:
            j -= 1
    return pairs


def _moved(alike: Sequence[Sequence[float]], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rows left over on both sides with nearly equal labels: printed at another place of the form."""
    lines = set(range(len(alike))) - {i for i, _ in pairs}
    columns = set(range(len(alike[0]) if alike else 0)) - {j for _, j in pairs}
    left = sorted(((alike[i][j], i, j) for i in lines for j in columns), reverse=True)
    moved: list[tuple[int, int]] = []
    for score, i, j in left:
        if score >= _MOVED_FLOOR and i in lines and j in columns:
            moved.append((i, j))
            lines.discard(i)
            columns.discard(j)
    return moved

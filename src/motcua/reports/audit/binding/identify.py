"""Which form a table belongs to: by the title above it and by its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from motcua.reports.audit.binding.align import MATCH_FLOOR, similarity
from motcua.reports.audit.binding.labels import label_key
from motcua.reports.audit.binding.model import PrintedRow
from motcua.reports.audit.binding.tables import FormTable, title_number
from motcua.reports.forms.definitions import Form, FormSet

_STRONG = 0.55
_WITH_TITLE = 0.3


def form_of(table: FormTable, form_set: FormSet, before: str = "") -> str:
    """The form's code, or "" for a table of another kind. `before` is the form of the table before."""
    scores = {code: share_of_rows(table.rows, form) for code, form in form_set.forms.items()}
    if not scores or not table.rows:
        return ""
    titled = _titled(table.title, form_set.forms)
    best = max(scores, key=lambda code: (scores[code], code == titled, code == before))
    if titled and scores[titled] >= _WITH_TITLE and scores[titled] >= scores[best] - 0.25:
        return titled
    if before and scores[before] >= scores[best] - 0.05 and scores[before] >= _WITH_TITLE:
        return before
    return best if scores[best] >= _STRONG else ""


def share_of_rows(rows: Sequence[PrintedRow], form: Form) -> float:
    """Share of the rows whose label is found in the form."""
    if not rows:
        return 0.0
    return sum(_best(row, form) for row in rows) / len(rows)


def _best(row: PrintedRow, form: Form) -> float:
    best = max((similarity(row, defined) for defined in form.rows), default=0.0)
    return best / 100 if best >= MATCH_FLOOR else 0.0


def _titled(title: str, forms: Mapping[str, Form]) -> str:
    """The form a title names in words or, failing that, by number."""
    if not title:
        return ""
    key = label_key(title)
    by_words = {code: fuzz.partial_ratio(label_key(_bare(form.title)), key) for code, form in forms.items()}
    best = max(by_words, key=lambda code: by_words[code])
    if by_words[best] >= 85:
        return best
    number = title_number(title)
    return number if number in forms else ""


def _bare(title: str) -> str:
    return title.partition(".")[2].strip() or title

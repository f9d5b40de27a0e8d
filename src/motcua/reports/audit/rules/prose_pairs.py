"""One quantity said twice in the prose, and the province against its two levels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from motcua.kernel.intervals import total
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure, Scope
from motcua.reports.audit.extraction.quantities import folded, own_lead
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule
from motcua.reports.audit.rules.rows import prose_value, row_value

_PAIR = "prose.two_values"
_LEVELS = "prose.levels"
_LONG_PHRASE = 6
_MOST_ALIKE = 40
_MOST_CLAUSES_APART = 8
_SCOPE_WORDS = re.compile(
    r"\b(?:toan tinh|toan thanh pho|cap tinh|cap xa|cac so(?: ban)? nganh|so ban nganh|ubnd cap xa|cac xa phuong|tren dia ban tinh|trong do|trong ky|da|duoc|la|co|tong so|tong|nam \d+|tai|o|cac|doi voi)\b"
)
_WITHIN = re.compile(r"trong (?:do|so)")
_EMPTY_WORDS = frozenset({"co", "la", "da", "duoc", "tong", "so", "voi", "gom", "va"})
_PER_EACH = re.compile(r"\b(?:moi|tung|binh quan|trung binh)\b")


@dataclass(frozen=True, slots=True)
class _Said:
    figure: ProseFigure
    lead: str
    noun: tuple[str, ...]


@rule(
    code=_PAIR,
    title="Một đại lượng, hai số trong lời văn",
    checks="Cùng một cụm từ chỉ đại lượng, cùng phạm vi, xuất hiện hai lần với hai giá trị.",
    excludes="Số ước lượng, mục tiêu, tăng giảm, số chia cho từng đơn vị, số trong cùng một câu; hai ngày chốt ghi rõ khác nhau; "
    "đại lượng đã được đối chiếu với biểu mẫu.",
    severity=Severity.LIKELY,
)
def two_values(context: AuditContext) -> Iterable[Finding | Check]:
    """Pairs of prose figures of one named quantity, or of one long phrase, with values that cannot both be."""
    told: set[tuple[str, str]] = set()
    for left, right in itertools.chain(_by_quantity(context), _by_phrase(context)):
        key = (left.printed.text, right.printed.text)
        if prose_value(left).meets(prose_value(right)):
            yield reading.check(_PAIR, Outcome.HOLDS, [left, right])
        elif key not in told:
            told.add(key)
            yield _two_values(left, right)


@rule(
    code=_LEVELS,
    title="Toàn tỉnh bằng cấp tỉnh cộng cấp xã",
    checks="Trong một đoạn hay các mục liền nhau: số toàn tỉnh phải bằng số cấp tỉnh cộng số cấp xã của cùng một việc.",
    excludes="Việc chỉ nêu ở một hoặc hai cấp; số ước lượng; số nêu hai lần trong đoạn.",
    severity=Severity.DEFINITE,
)
def levels(context: AuditContext) -> Iterable[Finding | Check]:
    """Province = province level + commune level, for counts told with the same words."""
    for group in _level_groups(context):
        whole, upper, lower = (group[scope] for scope in _LEVEL_SCOPES)
        figures = [whole, upper, lower]
        added = total([upper.value, lower.value])
        if added.meets(whole.value):
            yield reading.check(_LEVELS, Outcome.HOLDS, figures)
            continue
        slip = _level_slip(whole, upper, lower)
        yield reading.finding(
            _LEVELS,
            reading.softened(Severity.DEFINITE, figures),
            Outcome.INCONSISTENT,
            figures,
            f"Toàn tỉnh in {whole.printed.text}, còn cấp tỉnh {upper.printed.text} + cấp xã {lower.printed.text} = "
            f"{reading.number(added.middle)}." + (f" Có thể gõ nhầm ({slip[0]})." if slip else ""),
            printed=f"{whole.printed.text} = {upper.printed.text} + {lower.printed.text}",
            computed=reading.number(added.middle),
            suggested=slip[1] if slip else reading.number(added.middle),
        )


_LEVEL_SCOPES = (Scope.PROVINCE, Scope.PROVINCE_LEVEL, Scope.COMMUNE_LEVEL)


def _usable(figure: ProseFigure) -> bool:
    counted = figure.unit is not None and figure.unit.dimension in (Dimension.COUNT, Dimension.MONEY)
    plain = figure.exact and not figure.planned and not figure.sentence.footnote and not figure.role
    return counted and plain and figure.direction is Direction.NONE and not reading.is_level_word(figure)


def _by_quantity(context: AuditContext) -> Iterator[tuple[ProseFigure, ProseFigure]]:
    groups: dict[tuple[str, Scope], list[ProseFigure]] = {}
    for figure in context.extraction.figures:
        quantity = context.extraction.quantities.get(figure.number)
        if quantity and _usable(figure) and row_value(context, quantity.key) is None:
            groups.setdefault((quantity.key, figure.scope), []).append(figure)
    for group in groups.values():
        first = group[0]
        for other in group[1:]:
            if other.sentence is not first.sentence and not first.timing.differs_from(other.timing):
                yield first, other


def _by_phrase(context: AuditContext) -> Iterator[tuple[ProseFigure, ProseFigure]]:
    said = [_said(context, f) for f in context.extraction.figures if _usable(f) and f.depth == 0]
    long = [item for item in said if len(item.noun) >= _LONG_PHRASE and not _PER_EACH.search(item.lead)]
    alike: dict[tuple[str, ...], list[_Said]] = {}
    for item in long:
        alike.setdefault(item.noun[:_LONG_PHRASE], []).append(item)
    for group in alike.values():
        for left, right in itertools.combinations(group[:_MOST_ALIKE], 2):
            if _same_phrase(left, right):
                yield left.figure, right.figure


def _said(context: AuditContext, figure: ProseFigure) -> _Said:
    lead = folded(own_lead(context.extraction.of(figure.sentence), figure))
    return _Said(figure, lead, tuple(folded(figure.noun).split()))


def _same_phrase(left: _Said, right: _Said) -> bool:
    """The shorter noun phrase begins the longer one, and the words before tell the same deed."""
    a, b = left.figure, right.figure
    if a.sentence is b.sentence or not reading.same_unit(a, b) or a.timing.differs_from(b.timing):
        return False
    stated = {a.scope, b.scope} - {Scope.UNSTATED, Scope.NAMED}
    if len(stated) > 1:
        return False
    shorter, longer = sorted((left.noun, right.noun), key=len)
    return longer[: len(shorter)] == shorter and bool(_deeds(left.lead) & _deeds(right.lead))


def _deeds(lead: str) -> set[tuple[str, str]]:
    """Pairs of neighbouring words just before the figure: `tao lap`, `lap duoc`."""
    if _WITHIN.search(lead):
        return set()
    words = [word for word in lead.split()[-6:] if word not in _EMPTY_WORDS]
    return set(itertools.pairwise(words))


def _two_values(left: ProseFigure, right: ProseFigure) -> Finding:
    gap = abs(prose_value(left).middle - prose_value(right).middle)
    scale = int(left.unit.factor) if left.unit and left.unit.factor >= 1 else 1
    slip = typing_slip(left.printed.value, right.printed.value)
    hint = f" Có thể gõ nhầm ({slip})." if slip else ""
    return reading.finding(
        _PAIR,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        [left, right],
        f"Cùng một đại lượng “{_phrase(left)}” nhưng báo cáo viết hai số: {left.printed.text} và {right.printed.text} "
        f"(chênh {reading.number(gap / scale)}).{hint}",
        printed=f"{left.printed.text}; {right.printed.text}",
        quantity=_phrase(left),
    )


def _phrase(figure: ProseFigure) -> str:
    words = f"{' '.join(figure.lead.split()[-4:])} … {figure.noun}".strip(" …")
    return words if len(words) <= 110 else f"{words[:107]}…"


def _level_groups(context: AuditContext) -> Iterator[dict[Scope, ProseFigure]]:
    """Three figures of one deed in neighbouring sentences, one for each of the three scopes."""
    groups: dict[tuple[str, str, str], list[ProseFigure]] = {}
    for figure in context.extraction.figures:
        if _usable(figure) and figure.scope in _LEVEL_SCOPES:
            lead = folded(own_lead(context.extraction.of(figure.sentence), figure)[-60:])
            deed = " ".join(_SCOPE_WORDS.sub(" ", lead).split()[-4:])
            unit = figure.unit.code if figure.unit else ""
            groups.setdefault((figure.sentence.section, unit, deed), []).append(figure)
    for group in groups.values():
        yield from _triples(group)


def _triples(group: list[ProseFigure]) -> Iterator[dict[Scope, ProseFigure]]:
    by_scope: dict[Scope, list[ProseFigure]] = {scope: [] for scope in _LEVEL_SCOPES}
    for figure in group:
        by_scope[figure.scope].append(figure)
    if any(len(figures) != 1 for figures in by_scope.values()):
        return
    triple = {scope: figures[0] for scope, figures in by_scope.items()}
    numbers = [figure.sentence.number for figure in triple.values()]
    same_time = not any(
        a.timing.differs_from(b.timing) for a, b in itertools.combinations(triple.values(), 2)
    )
    if max(numbers) - min(numbers) <= _MOST_CLAUSES_APART and same_time:
        yield triple


def _level_slip(whole: ProseFigure, upper: ProseFigure, lower: ProseFigure) -> tuple[str, str] | None:
    """The one slip of the hand that explains it: the figure to change and its likely value."""
    w, u, v = whole.printed.value, upper.printed.value, lower.printed.value
    for printed, wanted, text in ((w, u + v, whole), (u, w - v, upper), (v, w - u, lower)):
        slip = typing_slip(printed, wanted) if wanted > 0 else ""
        if slip:
            return f"số {text.printed.text}: {slip}", reading.number(wanted)
    return None

"""Lists that fill the rest of their sentence, and totals told after their parts (`…; tổng cộng T`)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from motcua.kernel.intervals import total
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_CLOSED = "prose.closed_list"
_AFTER = "prose.total_after"
_OPENS = re.compile(r":|\bgồm\b|\bchia ra\b|\bcụ thể\b", re.IGNORECASE)
_SUBSET = re.compile(r"trong (?:số )?(?:đó|này)|trong số|\briêng\b|chủ yếu|tiêu biểu|nổi bật", re.IGNORECASE)
_OTHER_MATTER = re.compile(
    r"bình quân|trung bình|mỗi |so với|cùng kỳ|kế hoạch|chỉ tiêu|dự toán|tỷ lệ|tăng|giảm|đạt|bằng|vượt|gấp|thu hút|với (?:sự|tổng|số)"
    r"|tổng (?:số|cộng|kinh phí)|phát ra|hợp lệ|thẩm định",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:^|[\s,;(])(?:tổng cộng|tổng số|cộng|tổng)(?: (?:là|có|gồm))?\s*:?\s*$", re.IGNORECASE
)
_TOTAL_OF = re.compile(r"(?:^|[\s,;(])tổng(?: [^\W\d]+){1,5}(?: là)?\s*$", re.IGNORECASE)
_OVERLAP = re.compile(r"cả (?:hai|2|02) (?:cấp|nơi)|trùng|đồng thời", re.IGNORECASE)
_FEWEST, _MOST, _FEW = 2, 8, 5
_SMALLEST = 20
_LONGEST_GAP = 110
_LONGEST_OPENING = 150


@dataclass(frozen=True, slots=True)
class _List:
    """A whole and the items after it. `said`: a colon or `gồm` says that the items are all."""

    whole: ProseFigure
    items: tuple[ProseFigure, ...]
    said: bool


@rule(
    code=_CLOSED,
    title="Danh sách hết câu",
    checks="“T trường hợp: loại một x, loại hai y”; “T lượt; trong nước x, nước ngoài y”: danh sách đi đến hết câu thì tổng "
    "bằng cộng các mục; lệch đúng một lỗi gõ thì nêu.",
    excludes="Câu “trong đó” (quy tắc khác), mục có mức tăng giảm, bình quân, tỷ lệ; lệch không giống lỗi gõ mà câu không nói "
    "các mục là tất cả; câu nói các mục trùng nhau.",
    severity=Severity.DEFINITE,
)
def closed_lists(context: AuditContext) -> Iterable[Finding | Check]:
    """Every figure followed by items up to the end of its sentence."""
    for _, figures in reading.readable(context):
        taken: set[int] = set()
        for index, whole in enumerate(figures):
            found = None if whole.number in taken else _list_after(whole, figures[index + 1 :])
            if found:
                made = list(_judge_list(found))
                taken |= {item.number for item in found.items} if made else set()
                yield from made


@rule(
    code=_AFTER,
    title="Tổng nêu sau các phần",
    checks="“loại một x hồ sơ, loại hai y hồ sơ; tổng cộng T hồ sơ” (trong câu hay câu liền sau): T phải bằng cộng các phần.",
    excludes="Các số khác đơn vị tính; tổng của những số không nêu đủ (chỉ nêu khi lệch đúng một lỗi gõ).",
    severity=Severity.DEFINITE,
)
def totals_after(context: AuditContext) -> Iterable[Finding | Check]:
    """Every `tổng cộng T` with the figures told before it."""
    for sentences in context.extraction.paragraphs():
        for position, sentence in enumerate(sentences):
            figures = context.extraction.of(sentence)
            before = context.extraction.of(sentences[position - 1]) if position else ()
            for index, whole in enumerate(figures):
                if _is_total(whole):
                    yield from _judge_total(whole, figures[:index] or before)
                elif _may_be_whole(whole) and _TOTAL_OF.search(whole.lead):
                    yield from _judge_total(whole, figures[:index])


def _list_after(whole: ProseFigure, following: Sequence[ProseFigure]) -> _List | None:
    if not _may_be_whole(whole):
        return None
    beside = (f for f in following if f.depth == whole.depth and not f.is_percent)
    level = list(itertools.islice(beside, _MOST + 1))
    if not _FEWEST <= len(level) <= _MOST or not all(_may_be_item(whole, item) for item in level):
        return None
    text = whole.sentence.text
    opening = _bare(text[whole.end : level[0].start])
    gaps = [_bare(reading.between(left, right)) for left, right in itertools.pairwise(level)]
    if len(opening) > _LONGEST_OPENING or _SUBSET.search(opening + "".join(gaps)) or _OVERLAP.search(text):
        return None
    if any(len(gap) > _LONGEST_GAP or _OTHER_MATTER.search(gap) or ":" in gap for gap in gaps):
        return None
    said = bool(_OPENS.search(opening))
    if _OTHER_MATTER.search(opening.rsplit(":", 1)[-1]) or not (said or re.search(r"[;,]", opening)):
        return None
    return _List(whole, tuple(level), said)


def _bare(gap: str) -> str:
    return re.sub(r"\([^()]*\)", " ", gap)


def _may_be_whole(whole: ProseFigure) -> bool:
    kinds = (Dimension.COUNT, Dimension.MONEY)
    measured = whole.unit is not None and whole.unit.dimension in kinds
    plain = not (whole.is_percent or whole.role or whole.planned or reading.is_level_word(whole))
    return measured and plain and whole.depth == 0


def _may_be_item(whole: ProseFigure, item: ProseFigure) -> bool:
    if item.role or item.direction is not Direction.NONE or item.planned:
        return False
    unlike = item.unit is not None and not reading.part_unit(whole, item) and not _is_generic(whole, item)
    return not unlike and item.printed.value < 2 * whole.printed.value


def _is_generic(whole: ProseFigure, item: ProseFigure) -> bool:
    """`24 đơn vị, gồm 9 sở; 6 huyện`: units of any kind are units."""
    counted = item.unit is not None and item.unit.dimension is Dimension.COUNT
    return counted and whole.unit is not None and whole.unit.code == "unit"


def _judge_list(found: _List) -> Iterator[Finding | Check]:
    whole, items = found.whole, found.items
    added = sum((Fraction(item.printed.value) for item in items), Fraction(0))
    if total(item.value for item in items).meets(whole.value):
        yield reading.check(_CLOSED, Outcome.HOLDS, [whole, *items])
        return
    slip, wanted = _slip(whole, items, added)
    value = Fraction(whole.printed.value)
    if value < _SMALLEST or not slip or abs(added - value) * 5 > value or _some_add_up(whole, items):
        return
    if not found.said and added < value:
        return  # nobody said that these were all
    severity = Severity.DEFINITE if found.said else Severity.LIKELY
    yield _finding(_CLOSED, whole, items, added, severity, slip, wanted)


def _is_total(whole: ProseFigure) -> bool:
    return _may_be_whole(whole) and whole.direction is Direction.NONE and bool(_TOTAL.search(whole.lead))


def _addends(whole: ProseFigure, earlier: Sequence[ProseFigure]) -> tuple[ProseFigure, ...]:
    alike = [
        f
        for f in earlier
        if f.depth == whole.depth
        and not f.role
        and f.direction is Direction.NONE
        and (reading.same_unit(f, whole) or reading.part_unit(f, whole))
    ]
    return tuple(alike[-_MOST:])


def _judge_total(whole: ProseFigure, earlier: Sequence[ProseFigure]) -> Iterator[Finding | Check]:
    parts = _addends(whole, earlier)
    if len(parts) < _FEWEST or any(part.printed.value > whole.printed.value * 2 for part in parts):
        return
    for chosen in _choices(parts):
        if total(part.value for part in chosen).meets(whole.value):
            yield reading.check(_AFTER, Outcome.HOLDS, [whole, *chosen])
            return
    strangers = [f for f in earlier if not f.is_percent and f.depth == whole.depth and f not in parts]
    parts = _heads(parts)
    added = sum((Fraction(part.printed.value) for part in parts), Fraction(0))
    slip, wanted = _slip(whole, parts, added)
    if slip and not strangers and len(parts) >= _FEWEST and whole.printed.value >= _SMALLEST:
        yield _finding(_AFTER, whole, parts, added, Severity.DEFINITE, slip, wanted)


def _choices(parts: tuple[ProseFigure, ...]) -> Iterator[tuple[ProseFigure, ...]]:
    """What the total may be made of: the parts from one of them on, or some of the last few."""
    yield from (parts[begin:] for begin in range(len(parts) - 1))
    last = parts[-_FEW:]
    for size in range(len(last), 1, -1):
        yield from itertools.combinations(last, size)


def _heads(parts: tuple[ProseFigure, ...]) -> tuple[ProseFigure, ...]:
    """The parts without those that only part another: `38 văn bản, gồm 14 … và 24 …; 105 văn bản` is 38 and 105."""
    heads: list[ProseFigure] = []
    position = 0
    while position < len(parts):
        heads.append(parts[position])
        position += 1 + _own_items(parts[position], parts[position + 1 :])
    return tuple(heads)


def _own_items(head: ProseFigure, following: Sequence[ProseFigure]) -> int:
    """How many of the figures that follow make up the head; 0 when none do."""
    for count in range(2, len(following) + 1):
        if total(item.value for item in following[:count]).meets(head.value):
            return count
    return 0


def _some_add_up(whole: ProseFigure, items: tuple[ProseFigure, ...]) -> bool:
    """A list may hold parts of parts: some of the items make the whole."""
    return any(
        total(item.value for item in chosen).meets(whole.value)
        for size in range(2, len(items))
        for chosen in itertools.combinations(items, size)
    )


def _slip(whole: ProseFigure, parts: Sequence[ProseFigure], added: Fraction) -> tuple[str, str]:
    """The one slip of the hand that explains it, in the whole or else in a part; with the likely value."""
    if slip := typing_slip(whole.printed.value, added):
        return slip, reading.number(added)
    for part in parts:
        wanted = Fraction(whole.printed.value) - (added - Fraction(part.printed.value))
        slip = typing_slip(part.printed.value, wanted) if wanted > 0 and part.printed.value >= 100 else ""
        if slip:
            return f"số {part.printed.text}: {slip}", f"{part.printed.text} → {reading.number(wanted)}"
    return "", ""


def _finding(
    code: str,
    whole: ProseFigure,
    parts: Sequence[ProseFigure],
    added: Fraction,
    severity: Severity,
    slip: str,
    wanted: str,
) -> Finding:
    names = " + ".join(part.printed.text for part in parts)
    return reading.finding(
        code,
        reading.softened(severity, [whole, *parts]),
        Outcome.INCONSISTENT,
        [whole],
        f"Cộng các mục ({names}) được {reading.number(added)}, tổng in là {whole.printed.text}. Có thể gõ nhầm ({slip}).",
        printed=f"{whole.printed.text} = {names}",
        computed=reading.number(added),
        suggested=wanted,
    )

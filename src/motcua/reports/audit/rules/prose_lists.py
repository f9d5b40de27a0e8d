"""Lists that are complete by what they name: complementary classes, and items after a colon."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from motcua.kernel.intervals import total
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure, Sentence
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_COMPLEMENT = "prose.complement"
_COLON = "prose.colon_list"
_CLASSES = (
    (re.compile(r"cấp tỉnh|\btỉnh ban hành"), re.compile(r"cấp xã")),
    (re.compile(r"tổ chức"), re.compile(r"cá nhân")),
    (re.compile(r"toàn trình"), re.compile(r"một phần")),
    (re.compile(r"trực tuyến"), re.compile(r"trực tiếp")),
    (re.compile(r"\bnam\b"), re.compile(r"\bnữ\b")),
)
_OPENS = re.compile(r"trong (?:số )?đó|trong số này|\bgồm|[:(]\s*[^:(;.]{0,40}$", re.IGNORECASE)
_ONLY_SOME = re.compile(r"mỗi|bình quân|tăng|giảm|so với|cùng kỳ|riêng|chỉ tính|chủ yếu", re.IGNORECASE)
_COLON_GAP = re.compile(r"^[^:;.()]{0,90}:\s*[^:;.()]{0,40}$")
_MARKS = re.compile(r"[,;:()]|\bvà\b")
_OVERLAP = re.compile(r"cả (?:hai|2|02) (?:cấp|nơi|hình thức)|trùng (?:nhau|lặp)|tính ở cả|đồng thời ở")
_SHORT_GAP = 130


@rule(
    code=_COMPLEMENT,
    title="Hai phần bù nhau",
    checks="“T chứng thư số, trong đó tổ chức x, cá nhân y”; “T văn bản (cấp tỉnh x, cấp xã y)”: x + y phải bằng T.",
    excludes="Câu có phần thứ ba cùng loại, mức tăng giảm, số nêu cho mỗi đơn vị; chênh lệch không rõ nguyên nhân và các "
    "phần nhỏ hơn tổng thì chỉ ở mức có khả năng.",
    severity=Severity.DEFINITE,
)
def complements(context: AuditContext) -> Iterable[Finding | Check]:
    for sentence, figures in reading.readable(context):
        counts = [figure for figure in figures if not figure.is_percent and not figure.role]
        for index, (whole, one, two) in enumerate(zip(counts, counts[1:], counts[2:], strict=False)):
            third = counts[index + 3] if index + 3 < len(counts) else None
            more = counts[index + 3 :]
            if _are_complements(sentence, whole, one, two, third) and not _more_parts(
                whole, (one, two), more
            ):
                yield from _judge(_COMPLEMENT, whole, (one, two))


def _are_complements(
    sentence: Sentence, whole: ProseFigure, one: ProseFigure, two: ProseFigure, third: ProseFigure | None
) -> bool:
    opening, middle = reading.between(whole, one), reading.between(one, two)
    if len(opening) > _SHORT_GAP or len(middle) > _SHORT_GAP or one.depth != two.depth:
        return False
    if (
        not _OPENS.search(opening)
        or _ONLY_SOME.search(opening + middle)
        or re.search(r"[.;]\s(?!trong)", opening)
    ):
        return False
    if _OVERLAP.search(sentence.text[two.end :]):
        return False
    if third is not None and third.depth == one.depth and ";" not in reading.between(two, third):
        return False
    tail = sentence.text[two.end : two.end + 40].split(";")[0].split(",")[0]
    first, second = _around(opening, middle), _around(middle, tail)
    alike = _alike(whole, one) and _alike(whole, two)
    return alike and any(_split(classes, first, second) for classes in _CLASSES)


def _more_parts(whole: ProseFigure, two: tuple[ProseFigure, ...], more: list[ProseFigure]) -> bool:
    """Whether the two and some that follow make the whole: the list only goes on beyond a mark."""
    parts = list(two)
    for figure in more:
        if figure.depth != two[0].depth or not _alike(whole, figure):
            continue
        parts.append(figure)
        if total(part.value for part in parts).meets(whole.value):
            return True
    return False


def _around(before: str, after: str) -> str:
    """The words that name a part: just before its figure and just after it, up to a mark."""
    return f"{_MARKS.split(before)[-1]} {_MARKS.split(after)[0]}"


def _split(classes: tuple[re.Pattern[str], re.Pattern[str]], first: str, second: str) -> bool:
    left, right = classes
    one_way = left.search(first) and right.search(second) and not right.search(first)
    other_way = right.search(first) and left.search(second) and not left.search(first)
    return bool(one_way or other_way)


def _alike(whole: ProseFigure, part: ProseFigure) -> bool:
    still = part.direction is Direction.NONE and whole.direction is Direction.NONE
    counted = all(f.unit is None or f.unit.dimension is Dimension.COUNT for f in (whole, part))
    return still and counted and (reading.kindred_unit(whole, part) or reading.part_unit(whole, part))


@rule(
    code=_COLON,
    title="Danh sách sau dấu hai chấm",
    checks="“T đơn vị: a đơn vị …; b đơn vị …; c đơn vị …”: khi cả câu chỉ là danh sách ấy thì tổng bằng cộng các mục.",
    excludes="Mục khác đơn vị tính với tổng; danh sách xen số khác; câu nói “trong đó” (quy tắc khác).",
    severity=Severity.DEFINITE,
)
def colon_lists(context: AuditContext) -> Iterable[Finding | Check]:
    for _, figures in reading.readable(context):
        for index, whole in enumerate(figures):
            parts = _items(whole, figures[index + 1 :])
            if len(parts) >= 2:
                yield from _judge(_COLON, whole, parts)
                break


def _items(whole: ProseFigure, following: tuple[ProseFigure, ...]) -> tuple[ProseFigure, ...]:
    """The items of a list that opens with a colon and fills the rest of the sentence; else none."""
    if whole.is_percent or whole.unit is None or whole.role or not following:
        return ()
    opening = reading.between(whole, following[0])
    if not _COLON_GAP.match(opening) or re.search(r"gồm|trong|cụ thể|kết quả", opening, re.IGNORECASE):
        return ()
    level = [figure for figure in following if figure.depth == whole.depth]
    gaps = [reading.between(left, right) for left, right in itertools.pairwise(level)]
    listed = all(";" in gap and len(gap) < _SHORT_GAP and not _ONLY_SOME.search(gap) for gap in gaps)
    alike = all(reading.part_unit(whole, figure) and _alike(whole, figure) for figure in level)
    return tuple(level) if listed and alike else ()


def _judge(code: str, whole: ProseFigure, parts: tuple[ProseFigure, ...]) -> Iterator[Finding | Check]:
    figures = [whole, *parts]
    if total(part.value for part in parts).meets(whole.value):
        yield reading.check(code, Outcome.HOLDS, figures)
        return
    added = sum((Fraction(part.printed.value) for part in parts), Fraction(0))
    slip = typing_slip(whole.printed.value, added)
    sure = bool(slip) or added > Fraction(whole.printed.value)
    yield reading.finding(
        code,
        reading.softened(Severity.DEFINITE if sure else Severity.LIKELY, figures),
        Outcome.INCONSISTENT,
        [whole],
        f"Cộng các phần ({' + '.join(part.printed.text for part in parts)}) được {reading.number(added)}, "
        f"tổng in là {whole.printed.text}." + (f" Có thể gõ nhầm ({slip})." if slip else ""),
        printed=f"{whole.printed.text} = {' + '.join(part.printed.text for part in parts)}",
        computed=reading.number(added),
        suggested=reading.number(added),
    )

"""Near misses that one slip of the hand explains: a share of a figure told earlier, a number told twice."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from motcua.kernel.intervals import Agreement, agreement
from motcua.kernel.numbers import round_half_up
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.extraction.quantities import folded
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_SHARE = "prose.percent_near"
_TWICE = "prose.swapped_number"
_LINK = re.compile(
    r"(?:^[^,.;()]{0,60}\(\s*(?:chiếm|đạt|tỷ lệ)?|(?:chiếm|đạt|bằng|tương đương|tương ứng)(?: với)?(?: tỷ lệ| khoảng)?)\s*$"
)
_CHANGE = re.compile(r"tăng|giảm|vượt|so với|cùng kỳ|cao hơn|thấp hơn|lần lượt")
_OTHER_BASE = re.compile(
    r"^\s*(?:so với|cùng kỳ|kế hoạch|dự toán|chỉ tiêu|mục tiêu|tổng|số|trên|của|trong|nhiệm vụ)",
    re.IGNORECASE,
)
_DEEDS = (
    "tiep nhan",
    "da giai quyet",
    "dung han",
    "qua han",
    "tre han",
    "truc tuyen",
    "thanh toan",
    "so hoa",
    "chung thu so",
    "tinh gian",
    "tuyen dung",
    "boi duong",
    "tap huan",
    "giai ngan",
)
_FIRM_DIGITS = 3
_LONG_NUMBER = 1000
_MOST_FIGURES = 1500


@rule(
    code=_SHARE,
    title="Tỷ lệ lệch một lỗi gõ",
    checks="“B người …; trong đó A người, chiếm c%”: khi c không bằng A trên số nào nêu trước đó, mà sai đúng một lỗi gõ so với "
    "A/B của số nêu gần nhất cùng đơn vị.",
    excludes="Tỷ lệ nói rõ mẫu số khác; tỷ lệ ít hơn ba chữ số; tỷ lệ khớp với một mẫu số nào đó nêu trong đoạn hoặc trong báo cáo.",
    severity=Severity.DEFINITE,
)
def share_with_a_slip(context: AuditContext) -> Iterable[Finding | Check]:
    """Percentages of a part whose base stands further back in the sentence."""
    for _, figures in reading.readable(context):
        for position, percent in enumerate(figures):
            if position < 2 or not percent.is_percent:
                continue
            part = figures[position - 1]
            if _is_over(figures[position - 2], part, percent):
                yield from _judge_share(context, figures[position - 2], percent, [part])
            elif _is_share(part, percent):
                yield from _judge_share(context, part, percent, _bases(figures[: position - 1], part))


@rule(
    code=_TWICE,
    title="Số lớn in hai lần, đảo chữ số",
    checks="Hai số từ bốn chữ số, cùng đơn vị tính, cùng nói một việc (tiếp nhận, giải quyết, quá hạn…) ở hai câu, chỉ khác nhau "
    "hai chữ số đứng cạnh nhau bị đảo.",
    excludes="Số ước lượng, số mục tiêu, mức tăng giảm; hai câu nói hai thời điểm khác nhau.",
    severity=Severity.LIKELY,
)
def swapped_numbers(context: AuditContext) -> Iterable[Finding | Check]:
    """Pairs of long numbers of one deed that differ by two swapped neighbours."""
    groups: dict[tuple[str, str], list[ProseFigure]] = {}
    for figure in context.extraction.figures[:_MOST_FIGURES]:
        if _is_long(figure):
            digits = "".join(sorted(figure.printed.text.replace(".", "").replace(" ", "")))
            groups.setdefault((figure.unit.code if figure.unit else "", digits), []).append(figure)
    told: set[tuple[Decimal, Decimal]] = set()
    for group in groups.values():
        for first, later in itertools.combinations(group, 2):
            pair = (first.printed.value, later.printed.value)
            if pair not in told and _same_deed(first, later):
                told.add(pair)
                yield _swapped(first, later)


def _is_share(part: ProseFigure, percent: ProseFigure) -> bool:
    counted = part.unit is not None and part.unit.dimension in (Dimension.COUNT, Dimension.MONEY)
    gap = reading.between(part, percent)
    plain = not part.role and part.direction is Direction.NONE and percent.direction is Direction.NONE
    told = bool(_LINK.search(gap)) and not _CHANGE.search(gap) and ";" not in gap and len(gap) <= 70
    return (
        (counted or (part.unit is None and not part.is_percent))
        and plain
        and told
        and not _OTHER_BASE.match(percent.noun)
    )


def _is_over(part: ProseFigure, whole: ProseFigure, percent: ProseFigure) -> bool:
    """`A thư xin lỗi trên B hồ sơ trễ hạn, đạt c%`: the base right after `trên`, counting another thing."""
    plain = not any(f.is_percent or f.role or f.direction is not Direction.NONE for f in (part, whole))
    over = re.fullmatch(r"[^,;.()\d]{1,60}\btrên(?: tổng(?: số)?)? ", reading.between(part, whole))
    return plain and bool(over) and _is_share(whole, percent) and part.printed.value <= whole.printed.value


def _bases(before: tuple[ProseFigure, ...], part: ProseFigure) -> list[ProseFigure]:
    """Larger figures of the same kind told before, the nearest first."""
    return [
        f
        for f in reversed(before)
        if not f.is_percent
        and f.direction is Direction.NONE
        and f.printed.value > part.printed.value
        and (reading.kindred_unit(f, part) or reading.part_unit(f, part))
    ]


def _judge_share(
    context: AuditContext, part: ProseFigure, percent: ProseFigure, bases: list[ProseFigure]
) -> Iterator[Finding | Check]:
    fitting = next((base for base in bases if _gives(part, base, percent)), None)
    if fitting is not None:
        yield reading.check(_SHARE, Outcome.HOLDS, [percent, part, fitting])
        return
    digits = len(percent.printed.text.replace(",", "").lstrip("0"))
    if not percent.exact or digits < _FIRM_DIGITS - 1:
        return
    for base in bases:
        if digits < _FIRM_DIGITS and not _base_of_others(context, base, percent):
            continue
        share = part.value / base.value * 100
        wanted = round_half_up(share.middle, percent.printed.places)
        slip = typing_slip(percent.printed.value, wanted)
        if slip and not _fits_elsewhere(context, part, percent):
            yield _slipped(part, base, percent, wanted, slip)
            return


def _base_of_others(context: AuditContext, base: ProseFigure, percent: ProseFigure) -> bool:
    """Another share of the sentence is told of this base, and is right."""
    figures = context.extraction.of(percent.sentence)
    return any(
        share is not percent
        and share.is_percent
        and not part.is_percent
        and part is not base
        and _gives(part, base, share)
        for part, share in itertools.pairwise(figures)
    )


def _gives(part: ProseFigure, base: ProseFigure, percent: ProseFigure) -> bool:
    share = part.value / base.value * 100
    return agreement(percent.printed.value, percent.printed.places, share) is not Agreement.DIFFERENT


def _fits_elsewhere(context: AuditContext, part: ProseFigure, percent: ProseFigure) -> bool:
    """Another figure of the same kind near by, or of a sentence before, makes the printed share right."""
    near = part.sentence.number
    return any(
        _gives(part, other, percent)
        for other in context.extraction.figures
        if abs(other.sentence.number - near) <= 3
        and not other.is_percent
        and other.printed.value > part.printed.value
        and reading.same_unit(other, part)
    )


def _slipped(
    part: ProseFigure, base: ProseFigure, percent: ProseFigure, wanted: Decimal, slip: str
) -> Finding:
    value = f"{reading.number(wanted, percent.printed.places)}%"
    return reading.finding(
        _SHARE,
        reading.softened(Severity.DEFINITE, [percent, part, base]),
        Outcome.INCONSISTENT,
        [percent],
        f"Tỷ lệ in là {percent.printed.text}% nhưng {part.printed.text}/{base.printed.text} = {value}. Có thể gõ nhầm ({slip}).",
        printed=f"{part.printed.text}/{base.printed.text}: {percent.printed.text}%",
        computed=value,
        suggested=value,
    )


def _is_long(figure: ProseFigure) -> bool:
    counted = figure.unit is not None and figure.unit.dimension in (Dimension.COUNT, Dimension.MONEY)
    plain = figure.exact and not figure.planned and not figure.sentence.footnote
    return counted and plain and figure.printed.value >= _LONG_NUMBER and figure.direction is Direction.NONE


def _same_deed(first: ProseFigure, later: ProseFigure) -> bool:
    if first.sentence is later.sentence or first.printed.value == later.printed.value:
        return False
    years = first.timing.year, later.timing.year
    if None not in years and years[0] != years[1]:
        return False
    if typing_slip(first.printed.value, later.printed.value) != "đảo hai chữ số":
        return False
    words = [folded(f"{figure.lead[-70:]} {figure.noun[:60]}") for figure in (first, later)]
    return any(all(deed in each for each in words) for deed in _DEEDS)


def _swapped(first: ProseFigure, later: ProseFigure) -> Finding:
    return reading.finding(
        _TWICE,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        [later, first],
        f"Cùng một việc nhưng in hai số {first.printed.text} và {later.printed.text}, chỉ khác hai chữ số bị đảo.",
        printed=f"{first.printed.text}; {later.printed.text}",
    )

"""Percentages of the prose against the counts they are said of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from motcua.kernel.intervals import Agreement, Interval, agreement
from motcua.kernel.numbers import Hedge, round_half_up
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure, Ratio
from motcua.reports.audit.extraction.quantities import own_lead
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_LINK = re.compile(r"(?:đạt|bằng|chiếm|tương đương|tương ứng|tỷ lệ|tỉ lệ|=|\()[^;.]{0,70}$")
_CHANGE = re.compile(r"(?:tăng|giảm|vượt|cao hơn|thấp hơn|hụt)[^;,.]{0,25}$")
_OTHER_BASE = re.compile(
    r"^\s*(?:so với|cùng kỳ|(?:dự toán|kế hoạch|chỉ tiêu|mục tiêu|tổng vốn|GRDP))", re.IGNORECASE
)
_NAMED_BASE = re.compile(
    r"(?:so với )?(?:tổng )?(kế hoạch|dự toán|chỉ tiêu)(?: (?:vốn|năm(?: \d{4})?|được giao|giao|đề ra|cả năm|đầu tư công))*",
    re.IGNORECASE,
)
_GROWTH_OR_PLAN = re.compile(
    r"dự toán|kế hoạch|chỉ tiêu|so với|cùng kỳ|tăng|giảm|gấp|vượt|mục tiêu|định mức|chi |thu ", re.IGNORECASE
)
_SHARE = re.compile(r"tỷ lệ|tỉ lệ|đúng hạn|trước hạn|hồ sơ|TTHC|thủ tục|hài lòng|trực tuyến", re.IGNORECASE)
_RESPECTIVELY = re.compile(r"lần lượt|tương ứng là")
_THRESHOLD = re.compile(r"\b(?:dưới|trên|từ|quá|không quá|hơn)\s*$")
_WITHIN = re.compile(r"trong đó|trong số (?:đó|này)|gồm", re.IGNORECASE)
_CUT = re.compile(r"(?:giảm|tương ứng|tương đương|tỷ lệ|bằng|đạt)[^;.]{0,30}$")
_RISE = re.compile(r"(?:tăng|tương ứng|tương đương)[^;.]{0,30}$")


@rule(
    code="prose.percent",
    title="Tỷ lệ phần trăm đi kèm phân số",
    checks="“a/b (đạt c%)”, “c% … (a/b)” và các lối viết tương tự: c phải bằng a/b × 100 ở số chữ số thập phân đã in.",
    excludes="Thứ hạng (6/34), tỷ lệ so với cùng kỳ, dự toán hay kế hoạch; phân số mà mẫu số bằng 0.",
    severity=Severity.DEFINITE,
)
def percent_of_ratio(context: AuditContext) -> Iterable[Finding | Check]:
    """Each ratio with the percentage said of it."""
    for ratio in context.extraction.ratios:
        percent = _percent_after(context, ratio) or _percent_before(context, ratio)
        if percent is None:
            continue
        if ratio.whole.printed.value == 0:
            yield reading.check("prose.percent", Outcome.NOT_CHECKABLE, [percent], "Mẫu số bằng 0.")
            continue
        share = ratio.part.value / ratio.whole.value * 100
        yield from _judge("prose.percent", percent, share, ratio.part, ratio.whole, Severity.DEFINITE)


@rule(
    code="prose.percent_part",
    title="Tỷ lệ phần trăm của một phần trong tổng",
    checks="“B hồ sơ (trong đó A hồ sơ đúng hạn, đạt c%)”: c phải bằng A/B × 100.",
    excludes="Tỷ lệ nói rõ mẫu số khác (dự toán, kế hoạch, cùng kỳ); câu không cho biết chắc đâu là tổng.",
    severity=Severity.DEFINITE,
)
def percent_of_part(context: AuditContext) -> Iterable[Finding | Check]:
    """Each percentage that follows a part of a whole named just before."""
    for _, figures in reading.readable(context):
        for position, percent in enumerate(figures):
            if position == 0 or not percent.is_percent or not _speaks_of(figures[position - 1], percent):
                continue
            part = figures[position - 1]
            whole = _named_base(figures[: position - 1], part, percent) or _unnamed_base(
                figures[: position - 1], part, percent
            )
            if whole is not None and whole.printed.value != 0:
                share = part.value / whole.value * 100
                yield from _judge("prose.percent_part", percent, share, part, whole, Severity.DEFINITE)


@rule(
    code="prose.percent_change",
    title="Tỷ lệ giảm, tỷ lệ tăng",
    checks="“còn B (giảm C, tỷ lệ giảm d%)”: d phải bằng C/(B + C) × 100; “từ A còn B, giảm d%”: d = (A − B)/A × 100.",
    excludes="Tỷ lệ giảm của đại lượng khác; câu không nêu số trước hoặc sau.",
    severity=Severity.DEFINITE,
)
def percent_of_change(context: AuditContext) -> Iterable[Finding | Check]:
    """Each percentage of decrease or increase whose base the sentence gives."""
    for _, figures in reading.readable(context):
        for remaining, moved, percent in zip(figures, figures[1:], figures[2:], strict=False):
            base = _base_of_change(remaining, moved, percent)
            if base is not None and base.low > 0:
                share = moved.value / base * 100
                yield from _judge(
                    "prose.percent_change", percent, share, moved, remaining, Severity.DEFINITE, base
                )


@rule(
    code="prose.percent_bounds",
    title="Tỷ lệ lớn hơn 100%",
    checks="Tỷ lệ của một phần trong tổng (đúng hạn, hài lòng, trực tuyến…) không thể quá 100%.",
    excludes="Tỷ lệ so với dự toán, kế hoạch, chỉ tiêu, cùng kỳ; mức tăng, giảm.",
    severity=Severity.DEFINITE,
)
def percent_bounds(context: AuditContext) -> Iterable[Finding | Check]:
    """Percentages of shares above one hundred."""
    for figure in context.extraction.figures:
        words = f"{figure.lead[-90:]} {figure.noun}"
        if not figure.is_percent or figure.printed.value <= 100:
            continue
        if reading.matches(_GROWTH_OR_PLAN, words) or not reading.matches(_SHARE, words):
            continue
        yield reading.finding(
            "prose.percent_bounds",
            reading.softened(Severity.DEFINITE, [figure]),
            Outcome.INCONSISTENT,
            [figure],
            f"Tỷ lệ {reading.shown(figure)} lớn hơn 100%: một phần không thể lớn hơn tổng.",
            printed=reading.shown(figure),
            quantity=figure.lead[-60:],
        )


@rule(
    code="prose.percent_base",
    title="Tỷ lệ không tìm được mẫu số",
    checks="“A thủ tục, đạt c%”: tìm trong báo cáo một số cùng loại làm mẫu số cho ra đúng c%.",
    excludes="Tỷ lệ nêu rõ mẫu số; số tiền; số ước tính, kế hoạch.",
    severity=Severity.ARGUABLE,
)
def percent_without_base(context: AuditContext) -> Iterable[Finding | Check]:
    """Percentages after a count for which no printed figure of the same kind gives a base."""
    for _, figures in reading.readable(context):
        for position in range(1, len(figures)):
            part, percent = figures[position - 1], figures[position]
            if _lacks_base(figures[: position - 1], part, percent):
                yield from _look_for_base(context, part, percent)


def _percent_after(context: AuditContext, ratio: Ratio) -> ProseFigure | None:
    following = [f for f in context.extraction.of(ratio.whole.sentence) if f.start > ratio.whole.end]
    if not following or not following[0].is_percent:
        return None
    percent, gap = following[0], reading.between(ratio.whole, following[0])
    if _RESPECTIVELY.search(gap) or _THRESHOLD.search(gap):
        return None
    if ";" in gap or len(gap) > 170 or not reading.matches(_LINK, gap) or reading.matches(_CHANGE, gap):
        return None
    return None if re.match(r"\s*(?:so với|cùng kỳ|GRDP)", percent.noun) else percent


def _percent_before(context: AuditContext, ratio: Ratio) -> ProseFigure | None:
    preceding = [f for f in context.extraction.of(ratio.part.sentence) if f.end <= ratio.part.start]
    if not preceding or not preceding[-1].is_percent:
        return None
    gap = reading.between(preceding[-1], ratio.part)
    opened = "(" in gap and ")" not in gap
    return preceding[-1] if opened and len(gap) < 90 and ";" not in gap else None


def _speaks_of(part: ProseFigure, percent: ProseFigure) -> bool:
    """Whether a percentage is said of the count just before it: `A hồ sơ, đạt c%`."""
    gap = reading.between(part, percent)
    if part.is_percent or part.role or ";" in gap or len(gap) > 60 or ")" in gap:
        return False
    linked = reading.matches(_LINK, gap) or bool(re.fullmatch(r"[^,.]{0,40}[,(]\s*", gap))
    return (
        linked and not reading.matches(_CHANGE, gap) and not re.match(r"\s*(?:so với|cùng kỳ)", percent.noun)
    )


def _named_base(
    before: tuple[ProseFigure, ...], part: ProseFigure, percent: ProseFigure
) -> ProseFigure | None:
    """`kế hoạch là B tỷ đồng; đã giải ngân A tỷ đồng, đạt c% kế hoạch`: the one figure named by that word."""
    named = _NAMED_BASE.fullmatch(percent.noun)
    if not named:
        return None
    word = named.group(1).lower()
    everyone = (*before, part)
    bases = [
        f
        for f in before
        if reading.same_unit(f, part) and not f.role and word in own_lead(everyone, f).lower()
    ]
    return bases[0] if len(bases) == 1 and word not in own_lead(everyone, part).lower() else None


def _unnamed_base(
    before: tuple[ProseFigure, ...], part: ProseFigure, percent: ProseFigure
) -> ProseFigure | None:
    return None if reading.matches(_OTHER_BASE, percent.noun) else _whole_of(before, part)


def _whole_of(before: tuple[ProseFigure, ...], part: ProseFigure) -> ProseFigure | None:
    """The figure that the part is surely a part of: the one just outside its bracket, or before `trong đó`."""
    for whole in reversed(before):
        if whole.is_percent or whole.role or not reading.same_unit(whole, part):
            continue
        gap = reading.between(whole, part)
        outside = whole.depth == part.depth - 1 and reading.matches(_WITHIN, gap)
        listed = whole.depth == part.depth and reading.matches(_WITHIN, gap) and ";" not in gap
        among = bool(re.search(r"[Tt]rong (?:tổng )?số\s*$", whole.lead)) and ";" not in gap
        if outside or listed or among or _resolved_and_on_time(whole, gap):
            return whole
        if whole.depth <= part.depth and "(" not in gap:
            return None
    return None


def _resolved_and_on_time(whole: ProseFigure, gap: str) -> bool:
    """`đã giải quyết B hồ sơ, đúng hạn A hồ sơ`: those on time are among those resolved."""
    resolved = re.search(r"(?:giải quyết|xử lý|trả kết quả)(?: được| xong| là)?\s*$", whole.lead)
    on_time = re.search(r",\s*(?:trong đó )?(?:có )?(?:trước(?: hạn)?(?: và|,) ?)?đúng hạn(?: là)?\s*$", gap)
    return bool(resolved and on_time)


def _base_of_change(remaining: ProseFigure, moved: ProseFigure, percent: ProseFigure) -> Interval | None:
    """The value before the change, when the sentence surely says it."""
    if remaining.is_percent or moved.is_percent or not percent.is_percent or remaining.role or moved.role:
        return None
    if not reading.kindred_unit(remaining, moved) or ";" in reading.between(remaining, percent):
        return None
    gap, last = reading.between(remaining, moved), reading.between(moved, percent)
    if re.search(r"so với.*(?:tăng|giảm)", last):
        return None  # another comparison begins
    if len(last) > 70 or len(gap) > 90 or ")" in gap or moved.depth < remaining.depth:
        return None
    directly = bool(re.search(r"[(,]\s*(?:đã )?(?:giảm|tăng)(?: được| thêm)?\s*$", gap))
    if not directly or (re.search(r"từ|còn|xuống|thành", remaining.lead[-14:]) and "(" not in gap):
        return None
    if moved.direction is Direction.DECREASE and reading.matches(_CUT, last):
        return remaining.value + moved.value
    if moved.direction is Direction.INCREASE and reading.matches(_RISE, last):
        return remaining.value - moved.value
    return None


def _judge(
    code: str,
    percent: ProseFigure,
    share: Interval,
    part: ProseFigure,
    whole: ProseFigure,
    severity: Severity,
    base: Interval | None = None,
) -> Iterator[Finding | Check]:
    outcome = agreement(percent.printed.value, percent.printed.places, share)
    figures = [percent, part, whole]
    if outcome in (Agreement.EQUAL, Agreement.POSSIBLE):
        yield reading.check(code, Outcome.HOLDS, figures)
        return
    computed = _computation(percent, share, part, base.middle if base else Fraction(whole.printed.value))
    printed = f"{part.printed.text}/{whole.printed.text}: {percent.printed.text}%"
    if outcome is Agreement.TRUNCATED or _is_about(percent, share):
        yield reading.finding(
            code,
            Severity.ARGUABLE,
            Outcome.ROUNDING_ONLY,
            [percent],
            f"Tỷ lệ in là {percent.printed.text}%, tính ra {computed}: chỉ khác ở cách làm tròn (cắt bỏ phần lẻ).",
            printed=printed,
            computed=computed,
            suggested=_rounded(percent, share),
        )
        return
    yield reading.finding(
        code,
        reading.softened(severity, figures),
        Outcome.INCONSISTENT,
        [percent],
        _mismatch_message(percent, computed, part, whole, share, base is not None),
        printed=printed,
        computed=computed,
        suggested=_rounded(percent, share),
    )


def _is_about(percent: ProseFigure, share: Interval) -> bool:
    """`khoảng 73%` may be off by one in the last printed place."""
    near = abs(share.middle - Fraction(percent.printed.value)) <= percent.printed.unit_in_last_place
    return percent.hedge in (Hedge.ABOUT, Hedge.ESTIMATE, Hedge.NEARLY, Hedge.MORE_THAN) and near


def _rounded(percent: ProseFigure, share: Interval) -> str:
    return f"{reading.number(share.middle, percent.printed.places)}%"


def _computation(percent: ProseFigure, share: Interval, part: ProseFigure, base: Fraction) -> str:
    places = max(percent.printed.places, 2)
    return f"{part.printed.text}/{reading.number(base)} = {reading.number(share.middle, places)}%"


def _mismatch_message(
    percent: ProseFigure, computed: str, part: ProseFigure, whole: ProseFigure, share: Interval, change: bool
) -> str:
    message = f"Tỷ lệ in là {percent.printed.text}% nhưng tính từ các số trong câu được {computed}."
    slip = typing_slip(percent.printed.value, round_half_up(share.middle, percent.printed.places))
    if slip:
        return f"{message} Có thể gõ nhầm tỷ lệ ({slip})."
    other = "" if change else _slip_in_counts(percent, part, whole)
    return f"{message}{other}"


def _slip_in_counts(percent: ProseFigure, part: ProseFigure, whole: ProseFigure) -> str:
    """Whether one slip in the part or the whole would make the percentage right."""
    rate = Fraction(percent.printed.value) / 100
    if rate == 0:
        return ""
    wanted_part = round_half_up(Fraction(whole.printed.value) * rate, part.printed.places)
    wanted_whole = round_half_up(Fraction(part.printed.value) / rate, whole.printed.places)
    for figure, wanted in ((part, wanted_part), (whole, wanted_whole)):
        slip = typing_slip(figure.printed.value, wanted)
        if slip:
            return (
                f" Cũng có thể số {figure.printed.text} gõ nhầm ({slip}): {reading.number(wanted)} thì khớp."
            )
    return ""


def _lacks_base(before: tuple[ProseFigure, ...], part: ProseFigure, percent: ProseFigure) -> bool:
    counted = part.unit is not None and part.unit.dimension is Dimension.COUNT
    gap = reading.between(part, percent)
    linked = bool(re.search(r"(?:đạt|chiếm)(?: tỷ lệ)?\s*$", gap)) and ";" not in gap and ")" not in gap
    plain = (
        counted
        and not part.direction
        and not part.role
        and percent.is_percent
        and not part.planned
        and not percent.planned
    )
    return plain and linked and not percent.noun and _whole_of(before, part) is None


def _look_for_base(
    context: AuditContext, part: ProseFigure, percent: ProseFigure
) -> Iterator[Finding | Check]:
    """Looks through the report for a base of the same unit that gives the printed percentage."""
    bases = {
        figure.printed.value
        for figure in context.extraction.figures
        if reading.same_unit(figure, part) and figure.printed.value > part.printed.value
    }
    label = part.unit.label if part.unit else ""
    bases |= {
        row.cell.value
        for row in context.forms.numbers()
        if row.definition and row.definition.unit.lower() == label and row.cell.value
    }
    fitting = [base for base in sorted(bases) if base > 0 and _gives(part.printed.value, base, percent)]
    if fitting:
        reason = f"Mẫu số phù hợp: {reading.number(fitting[0])}."
        yield reading.check("prose.percent_base", Outcome.NOT_CHECKABLE, [part, percent], reason)
        return
    implied = (
        Fraction(part.printed.value) * 100 / Fraction(percent.printed.value) if percent.printed.value else 0
    )
    computed = f"mẫu số suy ra khoảng {reading.number(implied, 0)}" if implied else ""
    yield reading.finding(
        "prose.percent_base",
        Severity.ARGUABLE,
        Outcome.NOT_CHECKABLE,
        [percent],
        f"{reading.shown(part)} “đạt {percent.printed.text}%” nhưng không số cùng loại nào trong báo cáo làm mẫu số "
        f"cho ra tỷ lệ này ({computed}). Nên ghi rõ mẫu số.",
        printed=f"{reading.shown(part)}, {percent.printed.text}%",
        computed=computed,
    )


def _gives(part: Decimal, base: Decimal, percent: ProseFigure) -> bool:
    share = Interval.point(Fraction(part) * 100 / Fraction(base))
    found = agreement(percent.printed.value, percent.printed.places, share)
    return found in (Agreement.EQUAL, Agreement.TRUNCATED)

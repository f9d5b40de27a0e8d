"""Wholes and parts inside a sentence or a list: `gồm x, y và z`, `(x, y)`, `trong đó`, `trong tổng số`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from motcua.kernel.intervals import total
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure, Sentence
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_SUM = "prose.sum"
_EXHAUSTIVE = re.compile(
    r"(?<!không )(?:bao gồm|\bgồm|(?<=[,;:.(] )cụ thể|chia ra|bao hàm)(?: có)?\b", re.IGNORECASE
)
_SUBSET = re.compile(r"trong đó|trong số (?:đó|này)|kết quả\s*:", re.IGNORECASE)
_OPENS_WITH_SUBSET = re.compile(r"^\s*(?:trong đó|trong số|có|riêng)", re.IGNORECASE)
_NO_LIST = re.compile(r"mỗi|bình quân|trung bình|tăng|giảm|đạt|chiếm|bằng|so với|cùng kỳ", re.IGNORECASE)
_NESTED = re.compile(
    r"(?:\bvới(?: tổng(?: số)?)?|\bcho|\btừ|\bđến|\bđược|\bcủa|\bthành|\bcòn|mỗi \w+(?: \w+)?|bằng|\btrên)\s*$",
    re.IGNORECASE,
)
_UNSAID = re.compile(
    r"(?:và|cấp|ở|tại|thuộc|của|do|là|đã|đang|chưa|quá|đúng|trước|trực|nộp|qua|trong|không)\b", re.IGNORECASE
)
_AMONG = re.compile(r"trong (?:tổng )?số\s*$", re.IGNORECASE)
_OPENER = re.compile(r"^\W*trong (?:đó|số đó|số này)", re.IGNORECASE)
_ON_TIME = re.compile(r"(?:trước(?: hạn)?(?: và|,) ?)?đúng hạn|còn hạn|trong hạn", re.IGNORECASE)
_LATE = re.compile(r"(?:quá|trễ|chậm|muộn) hạn", re.IGNORECASE)
_STATES = (
    ("late", re.compile(r"(?:quá|trễ|chậm) hạn|chưa (?:hoàn thành|xử lý|giải quyết|thực hiện)")),
    ("open", re.compile(r"đang (?:thực hiện|xử lý|giải quyết|triển khai)|(?:còn )?trong hạn")),
    (
        "done",
        re.compile(
            r"(?:đã )?(?:hoàn thành|xử lý xong|giải quyết xong)|đã (?:xử lý|giải quyết|thực hiện)|đúng hạn"
        ),
    ),
)
_OVERLAPPING = frozenset({"person"})
_UNITS = frozenset({"department", "commune"})
_OVERLAP = re.compile(r"cả (?:hai|2|02) (?:cấp|nơi|hình thức)|trùng (?:nhau|lặp)|tính ở cả|đồng thời ở")
_MOST_PARTS = 12
_HAIR = 500
_HUNDREDS = 100


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A whole and the parts said of it. `exhaustive`: the words say that the parts are all."""

    whole: ProseFigure
    parts: tuple[ProseFigure, ...]
    exhaustive: bool
    bracket: bool = False


@rule(
    code=_SUM,
    title="Tổng và các phần",
    checks="“gồm x, y và z”, “T (x, y)”, “trong đó: x; y”, “trong tổng số T, có x và y”: tổng phải bằng cộng các phần "
    "khi câu nói các phần là tất cả; không phần nào lớn hơn tổng.",
    excludes="Phần khác đơn vị tính với tổng, số nêu cho mỗi đơn vị, mức tăng giảm, tỷ lệ; danh sách không nói là đủ thì "
    "chỉ xét phần lớn hơn tổng.",
    severity=Severity.DEFINITE,
)
def sums(context: AuditContext) -> Iterable[Finding | Check]:
    """Every whole with its parts in one sentence, or with the sentences that begin with `Trong đó`."""
    for sentences in context.extraction.paragraphs():
        for position, sentence in enumerate(sentences):
            for breakdown in _breakdowns(context.extraction.of(sentence)):
                yield from _judge(breakdown)
            yield from _across(context, sentences, position)


@rule(
    code="prose.on_time_and_late",
    title="Đúng hạn cộng quá hạn",
    checks="“đã giải quyết B hồ sơ (trước và đúng hạn A), quá hạn C”: A + C phải bằng B.",
    excludes="Câu không nêu đủ ba số cùng đơn vị tính.",
    severity=Severity.DEFINITE,
)
def on_time_and_late(context: AuditContext) -> Iterable[Finding | Check]:
    """Resolved = on time + late."""
    for _, figures in reading.readable(context):
        counts = [figure for figure in figures if not figure.is_percent and not figure.role]
        for whole, on_time, late in zip(counts, counts[1:], counts[2:], strict=False):
            if _is_on_time_triple(whole, on_time, late):
                yield from _judge_sum("prose.on_time_and_late", Breakdown(whole, (on_time, late), True))


def _breakdowns(figures: tuple[ProseFigure, ...]) -> Iterator[Breakdown]:
    """Breakdowns of a sentence; a figure already told as a part takes no list from beyond a semicolon."""
    parts: set[int] = set()
    for index, whole in enumerate(figures):
        breakdown = breakdown_of(whole, figures[index + 1 :])
        if breakdown is None:
            continue
        beyond = ";" in whole.sentence.text[whole.end : breakdown.parts[0].start] and not breakdown.bracket
        if not (whole.number in parts and beyond):
            parts |= {part.number for part in breakdown.parts}
            yield breakdown


def breakdown_of(whole: ProseFigure, following: tuple[ProseFigure, ...]) -> Breakdown | None:
    """The parts that the sentence says of this figure, if it says any."""
    if whole.is_percent or whole.unit is None or whole.role == "part" or reading.is_level_word(whole):
        return None
    return _in_bracket(whole, following) or _listed(whole, following)


def _in_bracket(whole: ProseFigure, following: tuple[ProseFigure, ...]) -> Breakdown | None:
    """`T chứng thư số (x tổ chức, y cá nhân)`."""
    text = whole.sentence.text
    opening = text.find("(", whole.end)
    if opening < 0 or (following and following[0].start < opening) or opening - whole.end > 220:
        return None
    closing = _closing(text, opening)
    inner = text[opening + 1 : closing]
    begins = inner[: inner.find(" ", 12)] if len(inner) > 12 else inner
    if _NO_LIST.search(begins) or re.search(r"[;.]\s", text[whole.end : opening]):
        return None
    inside = [f for f in following if opening < f.start < closing and f.depth == whole.depth + 1]
    said_all = bool(re.match(r"\s*(?:bao )?gồm|\s*cụ thể", inner))
    parts = _parts(whole, inside, any_thing=said_all)
    subset = bool(_OPENS_WITH_SUBSET.match(inner)) or bool(re.search(r"mỗi ", inner))
    if any(part.printed.value == whole.printed.value for part in parts):
        return None  # the bracket says the figure again, it does not part it
    untold = any(f not in parts for f in inside if not f.is_percent) and not said_all
    if len(parts) < 2:
        return Breakdown(whole, parts, False, True) if parts and subset else None
    return Breakdown(whole, parts, not subset and not untold, True)


def _listed(whole: ProseFigure, following: tuple[ProseFigure, ...]) -> Breakdown | None:
    """`T nhiệm vụ, gồm/trong đó x …, y …` and `trong tổng số T nhiệm vụ, có x … và y …`."""
    level = [
        f for f in following if f.depth == whole.depth and not f.is_percent and not reading.is_level_word(f)
    ]
    if not level:
        return None
    gap = reading.between(whole, level[0])
    inside_gap = re.sub(r"\([^()]*\)", " ", gap)
    if re.search(r"\.\s", inside_gap) or len(inside_gap) > 260:
        return None
    among = bool(_AMONG.search(whole.lead)) and not re.search(r";", inside_gap)
    exhaustive, subset = _EXHAUSTIVE.search(inside_gap), _SUBSET.search(inside_gap)
    if not (among or exhaustive or subset):
        return None
    listed = _until_break(whole, level)
    parts = _parts(whole, listed, any_thing=False)
    if not parts:
        return None
    told_all = bool(exhaustive) and not subset and not among and len(parts) >= 2
    return Breakdown(
        whole, parts, told_all and _tight(whole.sentence, parts) and not _strangers(listed, parts)
    )


def _strangers(listed: Iterable[ProseFigure], parts: tuple[ProseFigure, ...]) -> bool:
    """A figure of another kind stands among the parts and is not told of one of them."""
    inside = (f for f in listed if f not in parts and f.start < parts[-1].end)
    return any(not _is_nested(f) for f in inside)


def _is_nested(figure: ProseFigure) -> bool:
    return bool(_NESTED.search(figure.sentence.text[max(0, figure.start - 40) : figure.start]))


def _until_break(whole: ProseFigure, figures: list[ProseFigure]) -> list[ProseFigure]:
    """The figures up to the next whole: one that has its own list outside brackets ends this one."""
    kept: list[ProseFigure] = []
    for figure, follower in zip(figures[:_MOST_PARTS], [*figures[1:], None], strict=False):
        kept.append(figure)
        limit = follower.start if follower else figure.end + 200
        after = re.sub(r"\([^()]*\)", " ", whole.sentence.text[figure.end : limit])
        own_list = re.match(r"[^;,.]{0,60}[,;]?\s*(?:trong đó|(?:bao )?gồm)\b", after)
        if own_list:
            break
    return kept


def _parts(whole: ProseFigure, figures: Iterable[ProseFigure], *, any_thing: bool) -> tuple[ProseFigure, ...]:
    parts = []
    for figure in figures:
        alike = reading.part_unit(whole, figure) or _same_thing_unsaid(whole, figure)
        alike = (
            alike or _is_kind_of_unit(whole, figure) or (any_thing and _is_count(figure) and _is_count(whole))
        )
        nested = _is_nested(figure) or figure.direction is not whole.direction is not Direction.NONE
        moved = figure.direction is not Direction.NONE and whole.direction is Direction.NONE
        if alike and not figure.is_percent and not figure.role and not nested and not moved:
            parts.append(figure)
    return tuple(parts[:_MOST_PARTS])


def _same_thing_unsaid(whole: ProseFigure, figure: ProseFigure) -> bool:
    """`1.856 thủ tục (cấp tỉnh 1.402, cấp huyện 254)`: the items do not say the unit again."""
    if figure.unit is not None or not _is_count(whole):
        return False
    return not figure.noun or bool(_UNSAID.match(figure.noun))


def _is_kind_of_unit(whole: ProseFigure, figure: ProseFigure) -> bool:
    """`21 cơ quan, trong đó 13 sở và 11 xã`: departments and communes are units."""
    units = whole.unit, figure.unit
    return (
        units[0] is not None
        and units[1] is not None
        and (units[0].code == "unit" and units[1].code in _UNITS)
    )


def _is_count(figure: ProseFigure) -> bool:
    return not figure.is_percent and (figure.unit is None or figure.unit.dimension is Dimension.COUNT)


def _tight(sentence: Sentence, parts: tuple[ProseFigure, ...]) -> bool:
    """The parts follow one another as items of one list, none without a figure between them."""
    for left, right in itertools.pairwise(parts):
        gap = re.sub(r"\([^()]*\)", " ", sentence.text[left.end : right.start])
        if len(gap) > 120 or gap.count(";") > 1 or re.search(r"\.\s", gap):
            return False
    return True


def _closing(text: str, opening: int) -> int:
    depth = 0
    for position in range(opening, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0:
            return position
    return len(text)


def _judge(breakdown: Breakdown) -> Iterator[Finding | Check]:
    larger = [part for part in breakdown.parts if breakdown.whole.value.lies_below(part.value)]
    if larger and not breakdown.exhaustive:
        yield _larger_part(breakdown, larger[0])
    elif len(breakdown.parts) >= 2:
        yield from _judge_sum(_SUM, breakdown)


def _larger_part(breakdown: Breakdown, part: ProseFigure) -> Finding:
    figures = [breakdown.whole, part]
    slip = typing_slip(part.printed.value, breakdown.whole.printed.value)
    return reading.finding(
        _SUM,
        reading.softened(Severity.DEFINITE, figures),
        Outcome.INCONSISTENT,
        figures,
        f"Phần {reading.shown(part)} lớn hơn tổng {reading.shown(breakdown.whole)}."
        + (f" Có thể gõ nhầm ({slip})." if slip else ""),
        printed=f"{breakdown.whole.printed.text} < {part.printed.text}",
        computed=f"không quá {breakdown.whole.printed.text}",
    )


def _judge_sum(code: str, breakdown: Breakdown) -> Iterator[Finding | Check]:
    whole, parts = breakdown.whole, breakdown.parts
    added = sum((Fraction(part.printed.value) for part in parts), Fraction(0))
    figures = [whole, *parts]
    if total(part.value for part in parts).meets(whole.value):
        yield from _rounding(code, breakdown, added)
        return
    if _OVERLAP.search(whole.sentence.text[parts[-1].end - 1 :]) or _OVERLAP.search(parts[-1].noun):
        yield reading.check(code, Outcome.NOT_CHECKABLE, figures, "Câu nói các phần có chỗ trùng nhau.")
        return
    if _some_add_up(breakdown):
        yield reading.check(code, Outcome.HOLDS, figures, "Tổng bằng cộng một số phần trong danh sách.")
        return
    severity = _severity(breakdown, added)
    if severity is None:
        reason = "Câu không nói các phần đã là tất cả."
        yield reading.check(code, Outcome.NOT_CHECKABLE, figures, reason)
        return
    yield _mismatch(code, breakdown, added, severity)


def _rounding(code: str, breakdown: Breakdown, added: Fraction) -> Iterator[Finding | Check]:
    whole = breakdown.whole
    if Fraction(whole.printed.value) in (added,) or whole.printed.places < _finest(breakdown):
        yield reading.check(code, Outcome.HOLDS, [whole, *breakdown.parts])
        return
    yield reading.finding(
        code,
        Severity.ARGUABLE,
        Outcome.ROUNDING_ONLY,
        [whole],
        f"Cộng các phần được {reading.number(added)}, tổng in là {whole.printed.text}: chênh lệch do làm tròn.",
        printed=_printed(breakdown),
        computed=reading.number(added),
    )


def _finest(breakdown: Breakdown) -> int:
    return max(part.printed.places for part in breakdown.parts)


def _some_add_up(breakdown: Breakdown) -> bool:
    """Whether some of the parts (a list may hold parts of parts) add up to the whole."""
    parts = breakdown.parts
    if not 3 <= len(parts) <= 9:
        return False
    for size in range(len(parts) - 1, 1, -1):
        for chosen in itertools.combinations(parts, size):
            if chosen[0] is parts[0] and total(part.value for part in chosen).meets(breakdown.whole.value):
                return True
    return False


def _severity(breakdown: Breakdown, added: Fraction) -> Severity | None:
    """How grave it is that the parts do not add up; None when nobody said that they should."""
    whole = breakdown.whole
    figures = [whole, *breakdown.parts]
    overlapping = whole.unit is not None and whole.unit.code in _OVERLAPPING
    if breakdown.exhaustive:
        unlike = not all(reading.part_unit(whole, part) for part in breakdown.parts)
        bracket_of_people = breakdown.bracket and overlapping
        severity = Severity.LIKELY if unlike or bracket_of_people else Severity.DEFINITE
        return reading.softened(severity, figures)
    if _states_of_one_thing(breakdown, added) or _closed_list_with_a_slip(breakdown, added):
        return reading.softened(Severity.DEFINITE, figures)
    if added > Fraction(whole.printed.value):
        return Severity.LIKELY if not overlapping or _barely_over(breakdown, added) else None
    long_number = len(whole.printed.text.replace(".", "")) >= 4
    near = typing_slip(whole.printed.value, added) and long_number and len(breakdown.parts) >= 2
    return Severity.LIKELY if near else None


def _barely_over(breakdown: Breakdown, added: Fraction) -> bool:
    """People may be counted twice; but a list that passes its whole by one slip of the hand is a slip."""
    value = Fraction(breakdown.whole.printed.value)
    return (added - value) * 20 <= value and value >= _HUNDREDS and bool(_likely_slip(breakdown, added)[0])


def _states_of_one_thing(breakdown: Breakdown, added: Fraction) -> bool:
    """Parts told by states that exclude one another (done, under way, late) must not pass the whole;
    all three together are the whole."""
    states = [_state(part) for part in breakdown.parts]
    if "" in states or len(set(states)) < len(states) or len(states) < 2:
        return False
    return added > Fraction(breakdown.whole.printed.value) or len(states) == len(_STATES)


def _state(part: ProseFigure) -> str:
    words = f"{part.lead[-30:] if not part.noun else ''} {part.noun}"
    return next((name for name, pattern in _STATES if pattern.search(words)), "")


def _closed_list_with_a_slip(breakdown: Breakdown, added: Fraction) -> bool:
    """`trong đó: a, b và c` that misses the whole by a hair, or by less than a hundredth and one wrong digit."""
    whole, parts = breakdown.whole, breakdown.parts
    if len(parts) < 3 or not re.search(r"\bvà\s*$", whole.sentence.text[parts[-2].end : parts[-1].start]):
        return False
    value = Fraction(whole.printed.value)
    gap = abs(value - added)
    return gap * _HAIR <= value or (gap * 100 <= value and bool(_likely_slip(breakdown, added)[0]))


def _mismatch(code: str, breakdown: Breakdown, added: Fraction, severity: Severity) -> Finding:
    whole = breakdown.whole
    slip, wanted = _likely_slip(breakdown, added)
    hint = f" Có thể gõ nhầm ({slip})." if slip else ""
    sign = "lớn hơn" if Fraction(whole.printed.value) > added else "nhỏ hơn"
    distance = reading.number(abs(Fraction(whole.printed.value) - added))
    return reading.finding(
        code,
        severity,
        Outcome.INCONSISTENT,
        [whole],
        f"Cộng các phần ({' + '.join(part.printed.text for part in breakdown.parts)}) được {reading.number(added)}, "
        f"tổng in là {whole.printed.text}, {sign} {distance}.{hint}",
        printed=_printed(breakdown),
        computed=reading.number(added),
        suggested=wanted,
    )


def _likely_slip(breakdown: Breakdown, added: Fraction) -> tuple[str, str]:
    """The one slip of the hand that would explain it: first in the whole, then in a part."""
    whole = breakdown.whole
    slip = typing_slip(whole.printed.value, added)
    if slip:
        return slip, reading.number(added)
    for part in breakdown.parts:
        wanted = Fraction(whole.printed.value) - (added - Fraction(part.printed.value))
        slip = typing_slip(part.printed.value, wanted) if wanted > 0 else ""
        if slip:
            return f"số {part.printed.text}: {slip}", f"{part.printed.text} → {reading.number(wanted)}"
    return "", reading.number(added)


def _printed(breakdown: Breakdown) -> str:
    return f"{breakdown.whole.printed.text} = {' + '.join(part.printed.text for part in breakdown.parts)}"


def _across(
    context: AuditContext, sentences: tuple[Sentence, ...], position: int
) -> Iterator[Finding | Check]:
    """A whole at the head of a sentence whose parts follow in sentences that begin with `Trong đó`."""
    following = sentences[position + 1 : position + 4]
    figures = context.extraction.of(sentences[position])
    if not figures or not following or not _OPENER.match(following[0].text):
        return
    whole = next((f for f in figures if not f.is_percent and f.depth == 0 and f.unit and not f.role), None)
    if whole is None:
        return
    rest = [f for sentence in following for f in context.extraction.of(sentence) if f.depth == 0]
    parts = _parts(whole, rest, any_thing=False)
    first = _parts(whole, (f for f in rest if f.sentence is following[0]), any_thing=False)
    for chosen in (parts, first):
        if len(chosen) >= 2 and _adds_up(whole, chosen):
            yield from _judge_sum(_SUM, Breakdown(whole, chosen, True))
            return
    combined = _combination(whole, parts)
    if combined:
        yield from _judge_sum(_SUM, Breakdown(whole, combined, True))
    elif first:
        yield from _judge(Breakdown(whole, first, False))


def _adds_up(whole: ProseFigure, parts: tuple[ProseFigure, ...]) -> bool:
    return total(part.value for part in parts).meets(whole.value)


def _combination(whole: ProseFigure, parts: tuple[ProseFigure, ...]) -> tuple[ProseFigure, ...] | None:
    for size in range(len(parts) - 1, 1, -1):
        for chosen in itertools.combinations(parts[:8], size):
            if chosen[0] is parts[0] and _adds_up(whole, chosen):
                return chosen
    return None


def _is_on_time_triple(whole: ProseFigure, on_time: ProseFigure, late: ProseFigure) -> bool:
    alike = reading.same_unit(whole, on_time) and reading.same_unit(on_time, late)
    first, second = reading.between(whole, on_time), reading.between(on_time, late)
    near = len(first) < 120 and len(second) < 120
    told = bool(_ON_TIME.search(first)) and bool(_LATE.search(second)) and not _LATE.search(first)
    head = whole.lead[-60:]
    resolved = bool(re.search(r"giải quyết|xử lý|trả kết quả|tổng", head)) and not re.search(r"hạn", head)
    return alike and near and told and resolved

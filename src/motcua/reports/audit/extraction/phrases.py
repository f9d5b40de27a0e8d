"""Words around a figure: what it counts, whom it speaks of, when, and whether it is a plan."""

from __future__ import annotations

import re
from dataclasses import replace

from motcua.kernel.numbers import DateParts, Token, TokenKind
from motcua.reports.audit.extraction.figures import Direction, Scope, Sentence, Timing

_NAMED = re.compile(
    r"\(cũ\)|trước (?:khi )?(?:sáp nhập|hợp nhất|sắp xếp)|Trung tâm [A-ZĐ]\w*|khối [Đđ]ảng|huyện [A-ZĐ]|thành phố [A-ZĐ]"
    r"|(?:xã|phường) [A-ZĐ]\w+|(?:Sở|Ban|Văn phòng|Thanh tra|Công an|Thuế|Chi cục|Cục) [A-ZĐ]\w*"
)
_BOTH = re.compile(r"cấp tỉnh(?:,| và)(?: UBND)? (?:cấp )?xã|cả (?:hai|2|02) cấp|(?:hai|2|02) cấp\b")
_PROVINCE = re.compile(
    r"[Tt]oàn tỉnh|[Tt]oàn thành phố|trên địa bàn (?:toàn )?(?:tỉnh|thành phố)|[Tt]ỉnh (?:đã|có)|của (?:toàn )?tỉnh|^Tỉnh "
)
_PROVINCE_LEVEL = re.compile(
    r"[Cc]ấp tỉnh|(?:[Cc]ác )?[Ss]ở,? (?:ban,? )?ngành|các [Ss]ở|UBND tỉnh (?=\d)|thuộc UBND tỉnh|thuộc (?:các )?[Ss]ở"
)
_COMMUNE_LEVEL = re.compile(r"[Cc]ấp xã|(?:[Cc]ác )?xã, phường|UBND các xã|[Mm]ột cửa cấp xã")
_PLANNED = re.compile(
    r"mục tiêu|phấn đấu|phân đầu|hướng tới|dự kiến|[Dd]ự kiến|sẽ |chỉ tiêu đến năm|đến hết năm \d{4} (?:đạt|có)"
    r"|đề nghị|đăng ký (?:thực hiện|hoàn thành|phấn đấu|đạt|chỉ tiêu)|yêu cầu (?:đạt|cung cấp)|tối thiểu|ít nhất|kế hoạch đến năm",
    re.IGNORECASE,
)
_INCREASE = re.compile(r"(?:tăng|bổ sung thêm|thêm)(?: thêm| được| lên)?\s*$")
_INCOME_SUPPLEMENT = re.compile(r"thu nhập tăng thêm\s*$", re.IGNORECASE)
_STATED_TARGET = re.compile(
    r"(?:chỉ tiêu|mục tiêu)(?: (?:Chính phủ|Trung ương|của tỉnh|được|giao|đề ra|đặt ra|kế hoạch|năm(?: \d{4})?|là|đạt))*\s*[:(]?\s*$",
    re.IGNORECASE,
)
_DECREASE = re.compile(r"(?:giảm|cắt giảm|bớt)(?: được| đi| trung bình)?\s*$")
_AS_OF = re.compile(
    r"(?:đến|tính đến|hết|tính tới|số liệu(?: đến)?|chốt(?: đến)?|đến cuối|thời điểm)"
    r"(?: thời điểm| hết| cuối)?(?: ngày)?\s*[:(]?\s*$",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(r"\b(?:ước|dự kiến|dự báo)\b[^.;]{0,30}$", re.IGNORECASE)
_DEADLINE = re.compile(r"(?:trước|chậm nhất|hoàn thành|hiệu lực|giai đoạn|định hướng|lộ trình)[^.;,]{0,40}$")
_NOUN_END = re.compile(r"[;:()\[\]]|\.(?:\s|$)|,(?:\s|$)|\s(?:trong đó|(?:bao )?gồm|cụ thể)\b")
_BRACKETS = re.compile(r"\([^()]*\)")


def noun_after(text: str, end: int, unit_length: int, limit: int) -> str:
    """The words after a figure: its unit, then up to the next mark, never beyond `limit`."""
    stop = _NOUN_END.search(text, end + unit_length)
    last = min(limit, stop.start() if stop else len(text))
    return text[end : max(last, end + unit_length)].strip()


def tail_after(text: str, end: int, limit: int) -> str:
    """The words after a figure with brackets left out, up to the end of the clause and `limit` characters."""
    rest = _BRACKETS.sub(" ", text[end : end + 2 * limit])
    stop = re.search(r"[;()]|\.(?:\s|$)", rest)
    return rest[: stop.start() if stop else len(rest)][:limit].strip()


def lead_before(text: str, start: int, previous: int) -> str:
    """The words before a figure, back to the figure before it or the last semicolon."""
    begin = max(previous, text.rfind(";", 0, start) + 1)
    return text[begin:start].strip(" ,.:(")


def scope_of(lead: str, noun: str, sentence_before: str) -> tuple[Scope, str]:
    """Whom the figure speaks of: by its own words first, then by the sentence before it."""
    for words in (noun, lead, sentence_before):
        if found := _scope_in(words):
            return found
    return Scope.UNSTATED, ""


def _scope_in(words: str) -> tuple[Scope, str] | None:
    if _BOTH.search(words):
        return Scope.PROVINCE, ""
    found: list[tuple[int, Scope, str]] = []
    for scope, pattern in (
        (Scope.NAMED, _NAMED),
        (Scope.PROVINCE, _PROVINCE),
        (Scope.PROVINCE_LEVEL, _PROVINCE_LEVEL),
        (Scope.COMMUNE_LEVEL, _COMMUNE_LEVEL),
    ):
        found.extend((match.start(), scope, match.group()) for match in pattern.finditer(words))
    if not found:
        return None
    _, scope, name = max(found, key=lambda item: item[0])
    return scope, name if scope is Scope.NAMED else ""


def is_planned(before: str) -> bool:
    """Whether the words of the sentence before the figure speak of a target."""
    return bool(_PLANNED.search(before) or _STATED_TARGET.search(before))


def direction_of(lead: str) -> Direction:
    """`giảm 33` -> decrease, `tăng thêm 5` -> increase."""
    if _INCOME_SUPPLEMENT.search(lead):
        return Direction.NONE
    if _DECREASE.search(lead):
        return Direction.DECREASE
    return Direction.INCREASE if _INCREASE.search(lead) else Direction.NONE


def is_as_of(text: str, start: int) -> bool:
    """Whether a date at `start` is the day up to which results are told."""
    before = text[max(0, start - 40) : start]
    return bool(_AS_OF.search(before)) and not _DEADLINE.search(before)


def is_estimate(text: str, start: int) -> bool:
    """Whether the date at `start` stands in an estimate (`ước đến 31/12`)."""
    return bool(_ESTIMATE.search(text[max(0, start - 40) : start]))


def timing_at(sentence: Sentence, start: int, inherited: Timing) -> Timing:
    """The day or period that the figure at `start` speaks of: nearest before it, else after, else inherited."""
    before = [token for token in sentence.dated if token.end <= start]
    after = [token for token in sentence.dated if token.start > start]
    as_of = _last_as_of(sentence, before) or _last_as_of(sentence, after[:1])
    year = _year_of(before) or (as_of.year if as_of else None)
    period = _period_of(before) or inherited.period
    if as_of is None and year is None:
        return replace(inherited, period=period)
    day = as_of.date if as_of else (inherited.as_of if year in (None, inherited.year) else None)
    return Timing(day, year if year is not None else inherited.year, sentence.section, period)


def _period_of(tokens: list[Token]) -> str:
    kinds = (TokenKind.PERIOD, TokenKind.MONTH)
    periods = [" ".join(token.text.lower().split()) for token in tokens if token.kind in kinds]
    return periods[-1] if periods else ""


def _last_as_of(sentence: Sentence, tokens: list[Token]) -> DateParts | None:
    for token in reversed(tokens):
        if token.kind is TokenKind.DATE and token.date and is_as_of(sentence.text, token.start):
            return token.date
    return None


def _year_of(tokens: list[Token]) -> int | None:
    years = [token.date.year for token in tokens if token.kind is TokenKind.YEAR and token.date]
    return years[-1] if years else None

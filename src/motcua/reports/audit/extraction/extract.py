"""From a report to its prose figures."""

from __future__ import annotations

import dataclasses
import itertools
import re

from motcua.kernel.numbers import FIGURE_KINDS, DateParts, Hedge, Token, TokenKind
from motcua.kernel.units import PERCENT, Dimension, Unit, UnitMatch, read_unit
from motcua.reports.audit.document import Report
from motcua.reports.audit.extraction import phrases
from motcua.reports.audit.extraction.figures import (
    DateMention,
    Extraction,
    ProseFigure,
    Ratio,
    Sentence,
    Timing,
)
from motcua.reports.audit.extraction.joining import join_blocks
from motcua.reports.audit.extraction.splitting import sentences_of

_DOCUMENT_BEFORE = re.compile(r"(?:ký|ban hành)?\s*(?:ngày)?\s*$")
MAX_FIGURES = 10_000
_HEAD_SENTENCES = 14
_NEAR = 600


def extract(report: Report) -> Extraction:
    """Sentences, figures, ratios and dates of the prose; tables are left to form binding. Never raises."""
    sentences = sentences_of(join_blocks(report))
    figures: list[ProseFigure] = []
    ratios: list[Ratio] = []
    dates: list[DateMention] = []
    timing, opened, paragraph = Timing(), Timing(), -1
    unread: tuple[str, ...] = ()
    for sentence in sentences:
        if len(figures) > MAX_FIGURES:
            unread = (_not_read(sentence),)
            break
        if sentence.paragraph != paragraph:
            timing, paragraph = _section_timing(sentence, opened), sentence.paragraph
        found = _figures_of(sentence, timing, len(figures))
        figures.extend(found)
        ratios.extend(_ratios_of(found))
        dates.extend(_dates_of(sentence))
        timing = _carried(sentence, timing)
        opened = timing if sentence.text.endswith(":") else opened
    date = _report_date(sentences)
    return Extraction(
        tuple(sentences),
        tuple(figures),
        tuple(ratios),
        tuple(dates),
        date,
        date.year if date else _title_year(sentences),
        seen=len(figures),
        bound=sum(1 for figure in figures if figure.unit),
        checkable=sum(1 for figure in figures if _is_checkable(figure)),
        unread=unread,
    )


def _not_read(sentence: Sentence) -> str:
    place = sentence.place_at(0)
    where = (
        f"dòng {place.line}"
        if place.line
        else f"trang {place.page}"
        if place.page
        else f"đoạn {place.paragraph}"
    )
    return f"Lời văn của {place.file} từ {where}: đã có quá {MAX_FIGURES} số, phần sau không được soát"


def _is_checkable(figure: ProseFigure) -> bool:
    return figure.unit is not None and figure.exact and not figure.planned and not figure.sentence.footnote


def _section_timing(sentence: Sentence, timing: Timing) -> Timing:
    """A new section forgets the day of the one before; a list item under it keeps what opened the list."""
    return timing if timing.label == sentence.section else Timing(label=sentence.section)


def _carried(sentence: Sentence, timing: Timing) -> Timing:
    """What follows inherits: all that is said here when the sentence opens a list, else only its month or quarter."""
    here = phrases.timing_at(sentence, len(sentence.text), timing)
    if sentence.text.endswith(":"):
        return dataclasses.replace(here, label=sentence.section)
    return dataclasses.replace(timing, period=here.period)


def _figures_of(sentence: Sentence, timing: Timing, number: int) -> list[ProseFigure]:
    tokens = [token for token in sentence.tokens if token.kind in FIGURE_KINDS]
    result: list[ProseFigure] = []
    previous = 0
    for position, token in enumerate(tokens):
        following = tokens[position + 1].start if position + 1 < len(tokens) else len(sentence.text)
        figure = _figure(sentence, token, previous, following, timing, number + len(result))
        result.extend(_split(figure, token, number + len(result)))
        previous = token.end
    return result


def _figure(
    sentence: Sentence, token: Token, previous: int, following: int, timing: Timing, number: int
) -> ProseFigure:
    text = sentence.text
    match = _unit_match(text, token)
    noun = phrases.noun_after(text, token.end, match.length if match else 0, following)
    lead = phrases.lead_before(text, token.start, previous)
    before = text[: token.start]
    near = before[-_NEAR:]
    scope, name = phrases.scope_of(lead[-_NEAR:], noun, near)
    return ProseFigure(
        number,
        sentence,
        token.start,
        token.end,
        token.number,
        token.kind,
        token.hedge,
        _unit(token, match, text),
        lead,
        noun,
        before.count(";"),
        max(0, before.count("(") - before.count(")")),
        scope,
        name,
        phrases.timing_at(sentence, token.start, timing),
        phrases.direction_of(lead),
        sentence.planned or phrases.is_planned(near) or token.hedge is Hedge.AT_LEAST,
    )


_BARE_ENDS = frozenset({"", ",", ";", ".", ")"})
_COUNTED_BEFORE = re.compile(r"(?:^|[\s,;:(])[Ss]ố (?:lượng )?(?P<thing>[^\d,;:.()]{2,60})[:\s]*$")
_CLOSING = frozenset(",;:.)")


def _unit_match(text: str, token: Token) -> UnitMatch | None:
    following = text[token.end : token.end + 60]
    if token.kind is TokenKind.PERCENT or following.lstrip()[:1] in _CLOSING:
        return None  # what stands after a mark is another matter: `thu hồi 40, cấp mới 70`
    return read_unit(following)


def _unit(token: Token, match: UnitMatch | None, text: str) -> Unit | None:
    if token.kind is TokenKind.PERCENT:
        return PERCENT
    return match.unit if match else _unit_before(text, token)


def _unit_before(text: str, token: Token) -> Unit | None:
    """`số hồ sơ tiếp nhận 436.872, …`: the thing counted is named before a figure that no word follows."""
    if text[token.end : token.end + 1] not in _BARE_ENDS:
        return None
    told = _COUNTED_BEFORE.search(text[max(0, token.start - 90) : token.start])
    found = read_unit(told["thing"]) if told else None
    return found.unit if found and found.unit.dimension is Dimension.COUNT else None


def _split(figure: ProseFigure, token: Token, number: int) -> list[ProseFigure]:
    """Two figures for a ratio or a range, one for anything else."""
    if len(token.numbers) < 2:
        return [figure]
    roles = ("part", "whole") if token.kind is TokenKind.RATIO else ("from", "to")
    return [
        dataclasses.replace(figure, number=number + offset, printed=printed, role=role)
        for offset, (printed, role) in enumerate(zip(token.numbers, roles, strict=True))
    ]


def _ratios_of(figures: list[ProseFigure]) -> list[Ratio]:
    pairs = itertools.pairwise(figures)
    return [Ratio(part, whole) for part, whole in pairs if part.role == "part" and whole.role == "whole"]


def _dates_of(sentence: Sentence) -> list[DateMention]:
    result: list[DateMention] = []
    for position, token in enumerate(sentence.tokens):
        if token.kind is not TokenKind.DATE or token.date is None:
            continue
        previous = sentence.tokens[position - 1] if position else None
        result.append(
            DateMention(
                sentence,
                token.start,
                token.end,
                token.text,
                token.date,
                phrases.is_as_of(sentence.text, token.start),
                phrases.is_estimate(sentence.text, token.start),
                sentence.text[max(0, token.start - 80) : token.start],
                _dates_a_document(sentence.text, previous, token),
            )
        )
    return result


def _dates_a_document(text: str, previous: Token | None, token: Token) -> bool:
    if previous is None or previous.kind is not TokenKind.DOCUMENT:
        return False
    return bool(_DOCUMENT_BEFORE.fullmatch(text[previous.end : token.start].strip()))


def _report_date(sentences: list[Sentence]) -> DateParts | None:
    """The date in the head of the report (`..., ngày 12 tháng 12 năm 2025`), day perhaps missing."""
    for sentence in sentences[:_HEAD_SENTENCES]:
        if "ngày" not in sentence.text.lower() or len(sentence.text) > 120:
            continue
        for token in sentence.tokens:
            is_date = token.kind in (TokenKind.DATE, TokenKind.MONTH) and token.date
            if is_date and token.date and token.date.year and token.date.month:
                return token.date
    return None


def _title_year(sentences: list[Sentence]) -> int | None:
    for sentence in sentences[:_HEAD_SENTENCES]:
        for token in sentence.tokens:
            if token.kind is TokenKind.YEAR and token.date and token.date.year:
                return token.date.year
    return None

"""What is said of a target beside the target: `đạt 68,9%, vượt chỉ tiêu 70%`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from motcua.kernel.intervals import Agreement, agreement
from motcua.reports.audit.extraction.figures import ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.target"
_REACHED = re.compile(r"\b(?:vượt|đạt và vượt|cao hơn|hoàn thành|đạt)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:vượt|cao hơn)\b", re.IGNORECASE)
_MISSED = re.compile(r"\b(?:chưa đạt|không đạt|thấp hơn|chưa hoàn thành)\b", re.IGNORECASE)
_TARGET = re.compile(
    r"^\s*[,(]?\s*(?:và |nhưng |song )?(?P<verdict>[^;.()\d]{0,24}?)\b(?:so với )?(?:chỉ tiêu|mục tiêu)(?P<of>[^;.()\d%]{0,50})\(?\s*$",
    re.IGNORECASE,
)
_POINTS = re.compile(r"^[^;.()%]{0,10},?\s*(?:vượt|cao hơn|thấp hơn)\s*$", re.IGNORECASE)
_BASE = re.compile(
    r"^\s*(?:điểm phần trăm|điểm %|%|điểm)?\s*so với (?:chỉ tiêu|mục tiêu)[^;.()\d%]{0,50}\(?\s*$",
    re.IGNORECASE,
)
_LOW_IS_GOOD = re.compile(r"quá hạn|trễ hạn|chậm|tồn đọng|giảm|thời gian|chi phí", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Claim:
    result: ProseFigure
    target: ProseFigure
    verdict: str


@rule(
    code=_CODE,
    title="Kết quả và chỉ tiêu nêu cạnh nhau",
    checks="“đạt x%, vượt chỉ tiêu y%”: x phải lớn hơn y; “chưa đạt chỉ tiêu y%”: x phải nhỏ hơn y; “vượt k điểm phần trăm "
    "so với chỉ tiêu y%”: k phải bằng x − y.",
    excludes="Chỉ tiêu càng thấp càng tốt (quá hạn, thời gian, chi phí); chỉ tiêu không nêu số.",
    severity=Severity.LIKELY,
)
def against_target(context: AuditContext) -> Iterable[Finding | Check]:
    """Each result with the target that the same clause names."""
    for _, figures in reading.readable(context):
        for claim in _claims(figures):
            yield from _judge_claim(claim)
        for result, moved, target in zip(figures, figures[1:], figures[2:], strict=False):
            if _is_margin(result, moved, target):
                yield from _judge_margin(result, moved, target)


def _claims(figures: tuple[ProseFigure, ...]) -> Iterator[_Claim]:
    for result, target in itertools.pairwise(figures):
        match = _TARGET.match(reading.between(result, target))
        if match and _usable(result) and _same_kind(result, target):
            yield _Claim(result, target, match["verdict"].strip())


def _usable(result: ProseFigure) -> bool:
    return not (result.planned or result.role or result.direction or _LOW_IS_GOOD.search(result.lead[-80:]))


def _same_kind(result: ProseFigure, target: ProseFigure) -> bool:
    if result.is_percent or target.is_percent:
        return result.is_percent and target.is_percent
    return reading.same_unit(result, target)


def _judge_claim(claim: _Claim) -> Iterator[Finding | Check]:
    result, target = claim.result, claim.target
    missed = bool(_MISSED.search(claim.verdict))
    if not missed and not _REACHED.search(claim.verdict):
        return
    below = result.value.lies_below(target.value)
    above = target.value.lies_below(result.value)
    wrong = (above or result.printed.value == target.printed.value) if missed else below
    if not wrong:
        yield reading.check(_CODE, Outcome.HOLDS, [result, target])
        return
    really = "đã đạt" if missed else "chưa đạt"
    yield reading.finding(
        _CODE,
        Severity.LIKELY,
        Outcome.CHANGES_CONCLUSION,
        [result],
        f"Báo cáo viết “{claim.verdict}” nhưng {reading.shown(result)} so với chỉ tiêu {reading.shown(target)} là {really}.",
        printed=f"{reading.shown(result)} {claim.verdict} {reading.shown(target)}",
        computed=really,
    )


def _is_margin(result: ProseFigure, moved: ProseFigure, target: ProseFigure) -> bool:
    shares = result.is_percent and target.is_percent
    said = _POINTS.match(reading.between(result, moved)) and _BASE.match(reading.between(moved, target))
    return shares and _usable(result) and bool(said)


def _judge_margin(result: ProseFigure, moved: ProseFigure, target: ProseFigure) -> Iterator[Finding | Check]:
    lower = "thấp hơn" in reading.between(result, moved)
    wanted = target.value - result.value if lower else result.value - target.value
    stands = agreement(moved.printed.value, moved.printed.places, wanted)
    if stands is not Agreement.DIFFERENT:
        yield reading.check(_CODE, Outcome.HOLDS, [result, moved, target])
        return
    value = reading.number(wanted.middle, max(result.printed.places, target.printed.places))
    yield reading.finding(
        _CODE,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        [moved],
        f"{reading.shown(result)} so với chỉ tiêu {reading.shown(target)} chênh {value} điểm phần trăm, "
        f"báo cáo viết {moved.printed.text}.",
        printed=f"{reading.shown(result)} − {reading.shown(target)}: {moved.printed.text}",
        computed=value,
        suggested=value,
    )

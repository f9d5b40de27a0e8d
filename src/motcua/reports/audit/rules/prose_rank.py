"""Ranks now and before: `xếp thứ 21/63, tăng 9 bậc so với năm 2022 (xếp thứ 30/63)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from motcua.reports.audit.extraction.figures import Sentence
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id, quoted
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.rank"
_RANK = r"(?:xếp|đứng|hạng|thứ|vị trí)(?: (?:thứ|hạng|vị trí|ở vị trí)){0,2}(?: là)?\s*0?(?P<%s>\d{1,2})(?:/(?P<%s_of>\d{2}))?"
_CHANGE = re.compile(
    (_RANK % ("now", "now"))
    + r"(?P<between>[^.;]{0,90}?)(?P<way>tăng|giảm|tụt|cải thiện)\s+(?:được )?0?(?P<moved>\d{1,2})\s+(?:bậc|hạng|thứ bậc)"
    + r"[^.;]{0,60}?\([^()]{0,30}?"
    + (_RANK % ("then", "then")),
    re.IGNORECASE,
)
_HIGHER = frozenset({"tăng", "cải thiện"})


@rule(
    code=_CODE,
    title="Thứ hạng và số bậc tăng, giảm",
    checks="“xếp thứ a/n, tăng k bậc so với … (xếp thứ b/n)”: k phải bằng b − a (tăng bậc là số thứ tự nhỏ đi).",
    excludes="Câu không nêu đủ hai thứ hạng; hai kỳ xếp hạng trên số địa phương khác nhau chỉ ở mức có khả năng.",
    severity=Severity.DEFINITE,
)
def ranks(context: AuditContext) -> Iterable[Finding | Check]:
    """Every pair of ranks of one index with the number of places gained or lost."""
    for sentence in context.extraction.sentences:
        if sentence.planned or ("bậc" not in sentence.text and "hạng" not in sentence.text):
            continue
        for match in _CHANGE.finditer(sentence.text):
            yield from _judge(sentence, match)


def _judge(sentence: Sentence, match: re.Match[str]) -> Iterator[Finding | Check]:
    now, then, moved = int(match["now"]), int(match["then"]), int(match["moved"])
    way = match["way"].lower()
    gained = then - now if way in _HIGHER else now - then
    place = quoted(sentence.place_at(match.start("moved")), sentence.text)
    if gained == moved:
        yield Check(_CODE, Outcome.HOLDS, (place,))
        return
    other_field = bool(match["now_of"] and match["then_of"] and match["now_of"] != match["then_of"])
    opposite = gained < 0
    word = "tăng" if then > now else "giảm"
    yield Finding(
        finding_id(_CODE, str(now), str(then), str(moved), way),
        _CODE,
        Severity.LIKELY if other_field else Severity.DEFINITE,
        Outcome.CHANGES_CONCLUSION if opposite else Outcome.INCONSISTENT,
        (place,),
        f"Từ hạng {then} đến hạng {now} là {word} {abs(then - now)} bậc, báo cáo viết {way} {moved} bậc.",
        printed=f"{then} → {now}: {way} {moved} bậc",
        computed=f"{word} {abs(then - now)} bậc",
        suggested=str(abs(then - now)),
    )

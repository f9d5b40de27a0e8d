"""Dates of the prose: days that do not exist, results from the future, several cut-off days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable

from motcua.reports.audit.document import Place
from motcua.reports.audit.extraction.figures import DateMention
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id, quoted, unique_places
from motcua.reports.audit.rules.registry import rule

_FUTURE_WORDS = re.compile(
    r"dự kiến|ước|sẽ|kế hoạch|phấn đấu|từ ngày|hiệu lực|trước ngày|chậm nhất|đến hết năm|trong năm",
    re.IGNORECASE,
)
_DONE_WORDS = re.compile(r"đã |kết quả|tính đến|đến hết ngày|số liệu", re.IGNORECASE)
_FEW_CUT_OFFS = 2


@rule(
    code="prose.impossible_date",
    title="Ngày không có trong lịch",
    checks="Mọi ngày viết dạng số hoặc chữ đều phải có trong lịch (không có 31/9, 30/02).",
    excludes="Số hiệu văn bản, phân số, khoảng năm.",
    severity=Severity.DEFINITE,
)
def impossible_date(context: AuditContext) -> Iterable[Finding | Check]:
    """Dates that no calendar has."""
    for mention in context.extraction.dates:
        if not mention.parts.impossible:
            yield Check("prose.impossible_date", Outcome.HOLDS, (_place(mention),))
            continue
        last = _last_day(mention)
        yield Finding(
            finding_id("prose.impossible_date", mention.text, mention.before[-40:]),
            "prose.impossible_date",
            Severity.DEFINITE,
            Outcome.INCONSISTENT,
            (quoted(mention.place, _around(mention)),),
            _impossible_message(mention, last),
            printed=mention.text,
            suggested=f"{last}/{mention.parts.month}"
            + (f"/{mention.parts.year}" if mention.parts.year else "")
            if last
            else "",
        )


@rule(
    code="prose.future_result",
    title="Kết quả tính đến ngày sau ngày báo cáo",
    checks="Số liệu “tính đến ngày…” không thể muộn hơn ngày ký báo cáo; văn bản viện dẫn không thể ban hành sau đó.",
    excludes="Số ước, dự kiến, kế hoạch; báo cáo không ghi ngày tháng.",
    severity=Severity.LIKELY,
)
def future_result(context: AuditContext) -> Iterable[Finding | Check]:
    """Results and documents dated after the report itself."""
    limit = _report_day(context)
    if limit is None:
        return
    for mention in context.extraction.dates:
        day = mention.parts.date
        if day is None or not (mention.as_of or mention.of_document):
            continue
        told = mention.of_document or not _is_future_talk(mention)
        if day <= limit or not told or mention.sentence.planned or mention.estimate:
            yield Check("prose.future_result", Outcome.HOLDS, (_place(mention),))
            continue
        yield Finding(
            finding_id("prose.future_result", mention.text, mention.before[-40:]),
            "prose.future_result",
            Severity.LIKELY,
            Outcome.INCONSISTENT,
            (quoted(mention.place, _around(mention)),),
            f"Ngày {mention.text} muộn hơn ngày của báo cáo ({limit.day}/{limit.month}/{limit.year}). "
            "Kiểm tra lại ngày này hoặc ghi rõ là số ước.",
            printed=mention.text,
            computed=f"không muộn hơn {limit.day}/{limit.month}/{limit.year}",
        )


@rule(
    code="prose.mixed_cut_off",
    title="Nhiều ngày chốt số liệu",
    checks="Các ngày “tính đến…” của một báo cáo nên là một; liệt kê khi có từ ba ngày trở lên.",
    excludes="Ngày của văn bản, mốc bắt đầu, thời hạn và kế hoạch.",
    severity=Severity.ARGUABLE,
)
def mixed_cut_off(context: AuditContext) -> Iterable[Finding | Check]:
    """Three or more cut-off days in one report."""
    days: dict[str, DateMention] = {}
    for mention in context.extraction.dates:
        usable = mention.as_of and not mention.sentence.planned and not mention.sentence.footnote
        if usable and _in_report_year(context, mention):
            days.setdefault(mention.text, mention)
    if len(days) <= _FEW_CUT_OFFS:
        return
    mentions = list(days.values())
    yield Finding(
        finding_id("prose.mixed_cut_off", *sorted(days)),
        "prose.mixed_cut_off",
        Severity.ARGUABLE,
        Outcome.NOT_CHECKABLE,
        unique_places(quoted(mention.place, _around(mention)) for mention in mentions),
        f"Báo cáo dùng {len(days)} ngày chốt số liệu khác nhau: {', '.join(days)}. "
        "Số liệu ở các ngày khác nhau không so được với nhau.",
        printed="; ".join(days),
    )


def _place(mention: DateMention) -> Place:
    return quoted(mention.place, mention.text)


def _around(mention: DateMention) -> str:
    text = mention.sentence.text
    begin, end = max(0, mention.start - 140), min(len(text), mention.end + 140)
    begin = text.find(" ", begin) + 1 if begin else 0
    return ("… " if begin else "") + text[begin:end] + (" …" if end < len(text) else "")


def _last_day(mention: DateMention) -> int | None:
    month = mention.parts.month
    if month is None or not 1 <= month <= 12:
        return None
    return calendar.monthrange(mention.parts.year or 2024, month)[1]


def _impossible_message(mention: DateMention, last: int | None) -> str:
    if last is None:
        return f"Ngày {mention.text} không có trong lịch: không có tháng {mention.parts.month}."
    return f"Ngày {mention.text} không có trong lịch: tháng {mention.parts.month} chỉ có {last} ngày."


def _report_day(context: AuditContext) -> dt.date | None:
    parts = context.extraction.report_date
    if parts is None or parts.year is None or parts.month is None or not 1 <= parts.month <= 12:
        return None
    if parts.day:
        return parts.date
    return dt.date(parts.year, parts.month, calendar.monthrange(parts.year, parts.month)[1])


def _is_future_talk(mention: DateMention) -> bool:
    near = mention.before[-60:]
    return bool(_FUTURE_WORDS.search(near)) or not _DONE_WORDS.search(mention.sentence.text)


def _in_report_year(context: AuditContext, mention: DateMention) -> bool:
    year = context.extraction.year
    return year is None or mention.parts.year in (None, year)

"""Form rows against the same unit's report of the period before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from motcua.kernel.numbers import format_number
from motcua.reports.audit.binding import BoundForms, BoundRow, IssueKind
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.wording import definition_words, row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id
from motcua.reports.audit.rules.registry import rule

FELL = "previous.fell"
JUMP = "previous.jump"
COPIED = "previous.copied"
VANISHED = "previous.vanished"

_JUMP_TIMES = 10
_JUMP_FLOOR = 100
_COPIED_SHARE = Decimal("0.9")
_TELLING = 100
_TELLING_ROWS = 8

Pair = tuple[BoundRow, BoundRow]


def pairs(context: AuditContext) -> Iterator[Pair]:
    """Rows with a number in this report and in the one before."""
    if context.previous is None:
        return
    for row in context.forms.numbers():
        before = context.previous.forms.row(row.key or "")
        if before is not None and before.cell.is_number and row.definition and not row.definition.is_heading:
            yield row, before


def same_year(context: AuditContext) -> bool:
    """Both reports speak of one year, so that cumulative figures can only grow."""
    if context.previous is None:
        return False
    year, before = context.extraction.year, context.previous.extraction.year
    return year is not None and year == before


@rule(
    code=FELL,
    title="Số lũy kế giảm so với kỳ trước",
    checks="Số lũy kế trong năm không nhỏ hơn kỳ báo cáo trước cùng năm; số lũy kế qua nhiều năm không giảm.",
    excludes="Không có báo cáo trước; dòng tỷ lệ; hai báo cáo khác năm (trừ số lũy kế qua nhiều năm).",
    severity=Severity.LIKELY,
)
def check_fallen(context: AuditContext) -> Iterable[Finding | Check]:
    within = same_year(context)
    for row, before in pairs(context):
        if not _only_grows(row, within):
            continue
        fell = (row.cell.value or 0) < (before.cell.value or 0)
        yield Check(FELL, Outcome.INCONSISTENT if fell else Outcome.HOLDS, (row.place,))
        if fell:
            yield _compared(
                FELL,
                Severity.LIKELY,
                row,
                before,
                f"{row_words(row)}: in {value_words(row)}, nhỏ hơn {value_words(before)} của kỳ trước dù là số lũy kế.",
            )


def _only_grows(row: BoundRow, within_year: bool) -> bool:
    definition = row.definition
    if definition is None or definition.kind not in ("count", "money"):
        return False
    since_always = "chuyển đổi thành công ty" in definition.label
    return since_always or (within_year and definition.period_rule in ("flow", "cumulative"))


@rule(
    code=JUMP,
    title="Số thay đổi đột biến so với kỳ trước",
    checks="Số tăng hoặc giảm từ 10 lần trở lên so với kỳ trước, hoặc lệch đúng 10, 100, 1.000 lần.",
    excludes="Không có báo cáo trước; số nhỏ hơn 100 ở cả hai kỳ; dòng tỷ lệ, dòng chọn.",
    severity=Severity.LIKELY,
)
def check_jumps(context: AuditContext) -> Iterable[Finding | Check]:
    for row, before in pairs(context):
        if row.definition is None or row.definition.kind not in ("count", "money"):
            continue
        now, then = row.cell.value or Decimal(0), before.cell.value or Decimal(0)
        if max(now, then) < _JUMP_FLOOR or not min(now, then):
            continue
        times = max(now, then) / min(now, then)
        yield Check(JUMP, Outcome.HOLDS if times < _JUMP_TIMES else Outcome.INCONSISTENT, (row.place,))
        if times >= _JUMP_TIMES:
            yield _jump(row, before, times, now > then)


def _jump(row: BoundRow, before: BoundRow, times: Decimal, grew: bool) -> Finding:
    exact = times in (10, 100, 1000)
    how = "tăng" if grew else "giảm"
    message = (
        f"{row_words(row)}: {how} {format_number(times, 1)} lần so với kỳ trước "
        f"({value_words(before)} → {value_words(row)})."
    )
    if exact:
        message += " Chênh đúng một lũy thừa của 10: có thể thừa hoặc thiếu chữ số 0."
    return _compared(JUMP, Severity.LIKELY, row, before, message)


def _compared(code: str, severity: Severity, row: BoundRow, before: BoundRow, message: str) -> Finding:
    return Finding(
        finding_id(code, row.key, row.cell.text, before.cell.text),
        code,
        severity,
        Outcome.INCONSISTENT,
        (row.place, before.place),
        message,
        value_words(row),
        value_words(before),
    )


@rule(
    code=COPIED,
    title="Số liệu chép lại kỳ trước",
    checks="Hầu hết các số lớn của một biểu trùng hệt kỳ trước.",
    excludes="Biểu có ít hơn tám số từ 100 trở lên; số tồn (biên chế được giao, số đơn vị).",
    severity=Severity.LIKELY,
)
def check_copied(context: AuditContext) -> Iterable[Finding | Check]:
    by_form: dict[str, list[Pair]] = {}
    for row, before in pairs(context):
        telling = (
            (row.cell.value or 0) >= _TELLING and row.definition and row.definition.period_rule != "stock"
        )
        if telling:
            by_form.setdefault(row.form, []).append((row, before))
    for form, found in by_form.items():
        if len(found) < _TELLING_ROWS:
            continue
        same = [row for row, before in found if row.cell.value == before.cell.value]
        copied = len(same) >= _COPIED_SHARE * len(found)
        yield Check(COPIED, Outcome.INCONSISTENT if copied else Outcome.HOLDS, (found[0][0].place,))
        if copied:
            yield _copied(form, same, len(found))


def _copied(form: str, same: list[BoundRow], count: int) -> Finding:
    return Finding(
        finding_id(COPIED, form, *(row.cell.text for row in same)),
        COPIED,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        tuple(row.place for row in same),
        f"Biểu {form}: {len(same)} trong {count} số lớn trùng hệt kỳ trước; có thể chưa cập nhật.",
        ", ".join(value_words(row) for row in same[:6]),
    )


@rule(
    code=VANISHED,
    title="Dòng biểu có ở kỳ trước nay không còn",
    checks="Dòng có số ở kỳ trước vẫn có số ở kỳ này.",
    excludes="Dòng kỳ trước cũng để trống; biểu không có trong báo cáo này.",
    severity=Severity.LIKELY,
)
def check_vanished(context: AuditContext) -> Iterable[Finding | Check]:
    if context.previous is None:
        return
    missing = {issue.key for issue in context.forms.issues_of(IssueKind.MISSING)}
    for before in context.previous.forms.numbers():
        now = context.forms.row(before.key or "")
        if before.form not in context.forms.forms_found or (now and now.cell.is_number):
            continue
        if now is not None or before.key in missing:
            yield _vanished(context.forms, before, now)


def _vanished(forms: BoundForms, before: BoundRow, now: BoundRow | None) -> Finding:
    if before.definition is None:
        raise ValueError(before.printed.label)
    name = definition_words(before.definition)
    how = "nay để trống" if now else "nay không có dòng này"
    return Finding(
        finding_id(VANISHED, before.key, before.cell.text),
        VANISHED,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        (now.place, before.place) if now else (before.place,),
        f"{name}: kỳ trước in {value_words(before)}, {how}.",
        now.cell.text if now else "",
        value_words(before),
    )

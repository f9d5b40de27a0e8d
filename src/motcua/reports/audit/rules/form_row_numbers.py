"""Row numbers of the forms: missing, skipped, repeated, changed."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.reports.audit.binding import IssueKind, RowIssue
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.wording import row_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id
from motcua.reports.audit.rules.registry import rule

NUMBERS = "form.row_numbers"

_SEVERITY = {
    IssueKind.UNNUMBERED: Severity.DEFINITE,
    IssueKind.SKIPPED_NUMBER: Severity.DEFINITE,
    IssueKind.REPEATED_NUMBER: Severity.DEFINITE,
    IssueKind.RENUMBERED: Severity.ARGUABLE,
    IssueKind.NUMBERING_STYLE: Severity.ARGUABLE,
}


@rule(
    code=NUMBERS,
    title="Số thứ tự dòng biểu",
    checks="Mỗi dòng có số thứ tự; số không bỏ quãng, không lặp, không khác mẫu.",
    excludes="Quãng do thiếu hẳn dòng (quy tắc khác); cả biểu đánh số theo lối riêng thì chỉ nêu một lần.",
    severity=Severity.DEFINITE,
)
def check_numbers(context: AuditContext) -> Iterable[Finding | Check]:
    issues = context.forms.issues_of(*_SEVERITY)
    followers = _after_first(issues)
    for issue in issues:
        places = tuple(row.place for row in issue.rows)
        yield Check(NUMBERS, Outcome.INCONSISTENT, places)
        yield Finding(
            _id(issue),
            NUMBERS,
            _SEVERITY[issue.kind],
            Outcome.INCONSISTENT,
            places,
            _message(issue),
            issue.printed,
            issue.expected,
            issue.expected if issue.kind in (IssueKind.UNNUMBERED, IssueKind.RENUMBERED) else "",
            followers.get(_id(issue)),
        )


def _id(issue: RowIssue) -> str:
    return finding_id(NUMBERS, issue.kind, issue.form, issue.key, issue.expected, issue.printed)


def _after_first(issues: Iterable[RowIssue]) -> dict[str, str]:
    """A number that differs follows from the first one that differs in the same form."""
    first: dict[str, str] = {}
    causes: dict[str, str] = {}
    for issue in issues:
        if issue.kind is not IssueKind.RENUMBERED:
            continue
        if issue.form in first:
            causes[_id(issue)] = first[issue.form]
        else:
            first[issue.form] = _id(issue)
    return causes


def _message(issue: RowIssue) -> str:
    name = row_words(issue.rows[0]) if issue.rows else f"Biểu {issue.form}"
    last = row_words(issue.rows[-1]) if issue.rows else name
    texts = {
        IssueKind.UNNUMBERED: f"{name}: không có số thứ tự; theo mẫu là {issue.expected}.",
        IssueKind.SKIPPED_NUMBER: f"{last}: đánh số {issue.printed} ngay sau khi bỏ qua {issue.expected}.",
        IssueKind.REPEATED_NUMBER: f"{last}: số thứ tự {issue.printed} đã dùng cho dòng trước.",
        IssueKind.RENUMBERED: f"{name}: in số thứ tự {issue.printed}, theo mẫu là {issue.expected}.",
        IssueKind.NUMBERING_STYLE: _style(issue),
    }
    return texts[issue.kind]


def _style(issue: RowIssue) -> str:
    if not issue.printed:
        return f"Biểu {issue.form}: không dòng nào có số thứ tự."
    return f"Biểu {issue.form}: cả biểu đánh số theo lối khác mẫu (ví dụ {issue.printed})."

"""Rows of the forms: missing, extra, moved, under another unit; forms that are not there; blank parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from motcua.reports.audit.binding import BoundRow, IssueKind, RowIssue
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.wording import definition_words, row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id
from motcua.reports.audit.rules.registry import rule

PRESENCE = "form.rows"
BLANK = "form.blank_total"

_SEVERITY = {
    IssueKind.MISSING: Severity.LIKELY,
    IssueKind.EXTRA: Severity.ARGUABLE,
    IssueKind.MOVED: Severity.ARGUABLE,
    IssueKind.UNIT_DIFFERS: Severity.LIKELY,
    IssueKind.FORM_REPEATED: Severity.ARGUABLE,
}


@rule(
    code=PRESENCE,
    title="Dòng biểu thiếu, thừa hoặc đổi chỗ",
    checks="Mỗi dòng của bộ biểu có trong báo cáo đúng một lần, đúng chỗ, đúng loại đơn vị tính.",
    excludes="Báo cáo không có biểu nào (chỉ có phần lời); nhãn khác mẫu đôi chút.",
    severity=Severity.LIKELY,
)
def check_presence(context: AuditContext) -> Iterable[Finding | Check]:
    yield from _missing_forms(context)
    for issue in context.forms.issues_of(*_SEVERITY):
        places = tuple(row.place for row in issue.rows) or _near(context, issue)
        yield Check(PRESENCE, Outcome.INCONSISTENT, places)
        yield Finding(
            finding_id(
                PRESENCE, issue.kind, issue.form, issue.key, *(row.printed.label for row in issue.rows)
            ),
            PRESENCE,
            _SEVERITY[issue.kind],
            Outcome.INCONSISTENT,
            places,
            _message(context, issue),
            issue.printed,
            issue.expected if issue.kind is IssueKind.UNIT_DIFFERS else "",
        )


def _missing_forms(context: AuditContext) -> Iterable[Finding | Check]:
    """One finding for all forms that are not there; many may mean that only a part was handed in."""
    missing = context.forms.issues_of(IssueKind.FORM_MISSING)
    if not missing:
        return
    names = "; ".join(issue.expected for issue in missing)
    few = len(missing) <= len(context.form_set.forms) // 2
    yield Check(PRESENCE, Outcome.INCONSISTENT, ())
    yield Finding(
        finding_id(PRESENCE, "forms", *(issue.form for issue in missing)),
        PRESENCE,
        Severity.LIKELY if few else Severity.ARGUABLE,
        Outcome.INCONSISTENT,
        (),
        f"Báo cáo không có {names}.",
    )


def _near(context: AuditContext, issue: RowIssue) -> tuple[Place, ...]:
    """Where a missing row ought to stand: the row before it that is there, else the form's first."""
    if not issue.key:
        return ()
    codes = [row.key for row in context.form_set.forms[issue.form].rows]
    before = [context.forms.row(key) for key in codes[: codes.index(issue.key)]]
    present = [row for row in before if row is not None]
    if present:
        return (present[-1].place,)
    first = next((row for row in context.forms.rows if row.form == issue.form), None)
    return (first.place,) if first else ()


def _message(context: AuditContext, issue: RowIssue) -> str:
    if issue.kind is IssueKind.MISSING:
        return f"{definition_words(context.form_set.row(issue.key))}: không có trong báo cáo."
    name = row_words(issue.rows[0])
    texts = {
        IssueKind.EXTRA: f"{name}: không có trong mẫu biểu.",
        IssueKind.MOVED: f"{name}: in ở chỗ khác so với mẫu.",
        IssueKind.UNIT_DIFFERS: f"{name}: đơn vị tính in là “{issue.printed}”, theo mẫu là “{issue.expected}”.",
    }
    return texts.get(issue.kind, name)


@rule(
    code=BLANK,
    title="Dòng tổng để trống, dòng thành phần có số",
    checks="Dòng có đơn vị tính để trống trong khi mọi dòng con đã có số.",
    excludes="Dòng tiêu đề không có đơn vị tính; dòng con cũng để trống.",
    severity=Severity.ARGUABLE,
)
def check_blank_totals(context: AuditContext) -> Iterable[Finding | Check]:
    for row, children in _blank_parents(context):
        parts = ", ".join(f"{child.printed.number} = {value_words(child)}" for child in children)
        places = (row.place, *(child.place for child in children))
        yield Check(BLANK, Outcome.INCONSISTENT, places)
        yield Finding(
            finding_id(BLANK, row.key, *(child.cell.text for child in children)),
            BLANK,
            Severity.ARGUABLE,
            Outcome.INCONSISTENT,
            places,
            f"{row_words(row)}: để trống, trong khi các dòng thành phần có số ({parts}).",
            row.cell.text,
        )


def _blank_parents(context: AuditContext) -> Iterator[tuple[BoundRow, list[BoundRow]]]:
    for row in context.forms.by_key.values():
        if row.definition is None or row.definition.is_heading or row.cell.text:
            continue
        children = [
            child
            for child in context.forms.by_key.values()
            if child.definition
            and child.form == row.form
            and child.definition.parent_code == row.definition.code
        ]
        if children and all(child.cell.is_number for child in children):
            yield row, children

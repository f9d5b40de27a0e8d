"""Binding: from the tables of a report to rows of the form definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from motcua.reports.audit.binding.align import align
from motcua.reports.audit.binding.identify import form_of
from motcua.reports.audit.binding.labels import label_key
from motcua.reports.audit.binding.model import (
    BoundForms,
    BoundRow,
    CellState,
    IssueKind,
    PrintedRow,
    RowIssue,
)
from motcua.reports.audit.binding.numbering import number_issues
from motcua.reports.audit.binding.tables import FormTable, form_tables, rows_of
from motcua.reports.audit.document import Report
from motcua.reports.forms.definitions import Form, FormSet

_REPEATED = 0.5
_LONGEST = 300  # no form has more than a few dozen rows; a longer table is other data


def bind_forms(report: Report, form_set: FormSet) -> BoundForms:
    """All form rows of a report, whatever their numbering, with what is odd about them."""
    groups, unread, sources = _grouped(form_tables(report), form_set)
    rows: list[BoundRow] = []
    issues: list[RowIssue] = []
    for code, form in form_set.forms.items():
        if code not in groups:
            if groups:
                issues.append(RowIssue(IssueKind.FORM_MISSING, code, expected=form.title))
            continue
        bound, odd = _bind_form(form, groups[code])
        rows += bound
        issues += odd
    return BoundForms(form_set, tuple(rows), tuple(issues), frozenset(sources), tuple(unread))


def _grouped(
    tables: Sequence[FormTable], form_set: FormSet
) -> tuple[dict[str, list[FormTable]], list[str], set[tuple[str, int]]]:
    """Tables of one form together: parts cut by a page break join, a second copy is left unread."""
    groups: dict[str, list[FormTable]] = {}
    unread: list[str] = []
    sources: set[tuple[str, int]] = set()
    before = ""
    for table in tables:
        if not table.rows:
            _carry_over(groups.get(before, []), table)
            continue
        code = form_of(table, form_set, before) if len(table.rows) <= _LONGEST else ""
        if not code:
            unread.append(_name_of(table))
            continue
        sources.update(table.sources)
        if code in groups and _is_copy(form_set.forms[code], groups[code], table):
            unread.append(f"{_name_of(table)} (bản thứ hai của {form_set.forms[code].title})")
        else:
            _carry_over(groups.get(code, []), table)
            groups.setdefault(code, []).append(table)
        before = code
    return groups, unread, sources


def _carry_over(parts: Sequence[FormTable], table: FormTable) -> None:
    """Notes that a page break pushed to the next table go back to the row they belong to."""
    if not parts or not parts[-1].rows:
        return
    last = parts[-1].rows[-1]
    tail = " ".join(row.note for row in table.carried)
    if tail:
        parts[-1].rows[-1] = replace(last, note=f"{last.note} {tail}".strip())


def _is_copy(form: Form, parts: Sequence[FormTable], table: FormTable) -> bool:
    """Whether most rows of a further table are bound already."""
    seen = {j for _, j, _ in align(list(rows_of(parts)), form.rows)}
    again = {j for _, j, _ in align(table.rows, form.rows)}
    return bool(again) and len(seen & again) > _REPEATED * len(again)


def _name_of(table: FormTable) -> str:
    file, number = table.sources[0]
    place = table.rows[0].place
    where = f"dòng {place.line}" if place.line else f"khối {number + 1}"
    return f"Bảng ở {where} của {file}"


def _bind_form(form: Form, parts: Sequence[FormTable]) -> tuple[list[BoundRow], list[RowIssue]]:
    printed = _joined(list(rows_of(parts)))
    matches = {i: (j, score) for i, j, score in align(printed, form.rows)}
    rows = [
        BoundRow(
            form.code,
            line,
            form.rows[matches[i][0]] if i in matches else None,
            matches[i][1] if i in matches else 0.0,
        )
        for i, line in enumerate(printed)
    ]
    issues = _presence_issues(form, rows, [matches[i][0] for i in sorted(matches)])
    missing = {issue.key for issue in issues if issue.kind is IssueKind.MISSING}
    issues += [issue for issue in number_issues(form.code, rows) if not _explained(issue, missing)]
    return rows, issues


def _joined(rows: Sequence[PrintedRow]) -> list[PrintedRow]:
    """Labels that a page break cut in two are put together again."""
    joined: list[PrintedRow] = []
    for row in rows:
        tail = not row.number and not row.unit and row.value.state is CellState.BLANK
        if tail and joined and row.label[:1].islower() and not row.label.endswith(":"):
            last = joined[-1]
            joined[-1] = replace(
                last, label=f"{last.label} {row.label}", note=f"{last.note} {row.note}".strip()
            )
        else:
            joined.append(row)
    return joined


def _presence_issues(form: Form, rows: Sequence[BoundRow], order: Sequence[int]) -> list[RowIssue]:
    """Rows missing, extra, moved, or under another unit."""
    bound = {row.definition.code for row in rows if row.definition}
    issues = [
        RowIssue(IssueKind.MISSING, form.code, row.key, expected=row.label)
        for row in form.rows
        if row.code not in bound
    ]
    issues += [RowIssue(IssueKind.EXTRA, form.code, rows=(row,)) for row in rows if row.definition is None]
    highest = -1
    for row, place in zip([row for row in rows if row.definition], order, strict=True):
        if place < highest and row.definition:
            issues.append(RowIssue(IssueKind.MOVED, form.code, row.definition.key, (row,)))
        highest = max(highest, place)
        issues += _unit_issue(form, row)
    return issues


def _unit_issue(form: Form, row: BoundRow) -> list[RowIssue]:
    """A percentage printed in a row of counts, or the reverse."""
    printed, defined = row.printed.unit, row.definition
    if not printed or not defined or not defined.unit or label_key(printed) == label_key(defined.unit):
        return []
    if ("%" in printed) == ("%" in defined.unit):
        return []
    return [RowIssue(IssueKind.UNIT_DIFFERS, form.code, defined.key, (row,), defined.unit, printed)]


def _explained(issue: RowIssue, missing: set[str]) -> bool:
    """A number is skipped because its row is missing: the missing row says so already."""
    if issue.kind is not IssueKind.SKIPPED_NUMBER:
        return False
    return all(f"{issue.form}!{number}" in missing for number in issue.expected.split(", "))

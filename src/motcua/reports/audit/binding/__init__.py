"""Form tables of a report, read into rows of the form definitions."""

from motcua.reports.audit.binding.bind import bind_forms
from motcua.reports.audit.binding.model import (
    BoundForms,
    BoundRow,
    CellState,
    FormCell,
    IssueKind,
    PrintedRow,
    RowIssue,
)

__all__ = [
    "BoundForms",
    "BoundRow",
    "CellState",
    "FormCell",
    "IssueKind",
    "PrintedRow",
    "RowIssue",
    "bind_forms",
]

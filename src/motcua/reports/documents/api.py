"""The door of reports: open one over a set of forms, write in it, issue an edition, write it out, compare two."""

from motcua.reports.documents.comparing import Comparison, compare
from motcua.reports.documents.content import Content, of_data
from motcua.reports.documents.errors import NarrativeError
from motcua.reports.documents.models import Edition, Report
from motcua.reports.documents.operations import issue_edition, open_report, write_head, write_passage
from motcua.reports.documents.permissions import ISSUE, VIEW, WRITE
from motcua.reports.documents.queries import Desk, desk, find_report, reports
from motcua.reports.documents.writing.docx import write_docx
from motcua.reports.documents.writing.html import write_html
from motcua.reports.documents.writing.json import read_json, write_json
from motcua.reports.documents.writing.pdf import write_pdf
from motcua.reports.documents.writing.xlsx import write_xlsx

__all__ = [
    "ISSUE",
    "VIEW",
    "WRITE",
    "Comparison",
    "Content",
    "Desk",
    "Edition",
    "NarrativeError",
    "Report",
    "compare",
    "desk",
    "find_report",
    "issue_edition",
    "of_data",
    "open_report",
    "read_json",
    "reports",
    "write_docx",
    "write_head",
    "write_html",
    "write_json",
    "write_passage",
    "write_pdf",
    "write_xlsx",
]

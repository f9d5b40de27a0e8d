"""Content as PDF/A through Typst: tagged, fonts inside; the same content at the same moment gives the same bytes."""

from __future__ import annotations

import datetime as dt

from motcua.engine.documents.api import render_pdf
from motcua.reports.documents.content import Content, to_data

TEMPLATE = "reports/report.typ"


def write_pdf(content: Content, at: dt.datetime) -> bytes:
    """`at`: the moment in the file. Raises DocumentRefused."""
    head = content.head
    title = f"{head.get('kind', '')} {head.get('about', '')}".strip()
    return render_pdf(TEMPLATE, to_data(content), title=title, author=head.get("agency", ""), at=at)

"""Editions of a report: the list, one opened, its files, two of them compared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from motcua.engine.files.api import download as download_file
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.numbers import format_number
from motcua.reports.documents import queries
from motcua.reports.documents.comparing import compare
from motcua.reports.documents.content import Content, of_data
from motcua.reports.documents.models import Edition, Report
from motcua.reports.documents.pages.reports import report_or_404
from motcua.reports.documents.permissions import VIEW
from motcua.reports.documents.writing.docx import write_docx
from motcua.reports.documents.writing.html import runs_html, write_html
from motcua.reports.documents.writing.json import write_json
from motcua.reports.documents.writing.xlsx import write_xlsx

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: dict[str, tuple[Callable[[Content], bytes], str]] = {
    "docx": (write_docx, _DOCX),
    "xlsx": (write_xlsx, _XLSX),
    "html": (write_html, "text/html; charset=utf-8"),
    "json": (write_json, "application/json"),
}
FORMS = (*WRITERS, "pdf")


def _edition_or_404(report: Report, number: int) -> Edition:
    found = queries.editions(report).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@page(VIEW)
def listing(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    found = report_or_404(request, uid)
    return render(
        request,
        "narrative/editions.html",
        {"report": found, "editions": queries.editions(found), "forms": FORMS},
    )


@page(VIEW)
def edition(request: ViewedRequest, uid: uuid.UUID, number: int) -> HttpResponse:
    """The edition to read, every figure a link."""
    found = report_or_404(request, uid)
    one = _edition_or_404(found, number)
    content = of_data(one.content)
    sections = [
        {
            "section": section,
            "passages": [
                {
                    "passage": each,
                    "text": mark_safe(runs_html(each.runs)),  # noqa: S308 - escaped by runs_html
                    "rows": [[mark_safe(runs_html(cell)) for cell in row] for row in each.rows],  # noqa: S308 - likewise
                }
                for each in section.passages
            ],
        }
        for section in content.sections
    ]
    context = {"report": found, "edition": one, "content": content, "sections": sections, "forms": FORMS}
    return render(request, "narrative/edition.html", context)


@page(VIEW)
def download(request: ViewedRequest, uid: uuid.UUID, number: int, form: str) -> HttpResponse:
    """The edition as a file; the PDF is the one kept, the others are written anew from the content, equal every time."""
    one = _edition_or_404(report_or_404(request, uid), number)
    if form == "pdf":
        return download_file(one.pdf)
    if form not in WRITERS:
        raise Http404
    write, media_type = WRITERS[form]
    response = HttpResponse(write(of_data(one.content)), content_type=media_type)
    name = f"bao-cao-{one.unit_code}-v{one.number}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page(VIEW)
def comparison(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Two editions side by side, or the last one against the report as it stands now."""
    found = report_or_404(request, uid)
    editions = list(queries.editions(found))
    before = _chosen(editions, request.GET.get("truoc"), -1)
    after = _chosen(editions, request.GET.get("sau"), 0) if request.GET.get("sau") else None
    context: dict[str, Any] = {"report": found, "editions": editions, "before": before, "after": after}
    if before is not None:
        now_content = of_data(after.content) if after else queries.desk(found).content
        made = compare(of_data(before.content), now_content)
        context |= {
            "comparison": made,
            "figures": [
                (one, "" if one.by is None else ("+" if one.by > 0 else "") + format_number(one.by))
                for one in made.figures
            ],
        }
    return render(request, "narrative/compare.html", context)


def _chosen(editions: list[Edition], asked: str | None, otherwise: int) -> Edition | None:
    if asked and asked.isdecimal():
        for one in editions:
            if one.number == int(asked[:9]):
                return one
    return editions[otherwise] if editions else None

"""The catalogue, or one procedure, as a file. No cell of it is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter import Workbook

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import ProcedureInfo, to_json
from motcua.modules.catalogue.pages import showing
from motcua.modules.catalogue.pages.finding import Filters, day_asked, procedure_or_404, versions_found
from motcua.modules.catalogue.queries import info_of, procedure_on

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = (
    gettext_lazy("Mã TTHC"),
    gettext_lazy("Tên thủ tục"),
    gettext_lazy("Lĩnh vực"),
    gettext_lazy("Cấp thực hiện"),
    gettext_lazy("Cơ quan thực hiện"),
    gettext_lazy("Thời hạn giải quyết"),
    gettext_lazy("Phí, lệ phí"),
    gettext_lazy("Mức độ trực tuyến"),
    gettext_lazy("Phi địa giới"),
    gettext_lazy("Dịch vụ thiết yếu"),
    gettext_lazy("Quyết định công bố"),
    gettext_lazy("Áp dụng từ ngày"),
    gettext_lazy("Nguồn dữ liệu"),
)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@page(PUBLIC)
def listing(request: ViewedRequest, form: str) -> HttpResponse:
    """The list as filtered, as xlsx, csv or json."""
    if request.province is None or form not in ("xlsx", "csv", "json"):
        raise Http404
    day = day_asked(request)
    versions = versions_found(request.province, day, Filters.of(request)).defer(None).defer("search")
    name = f"thu-tuc-{request.province.key}-{day:%Y-%m-%d}"
    if form == "json":
        return JsonResponse(
            {"day": day.isoformat(), "procedures": [info_json(info_of(one)) for one in versions]},
            json_dumps_params={"ensure_ascii": False},
        )
    rows = (_row(info_of(one), one.procedure, one.decision_number) for one in versions)
    return table(form, name, [str(one) for one in HEADINGS], rows)


@page(PUBLIC)
def one(request: ViewedRequest, code: str, form: str) -> HttpResponse:
    """One procedure with all its parts, as JSON."""
    found = procedure_or_404(request, code)
    info = procedure_on(request.province, found.code, day_asked(request))
    if form != "json" or info is None:
        raise Http404
    return JsonResponse(info_json(info), json_dumps_params={"ensure_ascii": False})


def info_json(info: ProcedureInfo) -> dict[str, Any]:
    """A version as JSON: codes, names, dates as ISO texts, content as kept."""
    return {
        "uid": str(info.uid),
        "code": info.code,
        "name": info.name,
        "field": {"code": info.field_code, "name": info.field_name},
        "at_province": info.at_province,
        "at_commune": info.at_commune,
        "online_level": info.online_level or "unknown",
        "partial_reason": info.partial_reason,
        "location_independent": info.location_independent,
        "origin": info.origin,
        "valid_from": info.valid_from.isoformat(),
        "valid_to": info.valid_to.isoformat() if info.valid_to else None,
        "content": to_json(info.content),
    }


def _row(info: ProcedureInfo, procedure: Any, decision: str) -> list[str]:
    return [
        info.code,
        info.name,
        info.field_name,
        showing.levels_text(procedure),
        "; ".join(agency.name for agency in info.content.agencies),
        "; ".join(wording.channel_lines(info.content)),
        " | ".join(wording.fee_lines(info.content)),
        showing.online_text(info.online_level),
        _("Có") if info.location_independent else _("Không"),
        procedure.essential,
        decision,
        f"{info.valid_from:%d/%m/%Y}",
        procedure.get_origin_display(),
    ]


def table(form: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A table as xlsx or csv to save."""
    content = _workbook(headings, rows) if form == "xlsx" else _csv(headings, rows)
    kind = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    )


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([[safe(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_RISKY) else text


def _workbook(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        for column, text in enumerate(headings):
            sheet.write_string(0, column, text, head)
            sheet.set_column(column, column, 60 if column == 1 else 22)
        for line, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text[:32_000])
        sheet.freeze_panes(1, 2)
    return out.getvalue()

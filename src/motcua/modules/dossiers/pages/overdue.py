"""What is late: each dossier with its cause, the apology beside it, and the list as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.kernel.clock import local, now, today
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import Dossier, Extension
from motcua.modules.dossiers.pages.offers import cause_choices
from motcua.modules.dossiers.pages.returning import back
from motcua.modules.dossiers.pages.shell import dossier_or_404, show
from motcua.modules.dossiers.pages.words import dossier_state
from motcua.modules.dossiers.queries import overdue
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.units import unit_name

SHOWN = 50
MOST_LINES = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@page(may.VIEW)
def late(request: ViewedRequest) -> HttpResponse:
    """Late dossiers of the visitor's units, the longest first, fifty a page."""
    if request.province is None:
        raise Http404
    moment = now()
    rows = overdue(request.viewer, request.province, moment)
    cause = request.GET.get("nguyen-nhan", "")
    if cause == "none":
        rows = rows.filter(late_reason="")
    elif cause in late_causes():
        rows = rows.filter(late_reason=cause)
    found = list(_after(rows, request.GET.get("sau", ""))[: SHOWN + 1])
    more, found = len(found) > SHOWN, found[:SHOWN]
    sorry = set(
        Extension.objects.filter(dossier__in=[row.pk for row in found], new_date__isnull=True).values_list(
            "dossier_id", flat=True
        )
    )
    context = {
        "lines": [_line(row, row.pk in sorry, request, moment) for row in found],
        "next": f"{found[-1].promised.timestamp()}_{found[-1].pk}" if more and found[-1].promised else "",
        "causes": cause_choices(),
        "cause": cause,
        "here": request.get_full_path(),
        "may_export": request.viewer.may(may.EXPORT),
    }
    return show(request, "dossiers/overdue.html", context)


def _after(rows: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    """The rows behind a moment and key."""
    moment, _sign, key = text.rpartition("_")
    try:
        due, last = dt.datetime.fromtimestamp(float(moment), dt.UTC), int(key)
    except (ValueError, OverflowError, OSError):
        return rows
    return rows.filter(promised__gte=due).filter(Q(promised__gt=due) | Q(pk__gt=last))


def _line(row: Dossier, sorry: bool, request: ViewedRequest, moment: dt.datetime) -> dict[str, object]:
    may_reason = any(
        request.viewer.may(one, province=row.province_id, unit_path=row.unit_path)
        for one in (may.PROCESS, may.ASSIGN, may.EXTEND)
    )
    may_extend = request.viewer.may(may.EXTEND, province=row.province_id, unit_path=row.unit_path)
    return {
        "dossier": row,
        "state": dossier_state(row, moment),
        "unit": unit_name(row.province_id, row.unit_code),
        "cause": _(late_causes()[row.late_reason]) if row.late_reason in late_causes() else "",
        "sorry": sorry,
        "may_reason": may_reason,
        "may_apologise": may_extend and not sorry,
    }


@page(may.VIEW, methods=("POST",))
def settle(request: ViewedRequest) -> HttpResponse:
    """Records the cause of a late dossier, or sends its apology, from the line itself."""
    try:
        uid = uuid.UUID(request.POST.get("ho-so", ""))
    except ValueError:
        messages.error(request, _("Hãy chọn hồ sơ."))
        return back(request, "dossiers:overdue")
    found = dossier_or_404(request, uid)
    cause, key = request.POST.get("cause", ""), request.POST.get("key", "")[:64] or None
    try:
        if request.POST.get("lam") == "apologise":
            reason = request.POST.get("reason", "")
            api.apologise(request.viewer, uid, reason, cause=cause, idempotency_key=key)
            told = _("Đã lập thư xin lỗi cho hồ sơ {code}; in ở trang hồ sơ.")
        else:
            api.record_late_reason(request.viewer, uid, cause, idempotency_key=key)
            told = _("Đã ghi nguyên nhân quá hạn của hồ sơ {code}.")
    except DossierRefused as refusal:
        messages.error(request, refusal.message)
    except NotPermitted:
        messages.error(request, _("Tài khoản của bạn không có quyền làm việc này ở đơn vị giải quyết hồ sơ."))
    else:
        messages.success(request, told.format(code=found.code))
    return back(request, "dossiers:overdue")


# -- as a file --------------------------------------------------------------------------------------


@page(may.EXPORT)
def export(request: ViewedRequest) -> HttpResponse:
    """The late dossiers as ?dang=csv or xlsx; no cell of it is ever run as a formula."""
    if request.province is None:
        raise Http404
    moment = now()
    scope = request.viewer.within(overdue(request.viewer, request.province, moment), may.EXPORT)
    rows = [_cells(row, moment) for row in scope[:MOST_LINES]]
    name = f"qua-han-{today():%Y-%m-%d}"
    return table(request.GET.get("dang", "csv"), name, _headings(), rows)


def _headings() -> list[str]:
    return [
        _("Mã hồ sơ"),
        _("Người nộp"),
        _("Mã thủ tục"),
        _("Thủ tục"),
        _("Cơ quan giải quyết"),
        _("Bước đang mở"),
        _("Tiếp nhận lúc"),
        _("Hẹn trả"),
        _("Quá hạn"),
        _("Nguyên nhân"),
    ]


def _cells(row: Dossier, moment: dt.datetime) -> list[str]:
    return [
        row.code or "",
        row.applicant_name,
        row.procedure_code,
        row.procedure_name,
        unit_name(row.province_id, row.unit_code),
        row.steps,
        f"{local(row.received_at):%d/%m/%Y %H:%M}" if row.received_at else "",
        f"{local(row.promised):%d/%m/%Y %H:%M}" if row.promised else "",
        dossier_state(row, moment).span,
        _(late_causes()[row.late_reason]) if row.late_reason in late_causes() else "",
    ]


def table(form: str, name: str, headings: list[str], rows: list[list[str]]) -> HttpResponse:
    """A table as CSV (with a mark for spreadsheets) or xlsx. Raises Http404 for another form."""
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(headings)
        writer.writerows([plain(cell) for cell in row] for row in rows)
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        buffer = io.BytesIO()
        with Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        ) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True, "text_wrap": True})
            sheet.freeze_panes(1, 1)
            sheet.write_row(0, 0, headings, bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell)
        answer = HttpResponse(buffer.getvalue(), content_type=XLSX)
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def plain(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(_RISKY) else cell

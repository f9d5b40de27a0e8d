"""The registers of the province within the viewer's units."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.registers.data import Number, declared_registers, register_of
from motcua.engine.registers.errors import RegisterRefused
from motcua.engine.registers.models import Counter
from motcua.engine.registers.operations import withdraw_number
from motcua.engine.registers.pages.export import lines
from motcua.engine.registers.permissions import VIEW, WITHDRAW
from motcua.engine.registers.queries import (
    gap_count,
    numbers_of,
    series_of,
    visible_registers,
    withdrawn_counts,
    withdrawn_of,
)

REGISTERS_SHOWN, NUMBERS_SHOWN = 50, 100
NO_UNIT = "-"  # in an address, for a register of the whole province
FILTERS = {"kind": "so", "unit_code": "don-vi", "period__startswith": "ky"}


@page(VIEW)
def list_registers(request: ViewedRequest) -> HttpResponse:
    """The registers, the newest first; searched by kind, unit and the beginning of the period."""
    asked = {column: _word(request, name) for column, name in FILTERS.items()}
    rows = visible_registers(request.viewer, request.province or None)
    rows = rows.filter(**{column: value for column, value in asked.items() if value})
    if before := _position(request.GET.get("truoc", "")):
        rows = rows.filter(id__lt=before)
    shown = list(rows[: REGISTERS_SHOWN + 1])
    following = shown[REGISTERS_SHOWN - 1].pk if len(shown) > REGISTERS_SHOWN else 0
    shown = shown[:REGISTERS_SHOWN]
    withdrawn = withdrawn_counts(shown)
    context = {
        "lines": [_line(row) | {"withdrawn": withdrawn[row.pk]} for row in shown],
        "kinds": declared_registers(),
        "asked": asked,
        "period": asked["period__startswith"],
        "further": before,
        "next_query": _query(asked, following) if following else "",
    }
    return render(request, "registers/list.html", context)


@page(VIEW)
def register(request: ViewedRequest, kind: str, unit: str, period: str) -> HttpResponse:
    """One register: its numbers in order, the withdrawn ones with the reason, and whether any is missing."""
    row = _find(request, kind, unit, period)
    only_withdrawn = request.GET.get("chi") == "huy"
    rows = numbers_of(series_of(row)).select_related("withdrawn_by")
    if only_withdrawn:
        rows = rows.filter(withdrawn_at__isnull=False)
    after = _position(request.GET.get("sau", ""))
    shown = list(rows.filter(number__gt=after)[: NUMBERS_SHOWN + 1])
    more = len(shown) > NUMBERS_SHOWN
    shown = shown[:NUMBERS_SHOWN]
    link = register_of(row.kind).link
    context = _line(row) | {
        "numbers": [{"row": number, "url": link(number.subject) if link else ""} for number in shown],
        "withdrawn": withdrawn_of(row),
        "missing": gap_count(series_of(row)),
        "only_withdrawn": only_withdrawn,
        "after": after,
        "following": shown[-1].number if more else 0,
        "may_withdraw": request.viewer.may(WITHDRAW, province=row.province_id, unit_path=row.unit_path),
    }
    return render(request, "registers/register.html", context)


@page(VIEW)
def export(request: ViewedRequest, kind: str, unit: str, period: str) -> HttpResponseBase:
    """The whole register as CSV (UTF-8 with its mark, so that a spreadsheet reads the letters)."""
    row = _find(request, kind, unit, period)
    answer = StreamingHttpResponse(lines(row), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="so-dang-ky.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@page(WITHDRAW, methods=("POST",))
def withdraw(request: ViewedRequest, kind: str, unit: str, period: str, number: int) -> HttpResponse:
    """Withdraws one number, with a reason."""
    row = visible_or_withdrawable(request, kind, unit, period)
    try:
        withdraw_number(request.viewer, Number(series_of(row), number), request.POST.get("reason", ""))
    except RegisterRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã hủy số %(number)s; số vẫn nằm trong sổ.") % {"number": number})
    return redirect("registers:register", kind=kind, unit=unit, period=period)


def visible_or_withdrawable(request: ViewedRequest, kind: str, unit: str, period: str) -> Counter:
    """The register, for who may withdraw numbers of it."""
    rows = request.viewer.within(Counter.objects.filter(province=request.province or None), WITHDRAW)
    return _one(rows, kind, unit, period)


def _find(request: ViewedRequest, kind: str, unit: str, period: str) -> Counter:
    return _one(visible_registers(request.viewer, request.province or None), kind, unit, period)


def _one(rows: Any, kind: str, unit: str, period: str) -> Counter:
    code = "" if unit == NO_UNIT else unit
    row: Counter | None = rows.filter(kind=kind, unit_code=code, period=period).first()
    if row is None:
        raise Http404
    return row


def _line(row: Counter) -> dict[str, Any]:
    return {"register": row, "label": register_of(row.kind).label, "unit": row.unit_code or NO_UNIT}


def _word(request: ViewedRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:40]


def _position(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _query(asked: dict[str, str], following: int) -> str:
    kept = {FILTERS[column]: value for column, value in asked.items() if value}
    return urlencode(kept | {"truoc": following})

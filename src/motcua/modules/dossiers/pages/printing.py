"""Printing: the slips issued for a dossier, the papers made when printed, several in one file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.documents.api import DocumentRefused
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import VIETNAM, today
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import Dossier, Slip
from motcua.modules.dossiers.opening import note_printed
from motcua.modules.dossiers.pages.choosing import chosen_unit, unit_choices
from motcua.modules.dossiers.pages.shell import dossier_or_404, show
from motcua.modules.dossiers.pages.showing import READ
from motcua.modules.dossiers.queries import in_units
from motcua.modules.dossiers.slips.api import Content, render_many
from motcua.modules.dossiers.slips_filling import Site, control, fill, handover, label, register

MOST = 200  # papers of one file
LONGEST = dt.timedelta(days=31)
MOST_LINES = 2_000
YEARS = range(2000, 2200)  # in which there may be dossiers


@page(may.VIEW)
def slip(request: ViewedRequest, uid: uuid.UUID, slip: uuid.UUID) -> HttpResponse:
    """An issued slip as PDF; printing it is noted, and so is the reading of the person's data on it."""
    found = dossier_or_404(request, uid)
    row = None if found.erased_at else Slip.objects.filter(dossier=found, uid=slip).first()
    if row is None:
        raise Http404
    return _printed(request, [(found, row)], f"{row.kind}-{found.code or found.uid}")


@page(may.VIEW)
def several(request: ViewedRequest) -> HttpResponse:
    """The slips of ?giay= (identifiers), or the newest of a kind (?loai=01) of ?ho-so=, in one file."""
    rows = _asked(request)
    if not rows:
        messages.warning(request, _("Hãy chọn ít nhất một hồ sơ có giấy tờ cần in."))
        return redirect("dossiers:books")
    return _printed(request, rows, "giay-to")


def _asked(request: ViewedRequest) -> list[tuple[Dossier, Slip]]:
    if request.province is None:
        return []
    wanted, kept = _uuids(request.GET.getlist("giay")), _uuids(request.GET.getlist("ho-so"))
    seen = in_units(request.viewer, Dossier.objects.filter(province=request.province))
    rows = Slip.objects.filter(
        province=request.province, dossier__in=seen.filter(erased_at=None)
    ).select_related("dossier__applicant", "dossier__submitter")
    if wanted:
        rows = rows.filter(uid__in=wanted)
    elif kept:
        kind = request.GET.get("loai", "01")
        rows = rows.filter(dossier__uid__in=kept, kind=kind).order_by("dossier", "-pk").distinct("dossier")
    else:
        return []
    return [(row.dossier, row) for row in rows[:MOST]]


def _uuids(texts: Sequence[str]) -> list[uuid.UUID]:
    found = []
    for text in texts[:MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _printed(request: ViewedRequest, rows: Sequence[tuple[Dossier, Slip]], name: str) -> HttpResponse:
    if not request.viewer.may(READ, province=request.province):
        messages.error(
            request,
            _(
                "Giấy tờ này in số giấy tờ, điện thoại, địa chỉ; tài khoản không có quyền xem thông tin người nộp."
            ),
        )
        return redirect("dossiers:dossier", uid=rows[0][0].uid)
    site = site_of(request)
    contents = [(row.kind, fill(row, site)) for _dossier, row in rows]
    try:
        pdf = render_many(contents, paper=_paper(request))
    except DocumentRefused as refusal:
        messages.error(request, _("Chưa in được: {why}").format(why=refusal.message))
        return redirect("dossiers:dossier", uid=rows[0][0].uid)
    if request.method == "GET":
        with transaction.atomic():
            for dossier, row in rows:
                note_printed(request.viewer, dossier, row)
    return answer(pdf, name)


def _paper(request: ViewedRequest) -> str | None:
    asked = request.GET.get("kho", "")
    return asked if asked in ("a4", "a5") else None


def answer(pdf: bytes, name: str) -> HttpResponse:
    """A PDF shown in place, kept by no cache."""
    safe = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter in "-." else "-" for letter in name
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{safe}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def site_of(request: ViewedRequest) -> Site:
    return Site(request.build_absolute_uri(reverse("follow:follow")))


# -- made when printed ------------------------------------------------------------------------------


@page(may.VIEW)
def control_slip(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Form 06 of a dossier as it stands."""
    found = dossier_or_404(request, uid)
    return _made(request, "06", control(found, site_of(request), request.viewer.user.display_name), found)


@page(may.VIEW)
def folder_label(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The label of a dossier's folder."""
    found = dossier_or_404(request, uid)
    return _made(request, "label", label(found, site_of(request)), found)


def _made(request: ViewedRequest, kind: str, content: Content, found: Dossier | None = None) -> HttpResponse:
    try:
        pdf = render_many([(kind, content)], paper=_paper(request))
    except DocumentRefused as refusal:
        messages.error(request, _("Chưa in được: {why}").format(why=refusal.message))
        return redirect("dossiers:dossier", uid=found.uid) if found else redirect("dossiers:books")
    return answer(pdf, f"{kind}-{found.code if found else today()}")


@page(may.VIEW)
def books(request: ViewedRequest) -> HttpResponse:
    """Choosing what to print: the register of some days, a hand-over list, the receipts of a day."""
    if request.province is None:
        raise Http404
    units, unit = chosen_unit(request, may.VIEW)
    context = {
        "units": units,
        "unit": unit,
        "first": _day(request, "tu") or today(),
        "last": _day(request, "den") or today(),
        "targets": unit_choices(request.province),
        "rows": _received(request, unit.code)[:MOST] if unit else [],
    }
    return show(request, "dossiers/books.html", context)


@page(may.EXPORT)
def register_book(request: ViewedRequest) -> HttpResponse:
    """Form 07 of a unit for a span of days; its reading is noted as one of many."""
    if request.province is None:
        raise Http404
    _units, unit = chosen_unit(request, may.EXPORT)
    first, last = _span(request)
    if unit is None or "tu" not in request.GET or last - first > LONGEST:
        messages.error(request, _("Chọn đơn vị và khoảng ngày không quá 31 ngày."))
        return redirect("dossiers:books")
    rows = list(_received(request, unit.code)[: MOST_LINES + 1])
    if len(rows) > MOST_LINES:
        messages.error(request, _("Khoảng ngày này có quá nhiều hồ sơ; hãy chọn ít ngày hơn."))
        return redirect("dossiers:books")
    content = register(request.province.pk, unit.code, (first, last), rows, request.viewer.user.display_name)
    return _made(request, "07", content)


@page(may.VIEW)
def handover_list(request: ViewedRequest) -> HttpResponse:
    """The dossiers a unit received in these days for another, as a list to sign."""
    if request.province is None:
        raise Http404
    _units, unit = chosen_unit(request, may.VIEW)
    target = request.GET.get("den-don-vi", "")
    if unit is None or not target or target == unit.code:
        messages.error(request, _("Chọn đơn vị giao và đơn vị nhận."))
        return redirect("dossiers:books")
    rows = _received(request, unit.code).filter(unit_code=target)[:MOST_LINES]
    content = handover(request.province.pk, (unit.code, target), rows, request.viewer.user.display_name)
    return _made(request, "handover", content)


def _received(request: ViewedRequest, unit_code: str) -> QuerySet[Dossier]:
    """Dossiers received by a unit in the span asked, by time of receipt, within the visitor's units."""
    first, last = _span(request)
    start = dt.datetime(first.year, first.month, first.day, tzinfo=VIETNAM)
    end = dt.datetime(last.year, last.month, last.day, tzinfo=VIETNAM) + dt.timedelta(days=1)
    rows = Dossier.objects.filter(
        province=request.province, received_code=unit_code, received_at__gte=start, received_at__lt=end
    )
    return request.viewer.within(rows, may.VIEW, unit_path="received_path").order_by("received_at", "pk")


def _span(request: ViewedRequest) -> tuple[dt.date, dt.date]:
    first = _day(request, "tu") or today()
    return first, max(first, _day(request, "den") or first)


def _day(request: ViewedRequest, name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(request.GET.get(name, "")[:10])
    except ValueError:
        return None
    return day if day.year in YEARS else None

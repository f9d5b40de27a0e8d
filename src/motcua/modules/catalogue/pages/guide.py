"""The guide of one procedure as PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.documents.api import qr_svg, render_pdf
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import ProcedureInfo
from motcua.modules.catalogue.models import Procedure
from motcua.modules.catalogue.pages import showing
from motcua.modules.catalogue.pages.finding import day_asked, procedure_or_404
from motcua.modules.catalogue.queries import procedure_on


@page(PUBLIC)
def guide(request: ViewedRequest, code: str) -> HttpResponse:
    """What the public page says of a procedure in force, on A4, tagged, with its address as a QR code."""
    found = procedure_or_404(request, code)
    day = day_asked(request)
    info = procedure_on(request.province, found.code, day, unit_code=request.GET.get("don-vi", "")[:35])
    if info is None:
        raise Http404
    address = request.build_absolute_uri(reverse("catalogue:procedure", args=[found.code]))
    data = guide_data(info, found, address, footer=_("Nội dung ngày {day}").format(day=f"{day:%d/%m/%Y}"))
    content = render_pdf("catalogue/guide.typ", data, title=info.name, author=request.province.title())
    name = f"thu-tuc-{found.code}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def guide_data(info: ProcedureInfo, procedure: Procedure, address: str, footer: str) -> dict[str, Any]:
    """The data of `guide.typ`: every text ready."""
    simulated = procedure.origin == "simulated"
    return {
        "province": procedure.province.title(),
        "code": info.code,
        "name": info.name,
        "heads": [showing.levels_text(procedure), info.field_name, showing.online_text(info.online_level)],
        "warning": _("Thủ tục mô phỏng, không có thật") if simulated else "",
        "qr": qr_svg(address),
        "qr-alt": _("Mã QR mở trang {address}").format(address=address),
        "footer": footer,
        "labels": {"papers": _("Giấy tờ cần nộp"), "channels": _("Cách nộp, thời hạn, phí")},
        "columns": [_("Cách nộp"), _("Thời hạn"), _("Phí, lệ phí")],
        "cases": [
            {"name": case["name"], "papers": [_paper(one) for one in case["papers"]]}
            for case in showing.papers_of(info)
        ],
        "no-papers": _("Chưa có thành phần hồ sơ trong dữ liệu; hãy hỏi tại bộ phận một cửa."),
        "channels": [
            {"name": one.name, "limits": one.limits, "fees": one.fees or [_("không nêu")]}
            for one in showing.channels_of(info)
        ],
        "where": _("Nộp được ở bất kỳ điểm tiếp nhận nào trong tỉnh.")
        if info.location_independent
        else _("Chỉ nộp tại nơi có thẩm quyền."),
        "sections": _sections(info),
    }


def _paper(one: dict[str, Any]) -> dict[str, str]:
    replaced = _("thay bằng dữ liệu: {source}").format(source=one["source"]) if one["source"] else ""
    return {
        "name": one["name"],
        "details": ", ".join(part for part in (one["counts"], one["form"], one["note"], replaced) if part),
    }


def _sections(info: ProcedureInfo) -> list[dict[str, Any]]:
    shown = ("sequences", "conditions", "subjects", "agencies", "results", "place", "bases")
    parts = {part: (label, lines(info.content)) for part, label, lines in wording.PARTS}
    return [{"title": _(parts[name][0]), "lines": list(parts[name][1])} for name in shown if parts[name][1]]

"""Slips as PDF, one by one and in bulk."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from motcua.engine.documents.api import (
    PaperSize,
    Sheet,
    code128_svg,
    day_text,
    long_day_text,
    moment_text,
    qr_svg,
    register_templates,
    render_bulk,
)
from motcua.kernel.clock import local
from motcua.kernel.money import Dong
from motcua.modules.dossiers.slips import contents
from motcua.modules.dossiers.slips.contents import Content

register_templates("slips", Path(__file__).parent / "typst")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of slip: what fills it, its template, and the papers it is laid out for (the first by default)."""

    code: str
    label: str
    content: type
    template: str
    papers: tuple[PaperSize, ...] = ("a5", "a4")
    landscape: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "01", gettext_noop("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"), contents.ReceiptContent, "receipt"
        ),
        Kind(
            "02",
            gettext_noop("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
            contents.SupplementContent,
            "supplement",
        ),
        Kind(
            "03", gettext_noop("Phiếu từ chối tiếp nhận giải quyết hồ sơ"), contents.RefusalContent, "refusal"
        ),
        Kind(
            "04",
            gettext_noop("Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"),
            contents.ExtensionContent,
            "extension",
        ),
        Kind("05", gettext_noop("Thông báo dừng giải quyết hồ sơ"), contents.StopContent, "stop"),
        Kind(
            "06",
            gettext_noop("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
            contents.ControlContent,
            "control",
            papers=("a4",),
        ),
        Kind(
            "07",
            gettext_noop("Sổ theo dõi hồ sơ"),
            contents.RegisterContent,
            "register",
            papers=("a4",),
            landscape=True,
        ),
        Kind("apology", gettext_noop("Thư xin lỗi"), contents.ApologyContent, "apology"),
        Kind("withdrawal", gettext_noop("Phiếu rút hồ sơ"), contents.WithdrawalContent, "withdrawal"),
        Kind("label", gettext_noop("Nhãn hồ sơ"), contents.LabelContent, "label"),
        Kind(
            "handover",
            gettext_noop("Phiếu bàn giao hồ sơ"),
            contents.HandoverContent,
            "handover",
            papers=("a4",),
        ),
    )
}


def render_slip(kind: str, content: Content, *, paper: PaperSize | None = None) -> bytes:
    """One slip as PDF/A. `paper` by default that of its kind: A5 for 01 to 05 and the letters, A4 for 06, 07 and lists.

    The same content gives the same bytes: the file's time is the content's `issued_at`.

    Raises:
        KeyError: no such kind. TypeError: the content is not that of the kind. DocumentRefused: see engine.documents.
    """
    return render_many([(kind, content)], paper=paper)


def render_many(slips: Sequence[tuple[str, Content]], *, paper: PaperSize | None = None) -> bytes:
    """Slips of any kinds in one file, in the order given, each with its own page numbers.

    A kind laid out for one size keeps it whatever `paper` says. An empty list is refused (`documents.sheets.none`).
    """
    sheets = [_sheet(kind, content, paper) for kind, content in slips]
    if not sheets:
        return render_bulk(sheets)
    kind, first = slips[0]
    title = KINDS[kind].label if len(slips) == 1 else f"{KINDS[kind].label} ({len(slips)})"
    issuer = getattr(first, "issuer", None)
    at = max(content.issued_at for _kind, content in slips)
    return render_bulk(sheets, title=title, author=issuer.name if issuer else "", at=at)


def _sheet(code: str, content: Content, paper: PaperSize | None) -> Sheet:
    kind = KINDS[code]
    if type(content) is not kind.content:
        raise TypeError(f"{code} is filled from {kind.content.__name__}, not from {type(content).__name__}")
    size = paper if paper in kind.papers else kind.papers[0]
    return Sheet(f"slips/{kind.template}.typ", printed(content), size, kind.landscape)


def printed(content: Content) -> dict[str, Any]:
    """A content as the templates read it: instants in official words, codes as drawings, money in figures and words."""
    data = _worded(content)
    data["qr"] = qr_svg(getattr(content, "follow_link", ""))
    code = getattr(content, "code", "")
    data["bar"] = code128_svg(code) if code.isascii() and code.isprintable() else ""
    fee = getattr(content, "fee", None)
    if fee is not None:
        data["fee"] = {"amount": fee, "text": str(Dong(fee)), "words": Dong(fee).in_words()}
    return data


def _worded(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _worded(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_worded(item) for item in value]
    if isinstance(value, dt.datetime):
        return _day(value) | {"moment": moment_text(value), "clock": f"{local(value):%H:%M}"}
    return _day(value) if isinstance(value, dt.date) else value


def _day(value: dt.date) -> dict[str, str]:
    return {"day": day_text(value), "long": long_day_text(value)}

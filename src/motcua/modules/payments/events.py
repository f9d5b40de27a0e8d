"""What happens to money. A payload holds the row as made (`new`) or what changed (`set`), and of rows that follow it the
same under `also`, so that old state + event = new state; names, reasons and notes stay in the tables of this room.
Amounts are whole đồng."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from motcua.engine.events.api import declare_event
from motcua.kernel.money import Dong

WORDS: Mapping[str, str] = {
    "charge:raised": gettext_noop("Ghi khoản phải nộp {amount} cho hồ sơ {code}"),
    "charge:relieved": gettext_noop("Miễn, giảm khoản phải nộp, còn {amount}"),
    "charge:cancelled": gettext_noop("Hủy khoản phải nộp {amount}"),
    "charge:paid": gettext_noop("Đã nộp {amount} theo giao dịch {order}"),
    "charge:refunded": gettext_noop("Đã hoàn trả {amount}"),
    "order:placed": gettext_noop("Lập giao dịch {order} nộp {amount}"),
    "order:sent": gettext_noop("Gửi giao dịch {order} sang {partner}"),
    "order:confirmed": gettext_noop("Xác nhận giao dịch {order} đã nộp {amount}"),
    "order:failed": gettext_noop("Giao dịch {order} không thành công"),
    "order:expired": gettext_noop("Giao dịch {order} hết hạn"),
    "order:cancelled": gettext_noop("Hủy giao dịch {order}"),
    "notice:taken": gettext_noop("Nhận báo có {amount} của {partner} cho giao dịch {order}"),
    "notice:kept": gettext_noop("Giữ báo có {amount} của {partner} để đối soát ({reason})"),
    "receipt:issued": gettext_noop("Cấp biên lai số {number}"),
    "receipt:cancelled": gettext_noop("Hủy biên lai số {number}"),
    "refund:asked": gettext_noop("Đề nghị hoàn trả {amount}"),
    "refund:approved": gettext_noop("Duyệt hoàn trả {amount}"),
    "refund:refused": gettext_noop("Không duyệt hoàn trả {amount}"),
    "refund:paid": gettext_noop("Chi hoàn trả {amount}"),
    "procedure:charged": gettext_noop("Thủ tục {procedure} có nghĩa vụ tài chính từ {day}"),
    "procedure:uncharged": gettext_noop("Thủ tục {procedure} không còn nghĩa vụ tài chính từ {day}"),
    "online:began": gettext_noop("Thủ tục {procedure} thanh toán trực tuyến được từ {day}"),
    "online:ended": gettext_noop("Thôi thanh toán trực tuyến thủ tục {procedure} từ {day}"),
    "day:reconciled": gettext_noop("Đối soát ngày {day} với {partner}: {differences} chỗ chưa khớp"),
    "difference:resolved": gettext_noop("Xử lý chỗ chưa khớp {reference}"),
    # Of the dossier itself, so that they stand in its history.
    "dossier:reckoned": gettext_noop("Nghĩa vụ tài chính {owed}, đã nộp {paid}"),
    "dossier:settled": gettext_noop("Đã nộp đủ nghĩa vụ tài chính {paid}"),
    "dossier:resume-refused": gettext_noop(
        "Đã nộp đủ nhưng hồ sơ chưa chạy tiếp được; cán bộ xử lý hồ sơ cần xác nhận"
    ),
}
_AMOUNTS = ("amount", "owed", "paid")


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _sentence(pattern: str) -> Any:
    def told(payload: Mapping[str, Any]) -> str:
        words = dict(payload.get("words", {}))
        words |= {name: str(Dong(words[name])) for name in _AMOUNTS if name in words}
        return gettext(pattern).format_map(_Known(words))

    return told


CODES: Mapping[str, str] = {
    verb: declare_event(f"payments:{verb}", _sentence(pattern)) for verb, pattern in WORDS.items()
}

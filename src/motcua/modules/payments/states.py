"""The state machines as tables: which operation is done from which state, to which, by whom, by which clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from motcua.modules.payments import permissions as may
from motcua.modules.payments.errors import PaymentRefused

CHARGE_WORDS: Mapping[str, str] = {
    "due": gettext_noop("Chờ nộp"),
    "paid": gettext_noop("Đã nộp"),
    "exempt": gettext_noop("Được miễn"),
    "cancelled": gettext_noop("Đã hủy"),
}
ORDER_WORDS: Mapping[str, str] = {
    "created": gettext_noop("Đã lập"),
    "sent": gettext_noop("Đã gửi sang bên thanh toán"),
    "confirmed": gettext_noop("Đã nhận tiền"),
    "failed": gettext_noop("Không thành công"),
    "expired": gettext_noop("Hết hạn"),
    "cancelled": gettext_noop("Đã hủy"),
}
RECEIPT_WORDS: Mapping[str, str] = {
    "issued": gettext_noop("Đã cấp"),
    "cancelled": gettext_noop("Đã hủy"),
}
REFUND_WORDS: Mapping[str, str] = {
    "asked": gettext_noop("Chờ duyệt"),
    "approved": gettext_noop("Đã duyệt, chờ chi"),
    "refused": gettext_noop("Không duyệt"),
    "paid": gettext_noop("Đã hoàn trả"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "charge": CHARGE_WORDS,
    "order": ORDER_WORDS,
    "receipt": RECEIPT_WORDS,
    "refund": REFUND_WORDS,
}
OPEN_ORDER = frozenset({"created", "sent"})
OPEN_REFUND = frozenset({"asked", "approved"})


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a table: the things, the states it starts from, the one it leads to, the permission, the clause."""

    operation: str
    thing: str
    label: str
    sources: frozenset[str]
    to: str
    permission: str
    clause: str


_FEES = "Luật Phí và lệ phí số 97/2015/QH13"
_VOUCHERS = "Nghị định 123/2020/NĐ-CP, sửa đổi bởi Nghị định 70/2025/NĐ-CP"
_ONLINE = "Quyết định 766/QĐ-TTg, nhóm chỉ số thanh toán trực tuyến"
_TABLE: tuple[tuple[str, str, str, frozenset[str], str, str, str], ...] = (
    ("relieve", "charge", gettext_noop("Giảm khoản phải nộp"), frozenset({"due"}), "due", may.RELIEVE, f"{_FEES}, Điều 10"),
    ("exempt", "charge", gettext_noop("Miễn khoản phải nộp"), frozenset({"due"}), "exempt", may.RELIEVE, f"{_FEES}, Điều 10"),
    ("cancel_charge", "charge", gettext_noop("Hủy khoản phải nộp"), frozenset({"due", "exempt"}), "cancelled", may.CHARGE, _FEES),
    ("pay", "charge", gettext_noop("Ghi nhận đã nộp"), frozenset({"due"}), "paid", may.COLLECT, f"{_FEES}, Điều 11"),
    ("send", "order", gettext_noop("Gửi sang bên thanh toán"), frozenset({"created"}), "sent", may.COLLECT, _ONLINE),
    ("collect", "order", gettext_noop("Thu tiền"), OPEN_ORDER, "confirmed", may.COLLECT, f"{_FEES}, Điều 11"),
    ("confirm", "order", gettext_noop("Xác nhận đã thanh toán"), OPEN_ORDER | {"failed", "expired"}, "confirmed", may.CONFIRM, _ONLINE),
    ("fail", "order", gettext_noop("Ghi thanh toán không thành công"), OPEN_ORDER, "failed", may.CONFIRM, _ONLINE),
    ("expire", "order", gettext_noop("Hết hạn thanh toán"), OPEN_ORDER, "expired", "", _ONLINE),
    ("cancel_order", "order", gettext_noop("Hủy giao dịch"), OPEN_ORDER, "cancelled", may.COLLECT, _ONLINE),
    ("cancel_receipt", "receipt", gettext_noop("Hủy biên lai"), frozenset({"issued"}), "cancelled", may.CANCEL_RECEIPT, _VOUCHERS),
    ("approve_refund", "refund", gettext_noop("Duyệt hoàn trả"), frozenset({"asked"}), "approved", may.APPROVE_REFUND, _FEES),
    ("refuse_refund", "refund", gettext_noop("Không duyệt hoàn trả"), frozenset({"asked"}), "refused", may.APPROVE_REFUND, _FEES),
    ("pay_refund", "refund", gettext_noop("Chi hoàn trả"), frozenset({"approved"}), "paid", may.PAY_REFUND, _FEES),
)  # fmt: skip

TABLE: Mapping[str, Move] = {row[0]: Move(*row) for row in _TABLE}


def state_word(thing: str, state: str) -> str:
    """The state in the reader's language; thing: charge, order, receipt, refund."""
    return gettext(WORDS[thing][state])


def check(operation: str, state: str) -> Move:
    """The row of the table. Raises PaymentRefused payments.<thing>.state when it is not done from here."""
    move = TABLE[operation]
    if state not in move.sources:
        allowed = ", ".join(f"“{state_word(move.thing, one)}”" for one in sorted(move.sources))
        raise PaymentRefused(
            f"{move.thing}.state",
            gettext(
                "Đang ở trạng thái “{now}” nên không thực hiện được việc “{operation}”; việc này chỉ làm khi ở {allowed} ({clause})."
            ).format(
                now=state_word(move.thing, state),
                operation=gettext(move.label),
                allowed=allowed,
                clause=move.clause,
            ),
        )
    return move

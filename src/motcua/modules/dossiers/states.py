"""The state machine as a table: which operation is done from which status, to which, by whom, by which clause.

Statuses are the ten of the national system (data of Circular 18/2019/TT-BTTTT and what follows it). What stands
not in the table is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from django.utils.translation import gettext, gettext_noop

from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.errors import DossierRefused


class Status(IntEnum):
    """National status codes (trạng thái hồ sơ)."""

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


STATUS_WORDS: Mapping[int, str] = {
    Status.REGISTERED: gettext_noop("Mới đăng ký"),
    Status.RECEIVED: gettext_noop("Được tiếp nhận"),
    Status.REFUSED: gettext_noop("Không được tiếp nhận"),
    Status.PROCESSING: gettext_noop("Đang xử lý"),
    Status.SUPPLEMENT: gettext_noop("Yêu cầu bổ sung giấy tờ"),
    Status.PAYMENT: gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
    Status.WITHDRAWN: gettext_noop("Công dân yêu cầu rút hồ sơ"),
    Status.STOPPED: gettext_noop("Dừng xử lý"),
    Status.DONE: gettext_noop("Đã xử lý xong"),
    Status.RETURNED: gettext_noop("Đã trả kết quả"),
}
ENDED = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.DONE, Status.RETURNED})
WORKING = frozenset({Status.RECEIVED, Status.PROCESSING})
OPEN = frozenset(Status) - ENDED

Seat = Literal["receiving", "handling", "returning", "task", "held", "any"]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. `to` None: the status stays. `seat`: over which of the dossier's units the permission
    must be held ("task": over the unit of the step at hand; "held" and "any": see `held_seats`)."""

    operation: str
    label: str
    sources: frozenset[Status]
    to: Status | None
    permissions: tuple[str, ...]
    seat: Seat
    clause: str


_RECEIPT = "Nghị định 118/2025/NĐ-CP, Điều 17"
_TRANSFER = "Nghị định 118/2025/NĐ-CP, Điều 18"
_HANDLING = "Nghị định 118/2025/NĐ-CP, Điều 19"
_RETURNING = "Nghị định 118/2025/NĐ-CP, Điều 22"
_STOP = "Thông tư 03/2025/TT-VPCP, Điều 7"
_AUTHORITY = "Nghị định 30/2020/NĐ-CP, Điều 13"
_PROCESS = "Quyết định phê duyệt quy trình nội bộ"
_TABLE: tuple[tuple[str, str, frozenset[Status], Status | None, tuple[str, ...], Seat, str], ...] = (
    ("receive", gettext_noop("Tiếp nhận"), frozenset({Status.REGISTERED}), Status.RECEIVED, (may.RECEIVE,), "receiving", _RECEIPT),
    ("refuse", gettext_noop("Từ chối"), frozenset({Status.REGISTERED}) | WORKING, Status.REFUSED, (may.RECEIVE, may.PROCESS), "held", _RECEIPT),
    ("request_supplement", gettext_noop("Yêu cầu bổ sung"), frozenset({Status.REGISTERED}) | WORKING, Status.SUPPLEMENT, (may.RECEIVE, may.PROCESS), "held", _HANDLING),
    ("consent_supplement", gettext_noop("Đồng ý yêu cầu bổ sung thêm"), WORKING, None, (may.EXCEPTION,), "handling", _HANDLING),
    ("take_supplement", gettext_noop("Nhận bổ sung"), frozenset({Status.SUPPLEMENT}), Status.PROCESSING, (may.RECEIVE, may.PROCESS), "any", _HANDLING),
    ("assign", gettext_noop("Phân công"), WORKING, None, (may.ASSIGN,), "task", _HANDLING),
    ("claim", gettext_noop("Nhận việc"), WORKING, None, (may.PROCESS, may.RECEIVE, may.APPROVE, may.SIGN, may.ISSUE, may.RETURN), "task", _HANDLING),
    ("forward", gettext_noop("Chuyển bước"), WORKING, Status.PROCESSING, (), "task", _PROCESS),
    ("return_step", gettext_noop("Trả lại bước trước"), WORKING, Status.PROCESSING, (), "task", _PROCESS),
    ("consult", gettext_noop("Lấy ý kiến"), WORKING, Status.PROCESSING, (may.PROCESS, may.ASSIGN), "handling", _HANDLING),
    ("answer_consultation", gettext_noop("Trả lời lấy ý kiến"), frozenset(OPEN - {Status.REGISTERED}), None, (may.PROCESS, may.APPROVE), "task", _HANDLING),
    ("pause_for_payment", gettext_noop("Tạm dừng chờ nghĩa vụ tài chính"), WORKING, Status.PAYMENT, (may.PROCESS, may.RECEIVE), "held", "Quy chế phối hợp luân chuyển hồ sơ nghĩa vụ tài chính"),
    ("resume_after_payment", gettext_noop("Tiếp tục sau nghĩa vụ tài chính"), frozenset({Status.PAYMENT}), Status.PROCESSING, (may.PROCESS, may.RECEIVE), "any", "Quy chế phối hợp luân chuyển hồ sơ nghĩa vụ tài chính"),
    ("wait_for_system", gettext_noop("Chờ hệ thống quốc gia"), WORKING, None, (may.PROCESS, may.RECEIVE), "held", _HANDLING),
    ("resume_from_system", gettext_noop("Hệ thống quốc gia đã trả lời"), WORKING, None, (may.PROCESS, may.RECEIVE), "held", _HANDLING),
    ("extend", gettext_noop("Xin lỗi và gia hạn"), WORKING, None, (may.EXTEND,), "handling", "Nghị định 118/2025/NĐ-CP, Điều 19 khoản 9"),
    ("apologise", gettext_noop("Xin lỗi hồ sơ đã quá hạn"), frozenset({*WORKING, Status.DONE}), None, (may.EXTEND,), "handling", "Nghị định 118/2025/NĐ-CP, Điều 19 khoản 9"),
    ("transfer", gettext_noop("Chuyển cơ quan khác"), WORKING, Status.RECEIVED, (may.ASSIGN, may.RECEIVE), "held", _TRANSFER),
    ("submit", gettext_noop("Trình duyệt"), WORKING, Status.PROCESSING, (may.PROCESS,), "task", _PROCESS),
    ("approve", gettext_noop("Duyệt"), WORKING, Status.PROCESSING, (may.APPROVE,), "task", _PROCESS),
    ("sign", gettext_noop("Ký"), WORKING, Status.PROCESSING, (may.SIGN,), "task", _AUTHORITY),
    ("record_result", gettext_noop("Phát hành kết quả"), WORKING, Status.DONE, (may.ISSUE, may.PROCESS), "task", _HANDLING),
    ("return_result", gettext_noop("Trả kết quả"), frozenset({Status.DONE}), Status.RETURNED, (may.RETURN,), "returning", _RETURNING),
    ("withdraw", gettext_noop("Rút hồ sơ"), frozenset({Status.REGISTERED, Status.SUPPLEMENT, Status.PAYMENT}) | WORKING, Status.WITHDRAWN, (may.RECEIVE,), "any", _STOP),
    ("stop", gettext_noop("Dừng giải quyết"), frozenset({Status.SUPPLEMENT, Status.PAYMENT}) | WORKING, Status.STOPPED, (may.EXTEND,), "handling", _STOP),
    ("record_late_reason", gettext_noop("Ghi nguyên nhân quá hạn"), frozenset(Status), None, (), "any", _HANDLING),
    ("attach_paper", gettext_noop("Gắn tệp vào thành phần hồ sơ"), frozenset(OPEN), None, (may.RECEIVE, may.PROCESS), "any", "Thông tư 01/2023/TT-VPCP, Điều 8"),
    ("ask_reopening", gettext_noop("Đề nghị mở lại"), frozenset(ENDED), None, (may.REOPEN,), "any", "Nghị định 118/2025/NĐ-CP, Điều 21"),
    ("reopen", gettext_noop("Mở lại"), frozenset(ENDED), Status.PROCESSING, (may.REOPEN,), "any", "Nghị định 118/2025/NĐ-CP, Điều 21"),
)  # fmt: skip

TABLE: Mapping[str, Move] = {row[0]: Move(*row) for row in _TABLE}


def held_seats(
    move: Move, units: tuple[str, str, str], at_desk: bool, may_over: Callable[[str, str], bool]
) -> set[str]:
    """The paths over which a permission of the move is held where it counts.

    `units`: the paths of receiving, handling and returning; `may_over(permission, path)`: what the person holds. A desk's
    right counts over every unit of the dossier where the move is open to all ("any"), and over the receiving unit only
    until the desk has handed over ("held"). The right to process counts in the handling unit alone.
    """
    return {
        path
        for permission in move.permissions
        for path in _seats_of(move.seat, permission, units, at_desk)
        if may_over(permission, path)
    }


def _seats_of(seat: Seat, permission: str, units: tuple[str, str, str], at_desk: bool) -> set[str]:
    receiving, handling, returning = units
    if seat in ("receiving", "handling", "returning"):
        return {{"receiving": receiving, "handling": handling, "returning": returning}[seat]}
    if permission in (may.PROCESS, may.ASSIGN):
        return {handling}
    if seat == "held":
        return {handling, receiving} if at_desk else {handling}
    return set(units)


def is_at_desk(status: int, open_kinds: Iterable[str]) -> bool:
    """The desk has not handed over yet; `open_kinds`: the kinds of the steps open."""
    return status == Status.REGISTERED or "reception" in open_kinds


def status_word(status: int) -> str:
    """The status in the reader's language."""
    return gettext(STATUS_WORDS[Status(status)])


def check(operation: str, status: int) -> Move:
    """The row of the table. Raises DossierRefused dossiers.state when the operation is not done from here."""
    move = TABLE[operation]
    if status not in move.sources:
        allowed = ", ".join(f"“{status_word(one)}”" for one in sorted(move.sources))
        raise DossierRefused(
            "state",
            gettext(
                "Hồ sơ đang ở trạng thái “{now}” nên không thực hiện được việc “{operation}”; việc này chỉ làm khi hồ sơ ở {allowed} ({clause})."
            ).format(
                now=status_word(status), operation=gettext(move.label), allowed=allowed, clause=move.clause
            ),
        )
    return move


def operations_from(status: int) -> tuple[Move, ...]:
    """What may be done from a status, in the order of the table."""
    return tuple(move for move in TABLE.values() if status in move.sources)

"""The state machines as tables: what is done to a scan, to a reuse, to an electronic result, and by whom.

`seats` name the dossier's units over one of which the permission must be held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext, gettext_noop

from motcua.modules.records import permissions as may
from motcua.modules.records.errors import RecordsRefused

Seat = Literal["receiving", "handling", "returning"]


class Scan(StrEnum):
    """Where the digitisation of a component stands; a component without a row is due."""

    DUE = "due"
    SCANNED = "scanned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CERTIFIED = "certified"
    EXEMPT = "exempt"


class Issued(StrEnum):
    """Where an electronic result stands; NONE: there is none that stands."""

    NONE = "none"
    ISSUED = "issued"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Used(StrEnum):
    NONE = "none"
    USED = "used"
    TAKEN_BACK = "taken-back"


class Kept(StrEnum):
    """Where a paper of the store stands."""

    VALID = "valid"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


WORDS: Mapping[str, str] = {
    Scan.DUE: gettext_noop("chưa số hóa"),
    Scan.SCANNED: gettext_noop("đã quét, chờ kiểm tra"),
    Scan.ACCEPTED: gettext_noop("bản số hóa đạt yêu cầu"),
    Scan.REFUSED: gettext_noop("bản số hóa phải quét lại"),
    Scan.CERTIFIED: gettext_noop("đã ký xác nhận bản số hóa"),
    Scan.EXEMPT: gettext_noop("không phải số hóa"),
    Issued.NONE: gettext_noop("chưa có kết quả điện tử"),
    Issued.ISSUED: gettext_noop("kết quả điện tử đang có hiệu lực"),
    Issued.REPLACED: gettext_noop("đã thay thế"),
    Issued.WITHDRAWN: gettext_noop("đã thu hồi"),
    Used.USED: gettext_noop("đang dùng lại giấy tờ trong kho"),
    Used.TAKEN_BACK: gettext_noop("đã thôi dùng lại"),
    Kept.VALID: gettext_noop("còn hiệu lực"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a table. `to` None: the state stays."""

    operation: str
    label: str
    sources: frozenset[str]
    to: str | None
    permission: str
    seats: tuple[Seat, ...]
    clause: str


_DIGITISING = "Thông tư 01/2023/TT-VPCP, Điều 8"
_NOT_SCANNED = "Thông tư 03/2025/TT-VPCP, Điều 5"
_STORE = "Nghị định 45/2020/NĐ-CP, Điều 16"
_RESULT = "Nghị định 45/2020/NĐ-CP, Điều 14"
_DESKS: tuple[Seat, ...] = ("receiving", "handling")
_FREE = frozenset({Scan.DUE, Scan.REFUSED, Scan.EXEMPT})
_TABLE: tuple[tuple[str, str, frozenset[str], str | None, str, tuple[Seat, ...], str], ...] = (
    ("scan", gettext_noop("Quét"), frozenset({Scan.DUE, Scan.SCANNED, Scan.REFUSED}), Scan.SCANNED, may.SCAN, _DESKS, _DIGITISING),
    ("accept", gettext_noop("Xác nhận bản số hóa đạt"), frozenset({Scan.SCANNED}), Scan.ACCEPTED, may.CHECK, _DESKS, _DIGITISING),
    ("refuse", gettext_noop("Yêu cầu quét lại"), frozenset({Scan.SCANNED, Scan.ACCEPTED, Scan.CERTIFIED}), Scan.REFUSED, may.CHECK, _DESKS, _DIGITISING),
    ("certify", gettext_noop("Ký xác nhận bản số hóa"), frozenset({Scan.ACCEPTED}), Scan.CERTIFIED, may.CERTIFY, _DESKS, _DIGITISING),
    ("exempt", gettext_noop("Ghi không phải số hóa"), frozenset({Scan.DUE, Scan.SCANNED, Scan.REFUSED}), Scan.EXEMPT, may.SCAN, _DESKS, _NOT_SCANNED),
    ("lift", gettext_noop("Phải số hóa trở lại"), frozenset({Scan.EXEMPT}), Scan.DUE, may.SCAN, _DESKS, _NOT_SCANNED),
    ("keep", gettext_noop("Đưa vào kho"), frozenset(Scan), None, may.KEEP, _DESKS, _STORE),
    ("reuse", gettext_noop("Dùng lại giấy tờ"), _FREE, None, may.REUSE, _DESKS, _STORE),
    ("take_back", gettext_noop("Thôi dùng lại"), frozenset({Used.USED}), Used.TAKEN_BACK, may.REUSE, _DESKS, _STORE),
    ("issue", gettext_noop("Phát hành kết quả điện tử"), frozenset({Issued.NONE}), Issued.ISSUED, may.ISSUE, ("handling",), _RESULT),
    ("deliver", gettext_noop("Chuyển vào kho của người nộp"), frozenset({Issued.ISSUED}), None, may.DELIVER, ("handling", "returning"), _STORE),
    ("replace", gettext_noop("Thay thế kết quả điện tử"), frozenset({Issued.ISSUED}), Issued.REPLACED, may.ISSUE, ("handling",), _RESULT),
    ("withdraw", gettext_noop("Thu hồi kết quả điện tử"), frozenset({Issued.ISSUED}), Issued.WITHDRAWN, may.ISSUE, ("handling",), _RESULT),
)  # fmt: skip

TABLE: Mapping[str, Move] = {row[0]: Move(*row) for row in _TABLE}


def check(operation: str, state: str) -> Move:
    """The row of the table. Raises RecordsRefused records.state when the operation is not done from here."""
    move = TABLE[operation]
    if state not in move.sources:
        raise RecordsRefused(
            "state",
            gettext(
                "Đang ở trạng thái “{now}” nên không thực hiện được việc “{operation}” ({clause}). Hãy tải lại trang hồ sơ."
            ).format(now=gettext(WORDS[state]), operation=gettext(move.label), clause=move.clause),
        )
    return move

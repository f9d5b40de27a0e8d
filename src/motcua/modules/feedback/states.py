"""A petition's path as a table: which operation is done from which state, to which, by whom, by which clause.

What stands not in the table is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext, gettext_noop

from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.errors import FeedbackRefused


class State(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    CLARIFYING = "clarifying"
    ANSWERED = "answered"
    PUBLISHED = "published"
    CLOSED = "closed"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[str, str] = {
    State.RECEIVED: gettext_noop("Mới tiếp nhận"),
    State.ACCEPTED: gettext_noop("Đã thụ lý"),
    State.ASSIGNED: gettext_noop("Đang xử lý, trả lời"),
    State.CLARIFYING: gettext_noop("Chờ người gửi làm rõ"),
    State.ANSWERED: gettext_noop("Đã trả lời"),
    State.PUBLISHED: gettext_noop("Đã công khai kết quả"),
    State.CLOSED: gettext_noop("Đã kết thúc"),
    State.REFUSED: gettext_noop("Từ chối tiếp nhận"),
    State.TRANSFERRED: gettext_noop("Đã chuyển cơ quan có thẩm quyền ngoài tỉnh"),
    State.WITHDRAWN: gettext_noop("Người gửi rút"),
}
OPEN = frozenset({State.RECEIVED, State.ACCEPTED, State.ASSIGNED, State.CLARIFYING})
# What somebody has still something to do with: an answer waits to be published or closed.
UNFINISHED = OPEN | {State.ANSWERED}
WORKING = frozenset({State.ACCEPTED, State.ASSIGNED})
TOLD = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
# What the national portal calls the three groups of its list.
RESOLVED = frozenset(State) - OPEN

Seat = Literal["receiving", "handling", "any"]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. `to` None: the state stays. `seat`: over which of the petition's units the permission must
    be held; "any": over one of the two."""

    operation: str
    label: str
    sources: frozenset[State]
    to: State | None
    permission: str
    seat: Seat
    clause: str


_INTAKE = "Nghị định 20/2008/NĐ-CP, Điều 9 (sửa đổi bởi Nghị định 92/2017/NĐ-CP)"
_DUTIES = "Nghị định 20/2008/NĐ-CP, Điều 10"
_RIGHTS = "Nghị định 20/2008/NĐ-CP, Điều 12"
_HANDLING = "Nghị định 20/2008/NĐ-CP, Điều 14"
_FORMS = "Nghị định 20/2008/NĐ-CP, Điều 15"
_PUBLIC = "Nghị định 20/2008/NĐ-CP, Điều 19"
_INDEX = "Quyết định 766/QĐ-TTg, nhóm chỉ số mức độ hài lòng"
_FREE = frozenset({State.RECEIVED})
_TABLE: tuple[tuple[str, str, frozenset[State], State | None, str, Seat, str], ...] = (
    ("accept", gettext_noop("Thụ lý"), _FREE, State.ACCEPTED, may.SCREEN, "handling", _INTAKE),
    ("refuse", gettext_noop("Từ chối"), _FREE, State.REFUSED, may.SCREEN, "handling", _INTAKE),
    ("forward", gettext_noop("Chuyển đơn vị có thẩm quyền trong tỉnh"), frozenset({State.RECEIVED, State.ACCEPTED}), State.RECEIVED, may.SCREEN, "handling", _INTAKE),
    ("transfer", gettext_noop("Chuyển cơ quan có thẩm quyền ngoài tỉnh"), frozenset({State.RECEIVED, State.ACCEPTED}), State.TRANSFERRED, may.SCREEN, "handling", _INTAKE),
    ("classify", gettext_noop("Phân loại lại"), OPEN, None, may.SCREEN, "handling", _INTAKE),
    ("assign", gettext_noop("Phân công"), WORKING, State.ASSIGNED, may.ASSIGN, "handling", _DUTIES),
    ("ask_sender", gettext_noop("Đề nghị người gửi làm rõ"), WORKING, State.CLARIFYING, may.ANSWER, "handling", _HANDLING),
    ("record_clarification", gettext_noop("Ghi nội dung người gửi làm rõ"), frozenset({State.CLARIFYING}), State.ASSIGNED, may.ANSWER, "handling", _HANDLING),
    ("answer", gettext_noop("Trả lời"), WORKING | {State.CLARIFYING}, State.ANSWERED, may.ANSWER, "handling", _FORMS),
    ("publish", gettext_noop("Công khai kết quả"), frozenset({State.ANSWERED}), State.PUBLISHED, may.PUBLISH, "handling", _PUBLIC),
    ("close", gettext_noop("Kết thúc, không công khai"), frozenset({State.ANSWERED}), State.CLOSED, may.PUBLISH, "handling", _PUBLIC),
    ("reopen", gettext_noop("Mở lại"), frozenset(TOLD), State.ASSIGNED, may.PUBLISH, "handling", _RIGHTS),
    ("withdraw", gettext_noop("Người gửi rút"), OPEN, State.WITHDRAWN, may.RECEIVE, "any", _RIGHTS),
    ("record_reactions", gettext_noop("Ghi lượt hài lòng, không hài lòng"), frozenset(TOLD), None, may.RECEIVE, "any", _INDEX),
    ("mark_repeat", gettext_noop("Đánh dấu gửi lặp lại"), frozenset(State), None, may.SCREEN, "handling", _INDEX),
)  # fmt: skip

TABLE: Mapping[str, Move] = {row[0]: Move(*row) for row in _TABLE}


def state_word(state: str) -> str:
    """The state in the reader's language."""
    return gettext(STATE_WORDS[State(state)])


def check(operation: str, state: str) -> Move:
    """The row of the table. Raises FeedbackRefused feedback.state when the operation is not done from here."""
    move = TABLE[operation]
    if state not in move.sources:
        allowed = ", ".join(f"“{state_word(one)}”" for one in State if one in move.sources)
        raise FeedbackRefused(
            "state",
            gettext(
                "Phản ánh, kiến nghị đang ở trạng thái “{now}” nên không thực hiện được việc “{operation}”; việc này chỉ làm khi đang ở {allowed} ({clause})."
            ).format(
                now=state_word(state), operation=gettext(move.label), allowed=allowed, clause=move.clause
            ),
        )
    return move


def operations_from(state: str) -> tuple[Move, ...]:
    """What may be done from a state, in the order of the table."""
    return tuple(move for move in TABLE.values() if state in move.sources)

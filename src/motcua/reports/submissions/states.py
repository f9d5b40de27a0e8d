"""The path of a submission as a table: which operation is done from which state, to which, by whom.

What stands not in the table is refused, and the refusal says which state holds, since when, and who can change it.
`superseded` is no state of a submission: it is the stage of a version that a later one has replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.translation import gettext, gettext_noop

from motcua.reports.submissions import permissions as may


class State(models.TextChoices):
    NOT_DUE = "not_due", gettext_noop("chưa đến kỳ")
    OPEN = "open", gettext_noop("đang mở")
    DERIVED = "derived", gettext_noop("đã điền sẵn")
    SUBMITTED = "submitted", gettext_noop("đã nộp, chờ duyệt")
    RETURNED = "returned", gettext_noop("bị trả lại")
    APPROVED = "approved", gettext_noop("đã duyệt")
    PUBLISHED = "published", gettext_noop("đã công bố")
    REOPENED = "reopened", gettext_noop("mở lại để sửa")


WORDS: Mapping[str, str] = {state.value: state.label for state in State}
EDITABLE = frozenset({State.OPEN, State.DERIVED, State.RETURNED, State.REOPENED})
LOCKED = frozenset({State.SUBMITTED, State.APPROVED, State.PUBLISHED})
HANDED_OVER = LOCKED
TONES: Mapping[str, str] = {
    State.NOT_DUE: "none",
    State.OPEN: "wait",
    State.DERIVED: "wait",
    State.SUBMITTED: "warn",
    State.RETURNED: "bad",
    State.APPROVED: "good",
    State.PUBLISHED: "good",
    State.REOPENED: "warn",
}

# unit: the submission's own unit, or for the province's own forms who runs campaigns; province: who reviews units, or
# for the province's own forms who publishes; system: the beat, or who runs campaigns.
Seat = Literal["unit", "province", "leader", "system"]


@dataclass(frozen=True, slots=True)
class Move:
    """One row. `to` None: the state stays. `own_permission`: what the province's own forms ask instead."""

    operation: str
    label: str
    sources: frozenset[State]
    to: State | None
    permission: str
    own_permission: str
    seat: Seat


_TABLE: tuple[tuple[str, str, frozenset[State], State | None, str, str, Seat], ...] = (
    ("open", gettext_noop("Mở biểu"), frozenset({State.NOT_DUE}), State.OPEN, may.RUN, may.RUN, "system"),
    ("derive", gettext_noop("Điền sẵn"), EDITABLE, None, may.VIEW, may.RUN, "unit"),
    ("submit", gettext_noop("Nộp"), EDITABLE, State.SUBMITTED, may.SUBMIT, may.RUN, "unit"),
    ("withdraw", gettext_noop("Rút lại"), frozenset({State.SUBMITTED}), State.DERIVED, may.SUBMIT, may.RUN, "unit"),
    ("return", gettext_noop("Trả lại"), frozenset({State.SUBMITTED}), State.RETURNED, may.REVIEW, may.PUBLISH, "province"),
    ("approve", gettext_noop("Duyệt"), frozenset({State.SUBMITTED}), State.APPROVED, may.REVIEW, may.PUBLISH, "province"),
    ("publish", gettext_noop("Công bố"), frozenset({State.APPROVED}), State.PUBLISHED, may.PUBLISH, may.PUBLISH, "leader"),
    ("reopen", gettext_noop("Mở lại"), frozenset({State.APPROVED, State.PUBLISHED}), State.REOPENED, may.REVIEW, may.PUBLISH, "province"),
    ("remark", gettext_noop("Góp ý"), frozenset(State) - {State.NOT_DUE}, None, may.REVIEW, may.PUBLISH, "province"),
)  # fmt: skip

TABLE: Mapping[str, Move] = {row[0]: Move(*row) for row in _TABLE}


def state_word(state: str) -> str:
    """The state in the reader's language."""
    return gettext(WORDS[state])


def operations_from(state: str) -> tuple[Move, ...]:
    """What may be done from a state, in the order of the table."""
    return tuple(move for move in TABLE.values() if state in move.sources)


_OPENERS: Mapping[tuple[str, bool], str] = {
    (State.SUBMITTED, False): gettext_noop(
        "Lãnh đạo đơn vị rút lại được khi chưa có góp ý; điều phối cấp tỉnh trả lại được"
    ),
    (State.APPROVED, False): gettext_noop("Điều phối cấp tỉnh mở lại được, có lý do"),
    (State.PUBLISHED, False): gettext_noop("Điều phối cấp tỉnh mở lại được, có lý do"),
    (State.SUBMITTED, True): gettext_noop(
        "Điều phối cấp tỉnh rút lại được khi chưa có góp ý; lãnh đạo, Văn phòng UBND tỉnh trả lại được"
    ),
    (State.APPROVED, True): gettext_noop("Lãnh đạo, Văn phòng UBND tỉnh mở lại được, có lý do"),
    (State.PUBLISHED, True): gettext_noop("Lãnh đạo, Văn phòng UBND tỉnh mở lại được, có lý do"),
}


def opener(state: str, own: bool) -> str:
    """Who can open the lock of a state; `own`: of the province's own forms."""
    return gettext(_OPENERS.get((State(state), own), ""))

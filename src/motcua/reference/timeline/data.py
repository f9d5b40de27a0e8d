"""What crosses the door of the timeline: states, versions, decisions, links, refusals. Pure, no Django."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from motcua.kernel.errors import KernelError

WHOLE = Fraction(1)


class ChangeRefused(KernelError):
    """A change that the rules or the history do not allow; `str(error)` says why and what to do."""

    code = "timeline.refused"


@dataclass(frozen=True, slots=True)
class State:
    """What a thing is during one span: its name, kind, level, code and parent; `details` are the table's own."""

    name: str
    kind: str
    level: str
    code: str
    parent: uuid.UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def but(self, **changes: Any) -> State:
        """The same state with some fields changed."""
        return replace(self, **changes)


@dataclass(slots=True, eq=False)
class Version:
    """One span of one thing: from `valid_from` to the day before `valid_to` (None: until further notice).

    `path` reads `/H05/H05.15/`. `opened_by` and `closed_by` are the changes at its two ends.
    """

    subject: uuid.UUID
    state: State
    path: str
    valid_from: dt.date
    opened_by: uuid.UUID
    valid_to: dt.date | None = None
    closed_by: uuid.UUID | None = None
    row_id: int | None = None

    def on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Decision:
    """The legal act: number, day of signature (None if unknown), day it takes effect, and its title."""

    number: str
    effective_on: dt.date
    signed_on: dt.date | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One act under a decision. `kind` is one of KINDS_OF_CHANGE."""

    uid: uuid.UUID
    kind: str
    decision: Decision

    @property
    def day(self) -> dt.date:
        return self.decision.effective_on


@dataclass(frozen=True, slots=True)
class Link:
    """`share` of what the predecessor was went to the successor; `basis` says how the share is known."""

    change: uuid.UUID
    day: dt.date
    predecessor: uuid.UUID
    successor: uuid.UUID
    share: Fraction = WHOLE
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What a caller says of one link: predecessor to successor, its share and the basis of the share."""

    predecessor: uuid.UUID
    successor: uuid.UUID
    share: Fraction = WHOLE
    basis: str = ""


KINDS_OF_CHANGE: Mapping[str, str] = {
    "found": "Thành lập",
    "merge": "Hợp nhất",
    "split": "Chia",
    "rearrange": "Sắp xếp",
    "rename": "Đổi tên, đổi loại hình",
    "transfer": "Chuyển đơn vị quản lý",
    "abolish": "Giải thể",
}

"""What crosses the door of payments. Amounts are `kernel.money.Dong`, whole đồng."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

from motcua.kernel.money import Dong

ChargeKind = Literal["charge", "fee", "tax", "land"]  # phí, lệ phí, thuế, nghĩa vụ tài chính về đất đai
ReliefKind = Literal["", "exempt", "reduced"]
DueBefore = Literal["receipt", "handling", "result"]
Method = Literal["national", "provincial", "transfer", "pos", "cash"]


@dataclass(frozen=True, slots=True)
class Relief:
    """An exemption ("exempt"), or `off` đồng taken off ("reduced"), with its reason and the clause that lets it."""

    kind: ReliefKind
    reason: str
    clause: str
    off: Dong | None = None


@dataclass(frozen=True, slots=True)
class ChargeDraft:
    """Something a dossier must pay that the catalogue does not price: a tax, a land obligation, a fee by a table.

    `basis`: the notice or text it rests on. `due_before`: what waits for it (receipt of the dossier, its handling, the
    handing over of the result); `due_on`: the last day, when there is one.
    """

    kind: ChargeKind
    name: str
    amount: Dong
    basis: str
    due_before: DueBefore = "result"
    due_on: dt.date | None = None
    relief: Relief | None = None


@dataclass(frozen=True, slots=True)
class FeeChoice:
    """How a fee of the catalogue applies: `quantity` of the priced unit (copies, pages), or the `amount` where the
    catalogue gives words only."""

    quantity: int = 1
    amount: Dong | None = None
    relief: Relief | None = None


@dataclass(frozen=True, slots=True)
class PartnerNotice:
    """What a payment platform or bank tells: `order_code` was paid, `amount`, at `paid_at`, under `reference`."""

    partner: str
    reference: str
    order_code: str
    amount: Dong
    paid_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a partner's statement of a day."""

    reference: str
    amount: Dong
    order_code: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation left. `uids`: of what it made or changed, the first being `uid`; `dossier`: whose money.

    `resumed`: the dossier had waited for this payment and goes on. `repeated`: the key had been used, nothing was done.
    """

    uid: uuid.UUID
    state: str
    dossier: uuid.UUID
    uids: tuple[uuid.UUID, ...] = ()
    number: str = ""
    repeated: bool = False
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a partner's notice: "confirmed"; "repeated" (taken before); "kept" for reconciliation because of
    `reason` (unknown, amount, state, partner), which `message` says in words."""

    outcome: Literal["confirmed", "repeated", "kept"]
    uid: uuid.UUID
    reason: str = ""
    message: str = ""
    order: uuid.UUID | None = None
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class DayResult:
    """A partner's day compared: how many payments of each outcome. `repeated`: nothing had changed since."""

    uid: uuid.UUID
    matched: int
    missing_here: int
    missing_there: int
    differs: int
    repeated: bool = False

    @property
    def is_clean(self) -> bool:
        return not (self.missing_here or self.missing_there or self.differs)

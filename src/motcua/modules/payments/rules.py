"""Rules of payments: pure, with values in dated YAML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from motcua.kernel.money import Dong
from motcua.modules.catalogue.data import Fee, ProcedureContent

# Paid on the gateway of the national portal (1) or of the ministry or province (2): what Decision 766/QĐ-TTg counts as
# paid online. A transfer or a card at the counter is cashless, not online.
ONLINE: Mapping[str, int] = {"national": 1, "provincial": 2}
COUNTER = frozenset({"cash", "pos", "transfer"})
MOST = 10**14  # đồng; more is a slip of the pen

Outcome = Literal["matched", "missing_here", "missing_there", "differs"]


@lru_cache(maxsize=1)
def _values() -> Mapping[str, Any]:
    text = (Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]


def order_minutes(method: str, day: dt.date) -> int | None:
    """How long an order of a method waits, as in force on a day; None: until somebody ends it."""
    lines = [line for line in _values()["order_minutes"] if line["from"] <= day]
    return max(lines, key=lambda line: line["from"])[method] if lines else None


def resolutions() -> Mapping[str, str]:
    """What may be said of a difference: code to words."""
    return {entry["code"]: entry["label"] for entry in _values()["resolutions"]}


def refund_causes() -> Mapping[str, str]:
    """Why money may be given back: code to words."""
    return {entry["code"]: entry["label"] for entry in _values()["refund_causes"]}


def has_fee(content: ProcedureContent) -> bool:
    """Whether a procedure has a financial duty: some channel or case of it has a fee that is not nothing. A fee that the
    text alone says ("theo quy định của...") is one."""
    return any(fee.amount != 0 for fee in all_fees(content))


def all_fees(content: ProcedureContent) -> Iterable[Fee]:
    for channel in content.channels:
        for limit in channel.limits:
            yield from limit.fees


def fees_of(content: ProcedureContent, channel: str, case: str) -> tuple[Fee, ...]:
    """The fees of a channel and case, by the version's own choice of its line."""
    line = content.limit(channel, case)
    return line.fees if line else ()


def relieved(listed: Dong, relief: str, off: Dong | None) -> Dong:
    """What is left to pay. relief: "" nothing off, "exempt" all, "reduced" `off` of it (more than nothing, less than
    all). Raises ValueError when the amount taken off does not fit the relief."""
    if relief == "":
        if off:
            raise ValueError("an amount taken off without a relief")
        return listed
    if relief == "exempt":
        return Dong(0)
    if off is None or not Dong(0) < off < listed:
        raise ValueError("a reduction must be more than nothing and less than all")
    return listed - off


@dataclass(frozen=True, slots=True)
class Ours:
    """A payment we confirmed, by the partner's reference."""

    reference: str
    order_code: str
    amount: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class Theirs:
    """A line of the partner's statement."""

    reference: str
    order_code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One payment as both sides tell it; `ours` or `theirs` (đồng) is None on the side that lacks it."""

    key: str
    outcome: Outcome
    order_code: str
    ours: int | None
    theirs: int | None


def compare_day(
    day: dt.date, ours: Iterable[Ours], theirs: Iterable[Theirs], elsewhere: frozenset[str] = frozenset()
) -> tuple[Difference, ...]:
    """Each payment of a day once, in order of its key: equal, lacking on one side, or of another amount.

    ours: our confirmed payments of the day, and those of other days that the statement names (a payment around midnight
    is matched whatever day each side gives it). elsewhere: references that statements of other days hold; what stands
    there is not missing. A reference stated twice is one payment of both amounts, so that it differs. An order of ours
    paid a second time bears another reference, and so is missing here.
    """
    mine = {one.reference: one for one in ours}
    found: dict[str, Difference] = {}
    for reference, code, amount in _summed(theirs):
        own = mine.get(reference)
        if own is None:
            found[reference] = Difference(reference, "missing_here", code, None, amount)
        else:
            outcome: Outcome = "matched" if own.amount == amount else "differs"
            found[reference] = Difference(reference, outcome, own.order_code, own.amount, amount)
    for own in mine.values():
        if own.day == day and own.reference not in found and own.reference not in elsewhere:
            found[own.reference] = Difference(
                own.reference, "missing_there", own.order_code, own.amount, None
            )
    return tuple(found[key] for key in sorted(found))


def _summed(lines: Iterable[Theirs]) -> list[tuple[str, str, int]]:
    whole: dict[str, tuple[str, int]] = {}
    for line in lines:
        code, amount = whole.get(line.reference, (line.order_code, 0))
        whole[line.reference] = (code, amount + line.amount)
    return [(reference, code, amount) for reference, (code, amount) in whole.items()]

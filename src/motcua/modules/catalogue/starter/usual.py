"""The usual internal process, its working time parted over the steps by the limit of the procedure."""

from __future__ import annotations

from functools import lru_cache

from motcua.kernel.worktime import LimitUnit, parse_limit
from motcua.modules.catalogue.data import StepPlan

# What may be done at a step of each kind: operations of the dossier room.
ACTIONS: dict[str, tuple[str, ...]] = {
    "reception": ("receive", "refuse", "request_supplement", "forward"),
    "assign": ("assign", "forward"),
    "process": ("request_supplement", "consult", "refuse", "submit"),
    "consult": ("answer_consultation",),
    "review": ("approve", "return_step"),
    "approve": ("approve", "return_step"),
    "sign": ("sign", "return_step"),
    "issue": ("record_result",),
    "return": ("return_result",),
}
ROLES: dict[str, str] = {
    "reception": "reception-officer",
    "assign": "unit-leader",
    "process": "processing-officer",
    "consult": "processing-officer",
    "review": "unit-leader",
    "approve": "unit-leader",
    "sign": "unit-leader",
    "issue": "clerk",
    "return": "reception-officer",
}
_PLACES = {"reception": "receiving", "return": "returning"}
_NAMES = {
    "reception": "Tiếp nhận hồ sơ",
    "assign": "Phân công thụ lý",
    "process": "Thẩm định, dự thảo kết quả",
    "approve": "Duyệt kết quả",
    "sign": "Ký kết quả",
    "issue": "Phát hành kết quả",
    "return": "Trả kết quả",
}
_WORKING_DAYS_IN_MONTH = 21


def quarters_of(limit: str) -> int:
    """The quarters of a working day in a limit. Of days on the calendar five in seven are taken, of a month 21:
    somewhat fewer than there mostly are, so that a process that fits in them fits in the limit."""
    read = parse_limit(limit)
    if read.unit is LimitUnit.WORKING_DAY:
        return int(read.amount * 4)
    if read.unit is LimitUnit.WORKING_HOUR:
        return int(read.amount / 2)
    if read.unit is LimitUnit.CALENDAR_DAY:
        return int(read.amount) * 5 // 7 * 4
    months = int(read.amount) * (12 if read.unit is LimitUnit.YEAR else 1)
    return months * _WORKING_DAYS_IN_MONTH * 4


@lru_cache(maxsize=512)
def usual_steps(limit: str, *, at_province: bool) -> tuple[StepPlan, ...]:
    """Reception, assignment, handling, approval, issue, return; shorter at communes and for a day or less.

    The times of the steps add up to the limit exactly; returning is not counted.
    """
    quarters = quarters_of(limit)
    if quarters < 4:
        raise ValueError(f"Thời hạn “{limit}” ngắn hơn một ngày làm việc, không chia đều được cho các bước.")
    if quarters < 12 or not at_province:
        last = 1 if quarters < 12 else 2
        parts = [("reception", 1), ("process", quarters - 1 - last), ("sign", last), ("return", 0)]
    else:
        parts = [
            ("reception", 1),
            ("assign", 1),
            ("process", quarters - 5),
            ("approve", 2),
            ("issue", 1),
            ("return", 0),
        ]
    return tuple(_step(order, kind, amount) for order, (kind, amount) in enumerate(parts, start=1))


def _step(order: int, kind: str, quarters: int) -> StepPlan:
    return StepPlan(
        key=str(order),
        order=order,
        kind=kind,  # type: ignore[arg-type]
        name=_NAMES[kind],
        role=ROLES[kind],
        place=_PLACES.get(kind, "handling"),  # type: ignore[arg-type]
        quarters=quarters,
        actions=ACTIONS[kind],
    )

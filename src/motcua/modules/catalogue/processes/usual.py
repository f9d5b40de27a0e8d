"""The five-step electronic process, its working time parted over the steps by the limit of the procedure.

Reception, assignment, handling, signing, return: each step electronic, each timed. Below a day, and at communes
for less than three days, assignment is left out, as small units do.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.errors import KernelError
from motcua.kernel.worktime import LimitUnit, parse_limit
from motcua.modules.catalogue.data import ProcedureInfo, ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.processes.graph import RETURN
from motcua.modules.catalogue.starter.usual import ACTIONS, ROLES, quarters_of

UNSAVED = uuid.UUID(int=0)  # the identity of a plan that no table holds
WHEN_UNSTATED = "05 ngày làm việc"
_PLACES = {"reception": "receiving", "return": "returning"}
_NAMES = {
    "reception": gettext_noop("Tiếp nhận hồ sơ điện tử"),
    "assign": gettext_noop("Phân công thụ lý"),
    "process": gettext_noop("Thẩm định, dự thảo kết quả"),
    "sign": gettext_noop("Duyệt và ký số kết quả"),
    "return": gettext_noop("Trả kết quả"),
}
_OUTPUTS = {
    "reception": gettext_noop("Giấy tiếp nhận hồ sơ và hẹn trả kết quả; hồ sơ điện tử"),
    "assign": gettext_noop("Ý kiến phân công"),
    "process": gettext_noop("Dự thảo kết quả"),
    "sign": gettext_noop("Kết quả điện tử đã ký số"),
    "return": gettext_noop("Kết quả đã trả"),
}


def default_plan(info: ProcedureInfo) -> ProcessPlan:
    """The five-step electronic process of a procedure; four steps when its limit is short. The times add up to the
    limit of direct filing exactly; returning is not counted. Without a readable limit five working days are taken.
    """
    limit = limit_of(info) or WHEN_UNSTATED
    steps = _steps(_parted(limit, at_province=info.at_province))
    return ProcessPlan(0, UNSAVED, info.code, "", info.name[:500], steps, _links(steps))


def limit_of(info: ProcedureInfo) -> str:
    """The limit of direct filing when it can be read, else that of another channel, else ""."""
    for channel in ("direct", "online", "post"):
        limit = info.content.limit(channel)
        if limit is not None and readable(limit.limit):
            return limit.limit
    return ""


def readable(limit: str) -> bool:
    try:
        parse_limit(limit)
    except KernelError:
        return False
    return True


def _parted(limit: str, *, at_province: bool) -> list[tuple[str, int, int]]:
    """(kind, quarters, minutes) of each step."""
    read = parse_limit(limit)
    if read.unit is LimitUnit.WORKING_HOUR:
        return _by_clock(int(read.amount * 60))
    quarters = quarters_of(limit)
    if quarters < 4:
        shares = _shares(quarters, (1, 2, 1))
        return [
            (kind, share, 0) for kind, share in zip(("reception", "process", "sign"), shares, strict=True)
        ] + [("return", 0, 0)]
    last = 1 if quarters < 12 else 2
    if quarters < 12 and not at_province:
        return [("reception", 1, 0), ("process", quarters - 1 - last, 0), ("sign", last, 0), ("return", 0, 0)]
    return [
        ("reception", 1, 0),
        ("assign", 1, 0),
        ("process", quarters - 2 - last, 0),
        ("sign", last, 0),
        ("return", 0, 0),
    ]


def _by_clock(minutes: int) -> list[tuple[str, int, int]]:
    reception, sign = minutes // 8, minutes // 8
    return [
        ("reception", 0, reception),
        ("process", 0, minutes - reception - sign),
        ("sign", 0, sign),
        ("return", 0, 0),
    ]


def _shares(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts that add up to the total, the heaviest getting what is left."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    parts[weights.index(max(weights))] += total - sum(parts)
    return parts


def _steps(parts: Sequence[tuple[str, int, int]]) -> tuple[StepPlan, ...]:
    return tuple(
        StepPlan(
            key=str(order),
            order=order,
            kind=kind,  # type: ignore[arg-type]
            name=_(_NAMES[kind]),
            role=ROLES[kind],
            place=_PLACES.get(kind, "handling"),  # type: ignore[arg-type]
            output=_(_OUTPUTS[kind]),
            quarters=quarters,
            minutes=minutes,
            actions=ACTIONS[kind],
        )
        for order, (kind, quarters, minutes) in enumerate(parts, start=1)
    )


def _links(steps: Sequence[StepPlan]) -> tuple[StepLink, ...]:
    onward = [StepLink(one.key, two.key) for one, two in pairwise(steps)]
    by_kind = {step.kind: step.key for step in steps}
    back = StepLink(by_kind["sign"], by_kind["process"], RETURN, _("Trả lại để sửa dự thảo"))
    return (*onward, back)

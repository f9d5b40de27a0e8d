"""What happens to units, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from motcua.engine.events.api import declare_event

VERBS = {"found": "founded", "merge": "merged", "split": "split", "rearrange": "rearranged"}
VERBS |= {"rename": "renamed", "transfer": "transferred", "abolish": "abolished"}
SENTENCES = {
    "found": gettext_noop("Thành lập {after}"),
    "merge": gettext_noop("Hợp nhất {before} thành {after}"),
    "split": gettext_noop("Chia {before} thành {after}"),
    "rearrange": gettext_noop("Sắp xếp {before} thành {after}"),
    "rename": gettext_noop("Đổi {before} thành {after}"),
    "transfer": gettext_noop("{after}: chuyển đơn vị quản lý hoặc đổi mã"),
    "abolish": gettext_noop("Kết thúc {before}"),
}


def _sentence(pattern: str) -> Any:
    def tell(payload: Mapping[str, Any]) -> str:
        names = {side: _names(payload.get(side, ())) for side in ("before", "after")}
        done = gettext(pattern).format(**names)
        number = payload.get("number", "…")
        return gettext("{done}, theo {number}, từ ngày {day}").format(
            done=done, number=number, day=_day(payload)
        )

    return tell


def _names(names: Any) -> str:
    listed = list(names)
    if len(listed) > 6:
        return gettext("{names} và {n} đơn vị khác").format(names=", ".join(listed[:5]), n=len(listed) - 5)
    return ", ".join(listed)


def _day(payload: Mapping[str, Any]) -> str:
    day = payload.get("effective_on")
    return f"{dt.date.fromisoformat(day):%d/%m/%Y}" if day else "…"


CHANGED = {
    kind: declare_event(f"organisations:unit:{verb}", _sentence(SENTENCES[kind]))
    for kind, verb in VERBS.items()
}
UNDONE = declare_event("organisations:unit:undone", "Hoàn tác “{title}” (theo {number}); lý do: {reason}")
CARRIED = declare_event("organisations:unit:carried", "Chuyển {count} bản ghi theo đơn vị mới, theo {number}")
LOADED = declare_event("organisations:reference:loaded", "Nạp dữ liệu đơn vị của {province}: {versions} dòng")
CARRIED_BACK = declare_event(
    "organisations:reference:carried-back",
    "Cho năm mô phỏng: trạng thái đầu của {count} đơn vị được coi là có từ {since}",
)

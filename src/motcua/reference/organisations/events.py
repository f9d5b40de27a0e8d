"""What happens to units, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from motcua.engine.events.api import declare_event

VERBS = {"found": "founded", "merge": "merged", "split": "split", "rearrange": "rearranged"}
VERBS |= {"rename": "renamed", "transfer": "transferred", "abolish": "abolished"}
SENTENCES = {
    "found": "Thành lập {after}",
    "merge": "Hợp nhất {before} thành {after}",
    "split": "Chia {before} thành {after}",
    "rearrange": "Sắp xếp {before} thành {after}",
    "rename": "Đổi {before} thành {after}",
    "transfer": "{after}: chuyển đơn vị quản lý hoặc đổi mã",
    "abolish": "Kết thúc {before}",
}


def _sentence(pattern: str) -> Any:
    def tell(payload: Mapping[str, Any]) -> str:
        names = {side: _names(payload.get(side, ())) for side in ("before", "after")}
        return f"{pattern.format(**names)}, theo {payload.get('number', '…')}, từ ngày {_day(payload)}"

    return tell


def _names(names: Any) -> str:
    listed = list(names)
    if len(listed) > 6:
        return f"{', '.join(listed[:5])} và {len(listed) - 5} đơn vị khác"
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

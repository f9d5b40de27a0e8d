"""What happens to territories, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcua.engine.events.api import declare_event
from motcua.reference.timeline.api import KINDS_OF_CHANGE


def _told(payload: Mapping[str, Any]) -> str:
    kind = KINDS_OF_CHANGE.get(str(payload.get("kind")), "Thay đổi")
    return f"{kind} theo {payload.get('number', '…')}: {payload.get('title', '')}".rstrip(": ")


CHANGED = declare_event("places:place:changed", _told)
UNDONE = declare_event("places:place:undone", "Hoàn tác thay đổi địa giới theo {number}: {reason}")

"""What happens to territories, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from motcua.engine.events.api import declare_event
from motcua.reference.timeline.api import KINDS_OF_CHANGE


def _told(payload: Mapping[str, Any]) -> str:
    kind = gettext(KINDS_OF_CHANGE.get(str(payload.get("kind")), gettext_noop("Thay đổi")))
    told = gettext("{kind} theo {number}: {title}").format(
        kind=kind, number=payload.get("number", "…"), title=payload.get("title", "")
    )
    return told.rstrip(": ")


CHANGED = declare_event("places:place:changed", _told)
UNDONE = declare_event("places:place:undone", "Hoàn tác thay đổi địa giới theo {number}: {reason}")

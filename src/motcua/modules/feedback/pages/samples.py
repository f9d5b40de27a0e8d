"""Sample values of this room's routes: a petition of the demonstration, in the viewer's units when they have one."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.modules.feedback.queries import some_ticket


def _ticket(viewer: Viewer) -> dict[str, Any]:
    return {"uid": some_ticket(viewer)}


SAMPLES = {
    "feedback:ticket": _ticket,
    "feedback:act": lambda viewer: {**_ticket(viewer), "work": "mark_repeat"},
    "feedback:sender": _ticket,
}

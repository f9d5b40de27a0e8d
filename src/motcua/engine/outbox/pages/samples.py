"""Sample values of this room's routes, for the test that walks every route as every role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.engine.outbox.models import Message
from motcua.engine.outbox.putting import put
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province

NOBODY = UUID(int=0)


def _message(viewer: Viewer) -> dict[str, Any]:
    """The latest message of the viewer's province; one is made where nothing was ever sent."""
    province = viewer.provinces().order_by("pk").first() or Province.objects.order_by("pk").first()
    if province is None:
        return {"uid": NOBODY}
    found = Message.objects.filter(province=province).order_by("-pk").values_list("uid", flat=True).first()
    return {"uid": found or _made(province)}


@transaction.atomic
def _made(province: Province) -> UUID:
    return put("sample", "sample", {"text": "Tin mẫu"}, province=province, key="sample").uid


SAMPLES = {f"outbox:{name}": _message for name in ("message", "content", "replay", "cancel")}

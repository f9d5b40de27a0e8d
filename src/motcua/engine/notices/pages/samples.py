"""Sample values of this room's routes, for the test that walks every route as every role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motcua.engine.notices.inbox import own
from motcua.engine.notices.models import Notice, seal_words
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7


def _notice(viewer: Viewer) -> dict[str, Any]:
    """A notice of the viewer's own; one is made in an empty inbox."""
    found = own(viewer).first()
    province = Province.objects.order_by("pk").first()
    if found is None and viewer.user_id is not None and province is not None:
        found = Notice.objects.create(
            province=province,
            message_uid=uuid7(),
            user_id=viewer.user_id,
            code="sample",
            content=seal_words("Thông báo mẫu", "Nội dung mẫu."),
            created_at=now(),
        )
    return {"uid": found.uid if found else UUID(int=0)}


SAMPLES = {"notices:open": _notice}

"""Sample values of this room's routes, for the test that walks every route as every role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.engine.accounts.models import User
from motcua.engine.clients.models import MARK, ApiClient
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7
from motcua.kernel.tokens import digest_of_token, new_token


def _client(viewer: Viewer) -> dict[str, Any]:
    """A client of the viewer's province; one is made where there is none."""
    province = viewer.provinces().order_by("pk").first() or Province.objects.order_by("pk").first()
    if province is None:
        return {"uid": UUID(int=0)}
    found = ApiClient.objects.filter(province=province, revoked_at__isnull=True).order_by("-pk").first()
    return {"uid": (found or _made(province)).uid}


@transaction.atomic
def _made(province: Province) -> ApiClient:
    uid, token = uuid7(), new_token(MARK)
    account = User.objects.create_user(f"api.{uid.hex}", None, display_name="Kết nối mẫu")
    return ApiClient.objects.create(
        uid=uid,
        province=province,
        name="Kết nối mẫu",
        user=account,
        token_prefix=token[:11],
        token_digest=digest_of_token(token),
        created_at=now(),
    )


def _hook(viewer: Viewer) -> dict[str, Any]:
    return _client(viewer) | {"hook": UUID(int=0)}


SAMPLES = {f"clients:{name}": _client for name in ("client", "change", "rotate", "revoke", "add-hook")}
SAMPLES["clients:hook"] = _hook

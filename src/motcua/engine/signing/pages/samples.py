"""Sample values of this room's routes: a certificate that the viewer has, or one that nobody has."""

from __future__ import annotations

import uuid
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.signing.identities import visible_identities
from motcua.engine.signing.models import SigningIdentity

NOBODYS = uuid.UUID(int=0)


def _identity(viewer: Viewer) -> dict[str, Any]:
    own = SigningIdentity.objects.filter(user=viewer.user_id).first() if viewer.user_id else None
    row = own or visible_identities(viewer).first()
    return {"uid": row.uid if row else NOBODYS}


SAMPLES = {"signing:retire": _identity, "signing:certificate": _identity}

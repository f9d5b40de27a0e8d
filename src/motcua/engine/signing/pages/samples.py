"""Sample values of this room's routes: the viewer's own certificate, noted without a key when there is none yet."""

from __future__ import annotations

import uuid
from typing import Any

from asn1crypto.x509 import Certificate

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.engine.signing import development
from motcua.engine.signing.models import KeyKind, SigningIdentity
from motcua.kernel.clock import now

NOBODYS = uuid.UUID(int=0)


def _identity(viewer: Viewer) -> dict[str, Any]:
    if not isinstance(viewer.user, User):
        return {"uid": NOBODYS}
    row = SigningIdentity.objects.filter(user=viewer.user, retired_at__isnull=True).first()
    return {"uid": (row or _noted(viewer.user)).uid}


def _noted(user: User) -> SigningIdentity:
    certificate = _certificate()
    return SigningIdentity.objects.create(
        province=Province.objects.earliest("pk"),
        unit_code="",
        unit_path="/",
        user=user,
        kind=KeyKind.DEVELOPMENT,
        subject=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        certificate=certificate.dump(),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        asks_secret=False,
        added_at=now(),
    )


def _certificate() -> Certificate:
    """One of its own for each: the register has a certificate once."""
    return development.issue("Người thử", organisation="Đơn vị thử")[0].asn1


SAMPLES = {"signing:retire": _identity, "signing:certificate": _identity}

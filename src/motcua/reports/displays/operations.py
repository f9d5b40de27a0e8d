"""Giving a screen its key, and taking it back."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.text import squeeze
from motcua.kernel.tokens import digest_of_token, new_token
from motcua.reference.organisations.api import unit_at
from motcua.reports.displays import events
from motcua.reports.displays.errors import DisplayRefused
from motcua.reports.displays.models import MARK, Display
from motcua.reports.displays.permissions import MANAGE


def issue_display(viewer: Viewer, province: Province, name: str, unit_code: str = "") -> tuple[Display, str]:
    """Opens a display of a unit ("" the whole province) and returns it with its key, which is shown once and kept nowhere.

    Raises NotPermitted; DisplayRefused displays.name, displays.unit.
    """
    path = "/"
    if unit_code:
        unit = unit_at(province, unit_code, today())
        if unit is None:
            viewer.require(MANAGE, province=province)
            raise DisplayRefused("unit", _("Không có đơn vị này đang hoạt động trong tỉnh."))
        path = unit.path
    viewer.require(MANAGE, province=province, unit_path=path)
    words = squeeze(name)
    if not 2 <= len(words) <= 200:
        raise DisplayRefused("name", _("Hãy đặt tên màn hình từ 2 đến 200 ký tự, ví dụ nơi treo."))
    key = new_token(MARK)
    with transaction.atomic():
        display = Display.objects.create(
            province=province,
            unit_code=unit_code,
            unit_path=path,
            name=words,
            prefix=key[:11],
            digest=digest_of_token(key),
            issued_at=now(),
            issued_by_id=viewer.user_id,
        )
        _tell(viewer, events.ISSUED, display, province)
    return display, key


def revoke_display(viewer: Viewer, province: Province, uid: uuid.UUID) -> Display:
    """The display shows nothing any more; doing it again changes nothing. Raises NotPermitted, also where there is none."""
    with transaction.atomic():
        display = Display.objects.select_for_update(of=("self",)).filter(province=province, uid=uid).first()
        viewer.require(MANAGE, province=province, unit_path=display.unit_path if display else "/")
        if display is None:
            raise DisplayRefused("unknown", _("Không có màn hình này trong tỉnh."))
        if display.revoked_at is None:
            display.revoked_at = now()
            display.save(update_fields=["revoked_at"])
            _tell(viewer, events.REVOKED, display, province)
    return display


def display_with(key: str) -> Display | None:
    """The display that holds this key and was not revoked."""
    if not key or len(key) > 100:
        return None
    return (
        Display.objects.select_related("province")
        .filter(digest=digest_of_token(key), revoked_at__isnull=True)
        .first()
    )


def _tell(viewer: Viewer, event: str, display: Display, province: Province) -> None:
    record(
        event,
        province=province,
        subject=f"display:{display.uid}",
        payload={"name": display.name, "prefix": display.prefix, "unit": display.unit_code},
        actor=viewer.user if isinstance(viewer.user, User) else None,
        unit_code=display.unit_code,
        unit_path=display.unit_path,
    )

"""Files handed in with a dossier: those one has stored oneself, never another's by its number."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from motcua.engine.files.api import JPEG, PDF, PNG, StoredFile
from motcua.engine.permissions.api import Viewer
from motcua.modules.dossiers.errors import DossierRefused

SCANS = frozenset({PDF, PNG, JPEG})  # what a paper handed in is scanned as


def require_own_files(viewer: Viewer, province_id: int, keys: Iterable[int | None]) -> None:
    """Whoever sees a dossier reads its files: naming another's file would open it. Raises DossierRefused
    dossiers.file.not-yours."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return
    own = StoredFile.objects.filter(pk__in=wanted, province_id=province_id, owner_id=viewer.user_id)
    if own.count() != len(wanted):
        raise DossierRefused(
            "file.not-yours",
            _("Chỉ gắn được tệp do chính bạn vừa tải lên ở tỉnh này; hãy tải tệp lên rồi gắn lại."),
        )

"""Work-list filters people keep under a name: one's own, and nobody else's."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.text import squeeze
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import SavedFilter

MOST = 30


def filters_of(viewer: Viewer, province: Province) -> list[SavedFilter]:
    """One's own saved filters, by name."""
    return list(SavedFilter.objects.filter(province=province, user_id=viewer.user_id).order_by("name"))


def save_filter(
    viewer: Viewer, province: Province, name: str, query: str, *, is_default: bool = False
) -> SavedFilter:
    """Keeps a filter; the same name is written over. Raises DossierRefused dossiers.filter.*."""
    clean = squeeze(name)[:100]
    if not clean:
        raise DossierRefused("filter.name", _("Hãy đặt tên cho bộ lọc."))
    with transaction.atomic():
        mine = SavedFilter.objects.select_for_update().filter(province=province, user_id=viewer.user_id)
        if not mine.filter(name=clean).exists() and mine.count() >= MOST:
            raise DossierRefused(
                "filter.many", _("Đã lưu {most} bộ lọc; hãy xóa bớt trước khi lưu thêm.").format(most=MOST)
            )
        if is_default:
            mine.update(is_default=False)
        kept, _made = SavedFilter.objects.update_or_create(
            province=province,
            user_id=viewer.user_id,
            name=clean,
            defaults={"query": query[:1000], "is_default": is_default},
        )
    return kept


def delete_filter(viewer: Viewer, province: Province, key: int) -> bool:
    """Removes one's own filter; False when there is none of this key."""
    mine = SavedFilter.objects.filter(province=province, user_id=viewer.user_id, pk=key)
    return mine.exists() and bool(mine.delete()[0])

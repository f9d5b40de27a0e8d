from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "motcua.engine.privacy"
    label = "privacy"

    def ready(self) -> None:
        from motcua.engine.privacy import events
        from motcua.engine.privacy.permissions import VIEW
        from motcua.engine.ui.api import Entry, add_entry

        events.declare_types()
        post_migrate.connect(_remember_keys, sender=self)
        add_entry(
            Entry(
                _("Ai đọc dữ liệu"),
                "privacy:readings",
                VIEW,
                _("Ai đã đọc dữ liệu cá nhân của ai, lúc nào, để làm gì; dữ liệu nào sắp hết hạn lưu."),
                order=92,
            )
        )


def _remember_keys(**_options: Any) -> None:
    from motcua.engine.privacy.keys import remember_keys

    remember_keys()

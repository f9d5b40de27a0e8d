from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "motcua.engine.outbox"
    label = "outbox"

    def ready(self) -> None:
        from motcua.engine.outbox import events
        from motcua.engine.outbox.models import PAYLOAD
        from motcua.engine.outbox.permissions import VIEW
        from motcua.engine.privacy.api import (
            declare_personal_fields,
            declare_purpose,
            declare_sealed_column,
        )
        from motcua.engine.ui.api import Entry, add_entry

        events.declare_types()
        declare_sealed_column("outbox.Message", "payload", PAYLOAD)
        declare_purpose("outbox.look", "Xem nội dung tin trong hộp thư đi")
        declare_personal_fields({"outbox.payload": "Nội dung tin gửi đi"})
        add_entry(
            Entry(
                _("Hộp thư đi"),
                "outbox:index",
                VIEW,
                _("Tin nhắn, thư và thông báo đi ra ngoài: đang chờ, đã gửi, bị lỗi; gửi lại."),
                order=93,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "motcua.engine.clients"
    label = "clients"

    def ready(self) -> None:
        from motcua.engine.clients import events
        from motcua.engine.clients.permissions import MANAGE
        from motcua.engine.clients.webhooks import NOTICE, WebhookSender
        from motcua.engine.notices.api import declare_notice
        from motcua.engine.outbox.api import register_sender
        from motcua.engine.ui.api import Entry, add_entry

        events.declare_types()
        register_sender("webhook", WebhookSender())
        declare_notice(
            NOTICE,
            "Webhook bị ngắt",
            "Webhook của kết nối {name} đã bị ngắt",
            "Bên nhận không nhận được sự kiện nào trong thời gian dài (lỗi {error}). "
            "Sự kiện vẫn được giữ. Khi bên nhận đã sửa, hãy bấm “Gửi tiếp” ở trang của kết nối.",
        )
        add_entry(
            Entry(
                _("Kết nối"),
                "clients:index",
                MANAGE,
                _("Phần mềm khác gọi vào hệ thống: mã truy cập, phạm vi, lần gọi, webhook."),
                order=94,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "motcua.engine.events"
    label = "events"

    def ready(self) -> None:
        from motcua.engine.events.permissions import VIEW
        from motcua.engine.ui.api import Entry, add_entry

        add_entry(
            Entry(
                _("Nhật ký"),
                "events:log",
                VIEW,
                _("Ai đã làm gì, lúc nào, ở đơn vị nào; sự kiện nào đã niêm phong."),
                order=91,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "motcua.engine.jobs"
    label = "jobs"

    def ready(self) -> None:
        from motcua.engine.jobs import events
        from motcua.engine.jobs.permissions import VIEW
        from motcua.engine.ui.api import Entry, add_entry

        events.declare_types()
        add_entry(
            Entry(
                _("Công việc nền"),
                "jobs:index",
                VIEW,
                _("Việc đang chờ, đang chạy, bị lỗi của hệ thống; nguyên nhân và nút chạy lại."),
                order=92,
            )
        )

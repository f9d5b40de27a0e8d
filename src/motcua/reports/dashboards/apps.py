from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "motcua.reports.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.dashboards.permissions import VIEW

        add_entry(
            Entry(
                _("Điều hành"),
                "dashboards:board",
                VIEW,
                _("Hôm nay có gì, đến hẹn gì, chậm ở đâu: theo đơn vị, cán bộ, bước xử lý."),
                order=8,
            )
        )

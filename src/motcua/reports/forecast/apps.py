from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForecastConfig(AppConfig):
    name = "motcua.reports.forecast"
    label = "forecast"

    def ready(self) -> None:
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.forecast import events, permissions  # noqa: F401

        add_entry(
            Entry(
                _("Dự báo tuần"),
                "forecast:index",
                permissions.VIEW,
                _(
                    "Hồ sơ có thể trễ hẹn trong tuần này, theo đơn vị và từng hồ sơ; các dự báo trước đúng đến đâu."
                ),
                order=37,
            )
        )

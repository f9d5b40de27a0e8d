from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisplaysConfig(AppConfig):
    name = "motcua.reports.displays"
    label = "displays"

    def ready(self) -> None:
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.displays import events, permissions  # noqa: F401
        from motcua.reports.displays.figures import define_figures

        define_figures()
        add_entry(
            Entry(
                _("Màn hình treo tường"),
                "displays:manage",
                permissions.MANAGE,
                _("Địa chỉ màn hình của bộ phận một cửa, phòng họp: cấp, thu hồi."),
                order=72,
            )
        )

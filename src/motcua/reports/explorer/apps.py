from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExplorerConfig(AppConfig):
    name = "motcua.reports.explorer"
    label = "explorer"

    def ready(self) -> None:
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.explorer.permissions import VIEW

        add_entry(
            Entry(
                _("Số liệu"),
                "explorer:index",
                VIEW,
                _("Từng chỉ tiêu: con số, công thức, diễn biến, xếp theo đơn vị, mở được đến từng hồ sơ."),
                order=35,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenFiguresConfig(AppConfig):
    name = "motcua.reports.openfigures"
    label = "openfigures"

    def ready(self) -> None:
        from motcua.engine.permissions.api import PUBLIC
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.openfigures import parameters  # noqa: F401

        add_entry(
            Entry(
                _("Số liệu mở"),
                "openfigures:index",
                PUBLIC,
                _("Kết quả giải quyết hồ sơ của tỉnh và từng đơn vị theo tháng, ai cũng xem và tải được."),
                order=55,
            )
        )

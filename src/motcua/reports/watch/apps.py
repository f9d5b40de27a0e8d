from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class WatchConfig(AppConfig):
    name = "motcua.reports.watch"
    label = "watch"

    def ready(self) -> None:
        from motcua.engine.notices.api import declare_notice
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.watch import events, permissions  # noqa: F401
        from motcua.reports.watch.evaluating import OPENED
        from motcua.reports.watch.figures import define_figures

        define_figures()
        declare_notice(
            OPENED,
            gettext_noop("Cảnh báo số liệu"),
            gettext_noop("Cảnh báo: {name}"),
            gettext_noop("Đơn vị {unit}: {name}. Mở để xem con số, các hồ sơ và ghi hướng xử lý."),
        )
        add_entry(
            Entry(
                _("Cảnh báo"),
                "watch:index",
                permissions.VIEW,
                _("Chỉ tiêu vượt ngưỡng, tỷ lệ quá hạn tăng đột ngột, bước ùn lại; ai đã nhận xử lý."),
                order=38,
            )
        )

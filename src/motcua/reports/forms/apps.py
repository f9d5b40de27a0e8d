from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    name = "motcua.reports.forms"
    label = "forms"

    def ready(self) -> None:
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.organisations.api import register_follower
        from motcua.reports.forms import events, figures
        from motcua.reports.forms.following import OpenForms
        from motcua.reports.forms.permissions import VIEW

        events.declare_all()
        figures.define_row_figures()
        register_follower(OpenForms())
        add_entry(
            Entry(
                _("Biểu mẫu báo cáo"),
                "forms:index",
                VIEW,
                _("Bảy biểu thống kê cải cách hành chính: số liệu, định nghĩa, nguồn và chỗ chưa khớp."),
                order=40,
            )
        )

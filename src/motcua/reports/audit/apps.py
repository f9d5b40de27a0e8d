from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "motcua.reports.audit"
    label = "audit"

    def ready(self) -> None:
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.audit import events  # noqa: F401
        from motcua.reports.audit.permissions import USE

        add_entry(
            Entry(
                label=_("Kiểm tra báo cáo"),
                route="audit:list",
                rule=USE,
                description=_("Đưa báo cáo vào, xem con số nào không khớp, ở dòng nào, vì sao"),
                group="reports",
                order=20,
            )
        )

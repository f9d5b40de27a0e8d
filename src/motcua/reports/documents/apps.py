from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "motcua.reports.documents"
    label = "narrative"

    def ready(self) -> None:
        from motcua.engine.documents.api import register_templates
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.documents import events, permissions  # noqa: F401

        register_templates("reports", Path(__file__).parent / "typst")
        add_entry(
            Entry(
                _("Báo cáo"),
                "narrative:index",
                permissions.VIEW,
                _("Lời văn báo cáo cải cách hành chính gắn với số liệu; chốt bản, tải về, so sánh các bản."),
                order=42,
            )
        )

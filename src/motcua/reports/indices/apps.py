from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicesConfig(AppConfig):
    name = "motcua.reports.indices"
    label = "indices"

    def ready(self) -> None:
        from motcua.engine.figures.api import REGISTRY
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reports.indices import events, permissions  # noqa: F401
        from motcua.reports.indices.counted import CountedMeasures
        from motcua.reports.indices.desk import provide_measures
        from motcua.reports.indices.figures import define_portal_figures

        define_portal_figures(REGISTRY)
        provide_measures(CountedMeasures)
        add_entry(
            Entry(
                _("Chỉ số phục vụ"),
                "indices:overview",
                permissions.VIEW,
                _("Điểm và hạng của từng đơn vị, vì sao mất điểm, sửa gì thì lấy lại được."),
                order=45,
            )
        )
        add_entry(
            Entry(
                _("Bộ chỉ số và cách hiểu"),
                "indices:sets",
                permissions.MANAGE,
                _("Nhập bộ chỉ số của tỉnh, chọn cách hiểu khi quy định chưa rõ."),
                order=65,
            )
        )

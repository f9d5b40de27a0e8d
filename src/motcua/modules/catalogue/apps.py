"""Administrative procedures, their versions and internal processes."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CatalogueConfig(AppConfig):
    name = "motcua.modules.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from motcua.engine.documents.api import register_templates
        from motcua.engine.permissions.api import PUBLIC
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.modules.catalogue import events  # noqa: F401
        from motcua.modules.catalogue.caching import forget
        from motcua.modules.catalogue.facts import define_facts
        from motcua.modules.catalogue.figures import define_figures
        from motcua.modules.catalogue.models import Override
        from motcua.modules.catalogue.processes import events as process_events  # noqa: F401
        from motcua.reference.organisations.api import RowFollower, register_follower

        define_facts()
        define_figures()
        register_templates("catalogue", Path(__file__).parent / "typst")
        register_follower(
            RowFollower(
                "catalogue:overrides",
                "Phần khác biệt của đơn vị trong thủ tục",
                lambda: Override,
                changed=lambda _keys: forget(),
            )
        )
        add_entry(
            Entry(
                label=pgettext_lazy("menu", "Thủ tục"),
                route="catalogue:list",
                rule=PUBLIC,
                description=_("Thủ tục hành chính: giấy tờ, thời hạn, phí, nơi nộp; lịch sử các lần công bố"),
                order=10,
            )
        )

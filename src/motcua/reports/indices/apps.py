from django.apps import AppConfig


class IndicesConfig(AppConfig):
    name = "motcua.reports.indices"
    label = "indices"

    def ready(self) -> None:
        from motcua.engine.figures.api import REGISTRY
        from motcua.reports.indices import events, permissions  # noqa: F401
        from motcua.reports.indices.figures import define_portal_figures

        define_portal_figures(REGISTRY)

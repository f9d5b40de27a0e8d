from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "motcua.engine.facts"
    label = "facts"

    def ready(self) -> None:
        from motcua.engine.facts import events  # noqa: F401

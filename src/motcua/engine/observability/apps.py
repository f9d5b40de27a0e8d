from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "motcua.engine.observability"
    label = "observability"

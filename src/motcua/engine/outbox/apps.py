from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "motcua.engine.outbox"
    label = "outbox"

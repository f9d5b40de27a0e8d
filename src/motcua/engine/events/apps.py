from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "motcua.engine.events"
    label = "events"

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "motcua.engine.notices"
    label = "notices"

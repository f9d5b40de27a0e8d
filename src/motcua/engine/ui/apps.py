from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "motcua.engine.ui"
    label = "ui"

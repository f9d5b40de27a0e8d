from django.apps import AppConfig


class ProvincesConfig(AppConfig):
    name = "motcua.engine.provinces"
    label = "provinces"

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.modules.dossiers"
    label = "dossiers"

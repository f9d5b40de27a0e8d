from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "motcua.modules.catalogue"
    label = "catalogue"

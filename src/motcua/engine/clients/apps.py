from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "motcua.engine.clients"
    label = "clients"

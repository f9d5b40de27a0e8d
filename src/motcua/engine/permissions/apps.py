from django.apps import AppConfig


class PermissionsConfig(AppConfig):
    name = "motcua.engine.permissions"
    label = "permissions"

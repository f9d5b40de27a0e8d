from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "motcua.engine.registers"
    label = "registers"

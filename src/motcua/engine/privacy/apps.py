from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "motcua.engine.privacy"
    label = "privacy"

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "motcua.engine.accounts"
    label = "accounts"

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "motcua.engine.accounts"
    label = "accounts"

    def ready(self) -> None:
        from motcua.engine.accounts import events

        events.declare_types()
        events.connect()

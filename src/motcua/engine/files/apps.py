from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "motcua.engine.files"
    label = "files"

    def ready(self) -> None:
        from motcua.engine.files import events

        events.declare_types()

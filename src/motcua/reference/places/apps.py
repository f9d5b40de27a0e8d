from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "motcua.reference.places"
    label = "places"

    def ready(self) -> None:
        from motcua.reference.places import events  # noqa: F401

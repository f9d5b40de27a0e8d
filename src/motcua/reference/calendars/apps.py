from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "motcua.reference.calendars"
    label = "calendars"

    def ready(self) -> None:
        from motcua.reference.calendars import events, permissions  # noqa: F401
        from motcua.reference.calendars.moving import CalendarsOfUnits
        from motcua.reference.organisations.api import register_follower

        register_follower(CalendarsOfUnits())

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "motcua.reference.calendars"
    label = "calendars"

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    name = "motcua.reference.calendars"
    label = "calendars"

    def ready(self) -> None:
        from motcua.engine.permissions.api import PUBLIC
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.calendars import events, permissions  # noqa: F401
        from motcua.reference.calendars.moving import CalendarsOfUnits
        from motcua.reference.organisations.api import register_follower

        register_follower(CalendarsOfUnits())
        add_entry(
            Entry(
                label=_("Lịch làm việc"),
                route="calendars:year",
                rule=PUBLIC,
                description=_("Ngày làm việc, ngày nghỉ của cả năm; tính hạn giải quyết hồ sơ"),
                order=30,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "motcua.reference.people"
    label = "people"

    def ready(self) -> None:
        from motcua.engine.accounts.demo import provide_demo_accounts
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.reference.people import events  # noqa: F401
        from motcua.reference.people.cast import demo_accounts
        from motcua.reference.people.permissions import VIEW

        provide_demo_accounts(demo_accounts)
        add_entry(
            Entry(
                label=_("Nhân sự"),
                route="people:list",
                rule=VIEW,
                description=_("Cán bộ, vị trí theo thời gian, tài khoản và quyền"),
                order=70,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "motcua.engine.registers"
    label = "registers"

    def ready(self) -> None:
        from motcua.engine.registers import events
        from motcua.engine.registers.permissions import VIEW
        from motcua.engine.ui.api import Entry, add_entry

        events.declare_types()
        add_entry(
            Entry(
                _("Sổ đăng ký"),
                "registers:list",
                VIEW,
                _("Số đã cấp liền mạch theo sổ, đơn vị và kỳ; số đã hủy và lý do."),
                order=84,
            )
        )

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class PaymentsConfig(AppConfig):
    name = "motcua.modules.payments"
    label = "payments"

    def ready(self) -> None:
        from motcua.engine.registers.api import declare_register
        from motcua.modules.payments import events, permissions  # noqa: F401
        from motcua.modules.payments.figures import define_figures
        from motcua.modules.payments.following import follow_units
        from motcua.modules.payments.operations.receipts import register_of

        follow_units()
        define_figures()
        for kind, label in _REGISTERS.items():
            declare_register(register_of(kind), label)


_REGISTERS = {
    "charge": gettext_noop("Biên lai thu phí"),
    "fee": gettext_noop("Biên lai thu lệ phí"),
    "tax": gettext_noop("Biên lai thu thuế"),
    "land": gettext_noop("Biên lai thu nghĩa vụ tài chính về đất đai"),
}

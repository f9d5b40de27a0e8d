from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_noop


class PaymentsConfig(AppConfig):
    name = "motcua.modules.payments"
    label = "payments"

    def ready(self) -> None:
        from motcua.engine.clients.api import register_router
        from motcua.engine.registers.api import declare_register
        from motcua.modules.payments import erasing, events, permissions  # noqa: F401
        from motcua.modules.payments.figures import define_figures
        from motcua.modules.payments.following import follow_units
        from motcua.modules.payments.operations.receipts import register_of
        from motcua.modules.payments.samples import some_dossier, some_order

        erasing.declare()
        follow_units()
        define_figures()
        register_router(
            "payments",
            _router,
            tag="Thanh toán",
            samples=dict.fromkeys(_OF_A_DOSSIER, some_dossier) | dict.fromkeys(_OF_AN_ORDER, some_order),
        )
        for kind, label in _REGISTERS.items():
            declare_register(register_of(kind), label)


# API operations on one dossier, and on one order, by function name.
_OF_A_DOSSIER = ("read_duty", "charge_fees", "charge_notice")
_OF_AN_ORDER = ("read_order", "send_order", "fail_order", "cancel_order")


def _router() -> Any:
    from motcua.modules.payments.rest import router

    return router


_REGISTERS = {
    "charge": gettext_noop("Biên lai thu phí"),
    "fee": gettext_noop("Biên lai thu lệ phí"),
    "tax": gettext_noop("Biên lai thu thuế"),
    "land": gettext_noop("Biên lai thu nghĩa vụ tài chính về đất đai"),
}

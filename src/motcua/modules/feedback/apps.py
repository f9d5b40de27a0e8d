from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class FeedbackConfig(AppConfig):
    name = "motcua.modules.feedback"
    label = "feedback"

    def ready(self) -> None:
        from motcua.engine.clients.api import register_router
        from motcua.engine.privacy.api import declare_personal_fields, declare_purpose, declare_subjects
        from motcua.engine.registers.api import declare_register
        from motcua.engine.ui.api import Entry, add_entry
        from motcua.modules.feedback import erasing, events, permissions, rules  # noqa: F401
        from motcua.modules.feedback.facts import define_facts
        from motcua.modules.feedback.figures import define_figures
        from motcua.modules.feedback.following import follow_calendars, follow_units
        from motcua.modules.feedback.keeping import described, link_of
        from motcua.modules.feedback.operations.intake import REGISTER
        from motcua.modules.feedback.queries import PURPOSE
        from motcua.modules.feedback.warning import declare_warnings

        erasing.declare()
        declare_warnings()
        define_facts()
        define_figures()
        follow_units()
        follow_calendars()
        register_router(
            "feedback", _router, tag="Phản ánh, kiến nghị", samples=dict.fromkeys(_OF_ONE, _some_ticket)
        )
        declare_register(REGISTER, gettext_noop("Phản ánh, kiến nghị"), link=link_of)
        add_entry(Entry(_("Phản ánh, kiến nghị"), "feedback:tickets", permissions.VIEW, _HANDLING, order=8))
        declare_subjects("ticket", described)
        declare_purpose(PURPOSE, gettext_noop("Xử lý phản ánh, kiến nghị"))
        declare_personal_fields(_FIELDS)


_FIELDS = {
    "feedback.sender_name": gettext_noop("Họ tên người gửi phản ánh, kiến nghị"),
    "feedback.sender_phone": gettext_noop("Điện thoại người gửi phản ánh, kiến nghị"),
    "feedback.sender_email": gettext_noop("Thư điện tử người gửi phản ánh, kiến nghị"),
    "feedback.sender_address": gettext_noop("Địa chỉ người gửi phản ánh, kiến nghị"),
}

# API operations on one petition, by function name.
_OF_ONE = ("read_petition", "petition_history", "withdraw_petition", "petition_reactions")


def _router() -> Any:
    from motcua.modules.feedback.rest import router

    return router


def _some_ticket(viewer: Any) -> dict[str, Any]:
    """The petition that the test walking every address asks for."""
    from motcua.modules.feedback.queries import some_ticket

    return {"uid": some_ticket(viewer)}


_HANDLING = _("Tiếp nhận, phân loại, trả lời phản ánh, kiến nghị theo hạn")

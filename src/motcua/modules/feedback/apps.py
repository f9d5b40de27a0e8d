from django.apps import AppConfig
from django.utils.translation import gettext_noop


class FeedbackConfig(AppConfig):
    name = "motcua.modules.feedback"
    label = "feedback"

    def ready(self) -> None:
        from motcua.engine.privacy.api import declare_personal_fields, declare_purpose, declare_subjects
        from motcua.engine.registers.api import declare_register
        from motcua.modules.feedback import events, permissions, rules  # noqa: F401
        from motcua.modules.feedback.facts import define_facts
        from motcua.modules.feedback.figures import define_figures
        from motcua.modules.feedback.following import follow_calendars, follow_units
        from motcua.modules.feedback.keeping import described
        from motcua.modules.feedback.operations.intake import REGISTER
        from motcua.modules.feedback.queries import PURPOSE

        define_facts()
        define_figures()
        follow_units()
        follow_calendars()
        declare_register(REGISTER, gettext_noop("Phản ánh, kiến nghị"))
        declare_subjects("ticket", described)
        declare_purpose(PURPOSE, gettext_noop("Xử lý phản ánh, kiến nghị"))
        declare_personal_fields(_FIELDS)


_FIELDS = {
    "feedback.sender_name": gettext_noop("Họ tên người gửi phản ánh, kiến nghị"),
    "feedback.sender_phone": gettext_noop("Điện thoại người gửi phản ánh, kiến nghị"),
    "feedback.sender_email": gettext_noop("Thư điện tử người gửi phản ánh, kiến nghị"),
    "feedback.sender_address": gettext_noop("Địa chỉ người gửi phản ánh, kiến nghị"),
}

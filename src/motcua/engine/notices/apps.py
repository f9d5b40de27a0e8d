from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "motcua.engine.notices"
    label = "notices"

    def ready(self) -> None:
        from motcua.engine.notices import events, permissions  # noqa: F401
        from motcua.engine.notices.gateways import AppSender, MailSender, SmsSender
        from motcua.engine.notices.inbox import unread_count
        from motcua.engine.outbox.api import register_sender
        from motcua.engine.ui.api import provide_bell

        events.declare_types()
        register_sender("app", AppSender())
        register_sender("email", MailSender())
        register_sender("sms", SmsSender())
        provide_bell("notices:inbox", unread_count)

"""The door of notices: declare a kind, tell a person, count what they have not read."""

from motcua.engine.notices.data import APP, CHANNELS, EMAIL, SMS, Recipient, Text
from motcua.engine.notices.errors import NoticesError
from motcua.engine.notices.inbox import unread_count
from motcua.engine.notices.models import Notice
from motcua.engine.notices.quiet import quiet_hours, quiet_until, set_quiet_hours
from motcua.engine.notices.sending import notify_user, send
from motcua.engine.notices.sms import fold, phone_number, segments
from motcua.engine.notices.templates import NoticeKind, declare_notice, declared_notices, fill

__all__ = [
    "APP",
    "CHANNELS",
    "EMAIL",
    "SMS",
    "Notice",
    "NoticeKind",
    "NoticesError",
    "Recipient",
    "Text",
    "declare_notice",
    "declared_notices",
    "fill",
    "fold",
    "notify_user",
    "phone_number",
    "quiet_hours",
    "quiet_until",
    "segments",
    "send",
    "set_quiet_hours",
    "unread_count",
]

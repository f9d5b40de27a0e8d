"""Plain types of notices."""

from __future__ import annotations

from dataclasses import dataclass

APP = "app"
EMAIL = "email"
SMS = "sms"
CHANNELS = (APP, EMAIL, SMS)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told, and where: an account (the inbox under /thong-bao/), a phone, an address of e-mail.

    `person` names whose data the addresses are ("applicant:0190..."), for the log of readings.
    """

    user_id: int | None = None
    phone: str = ""
    email: str = ""
    name: str = ""
    person: str = ""

    def address(self, channel: str) -> str:
        """Where this channel reaches the recipient; "" when it does not."""
        if channel == APP:
            return str(self.user_id) if self.user_id else ""
        return {EMAIL: self.email, SMS: self.phone}[channel].strip()


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in words: a subject line, a body of lines, and a short text for SMS ("" when it is not sent so)."""

    subject: str
    body: str
    sms: str

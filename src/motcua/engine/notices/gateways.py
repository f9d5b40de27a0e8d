"""The channels: e-mail over SMTP, SMS over an HTTP gateway, the inbox of this installation.

In demonstration mode e-mail and SMS are marked sent and nothing leaves.
"""

from __future__ import annotations

import os
import smtplib
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from motcua.engine.accounts.models import User
from motcua.engine.notices.data import APP, EMAIL, SMS
from motcua.engine.notices.models import Notice, seal_words
from motcua.engine.notices.quiet import quiet_until
from motcua.engine.notices.sms import fold, phone_number
from motcua.engine.outbox.api import Outgoing, Permanent, Postponed, Sender, Sent, Temporary
from motcua.kernel.clock import now
from motcua.kernel.text import squeeze

TIMEOUT = 20.0  # seconds of one call
_LATER = frozenset({408, 409, 425, 429})


def configured(channel: str) -> bool:
    """Whether this installation can send by the channel; in demonstration mode every one."""
    if channel == APP or settings.DEMO:
        return True
    return bool(os.environ.get({EMAIL: "MOTCUA_SMTP_URL", SMS: "MOTCUA_SMS_URL"}[channel], "").strip())


class AppSender(Sender):
    """Puts the notice into the inbox of the account."""

    first_wait = 1.0

    def send(self, outgoing: Outgoing) -> Sent:
        payload = outgoing.payload
        user_id = int(payload["to"])
        if not User.objects.filter(pk=user_id).exists():
            raise Permanent("app.account.unknown")
        notice, _made = Notice.objects.get_or_create(
            message_uid=outgoing.uid,
            defaults={
                "province_id": outgoing.province_id,
                "user_id": user_id,
                "code": outgoing.kind,
                "subject": outgoing.subject,
                "content": seal_words(payload["subject"], payload["text"]),
                "link": payload.get("link", ""),
                "created_at": outgoing.created_at,
            },
        )
        return Sent(str(notice.uid))


class MailSender(Sender):
    """E-mail over MOTCUA_SMTP_URL: smtp://user:password@host:587 (STARTTLS), smtps://...:465, ?tls=0 for neither."""

    parallel = 2

    def ready(self, province_id: int, lane: str) -> bool:
        return configured(EMAIL)

    def send(self, outgoing: Outgoing) -> Sent:
        if settings.DEMO:
            return Sent("demo", demo=True)
        payload = outgoing.payload
        reference = f"<{outgoing.uid}@{_domain()}>"
        message = EmailMessage(
            subject=squeeze(payload["subject"]),
            body=payload["text"],
            from_email=_mail_from(),
            to=[payload["to"]],
            headers={"Message-ID": reference, "Auto-Submitted": "auto-generated"},
            connection=mail_connection(os.environ.get("MOTCUA_SMTP_URL", "")),
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(error) from None
        except smtplib.SMTPResponseException as error:
            if 500 <= error.smtp_code < 600 and not isinstance(error, smtplib.SMTPAuthenticationError):
                raise Permanent(f"smtp.{error.smtp_code}") from None
            raise Temporary(f"smtp.{error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(f"smtp.{type(error).__name__}") from None
        except ValueError:
            raise Permanent("smtp.message.malformed") from None
        return Sent(reference)


def _refused(error: smtplib.SMTPRecipientsRefused) -> Exception:
    codes = {code for code, _words in error.recipients.values()}
    worst = max(codes, default=550)
    return Permanent(f"smtp.{worst}") if worst >= 500 else Temporary(f"smtp.{worst}", blames_lane=False)


def mail_connection(url: str) -> BaseEmailBackend:
    """Django's SMTP backend for an address such as smtp://user:password@mail.example:587."""
    parts = urlsplit(url)
    wants_tls = parse_qs(parts.query).get("tls", ["1"])[0] != "0"
    safe = parts.scheme == "smtps"
    connection: BaseEmailBackend = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname or "localhost",
        port=parts.port or (465 if safe else 587),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=safe,
        use_tls=wants_tls and not safe,
        timeout=TIMEOUT,
    )
    return connection


def _mail_from() -> str:
    return os.environ.get("MOTCUA_MAIL_FROM", "").strip() or f"motcua@{_domain()}"


def _domain() -> str:
    hosts = [host for host in settings.ALLOWED_HOSTS if "." in host and not host[0].isdigit()]
    return hosts[0].lstrip(".") if hosts else "motcua.invalid"


class SmsSender(Sender):
    """SMS over an HTTP gateway: POST to MOTCUA_SMS_URL {"id", "to", "text", "from", "segments"} with the bearer token
    MOTCUA_SMS_TOKEN and the uid as Idempotency-Key. MOTCUA_SMS_DIACRITICS=1 keeps Vietnamese letters."""

    parallel = 2

    def ready(self, province_id: int, lane: str) -> bool:
        return configured(SMS)

    def send(self, outgoing: Outgoing) -> Sent:
        payload = outgoing.payload
        number = phone_number(payload["to"])
        if not number:
            raise Permanent("sms.number.invalid")
        if settings.DEMO:
            return Sent("demo", demo=True)
        until = None if payload.get("urgent") else quiet_until(outgoing.province_id, now())
        if until is not None:
            raise Postponed(until, "sms.quiet-hours")
        body = {
            "id": str(outgoing.uid),
            "to": number,
            "text": payload["text"],
            "from": os.environ.get("MOTCUA_SMS_FROM", ""),
            "segments": payload.get("segments", 1),
        }
        return Sent(post_json(os.environ.get("MOTCUA_SMS_URL", ""), body, str(outgoing.uid)))


def post_json(url: str, body: dict[str, object], key: str) -> str:
    """POSTs to the gateway; returns its number for the message. Raises Temporary, Permanent."""
    token = os.environ.get("MOTCUA_SMS_TOKEN", "")
    headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        answer = httpx.post(url, json=body, headers=headers, timeout=TIMEOUT, follow_redirects=False)
    except httpx.HTTPError as error:
        raise Temporary(f"http.{type(error).__name__}") from None
    status = answer.status_code
    if 200 <= status < 300:
        return _reference(answer)
    if status >= 500 or status in _LATER or status in (401, 403):
        raise Temporary(f"http.{status}", after=_retry_after(answer))
    raise Permanent(f"http.{status}")


def _reference(answer: httpx.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        return ""
    return str(found.get("id", ""))[:120] if isinstance(found, dict) else ""


def _retry_after(answer: httpx.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isdecimal() and len(text) < 8 else None


def keeps_diacritics() -> bool:
    return os.environ.get("MOTCUA_SMS_DIACRITICS", "").strip() == "1"


def sms_payload(text: str) -> dict[str, object]:
    """The text as it is sent, with the segments it is charged for."""
    folded = fold(text, diacritics=keeps_diacritics())
    return {"text": folded.text, "segments": folded.count}

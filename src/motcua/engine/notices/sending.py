"""Telling a person: one outbox message for each channel that reaches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from motcua.engine.notices.data import APP, CHANNELS, SMS, Recipient, Text
from motcua.engine.notices.gateways import configured, sms_payload
from motcua.engine.notices.templates import fill, kind_of
from motcua.engine.outbox.api import Message, put
from motcua.engine.provinces.models import Province


def send(
    code: str,
    *,
    province: Province | int,
    recipient: Recipient,
    context: Mapping[str, object],
    subject: str,
    key: str,
    channels: Sequence[str] | None = None,
    link: str = "",
) -> tuple[Message, ...]:
    """Puts the notice into the outbox within the caller's transaction, once for each channel.

    code: a declared kind; context fills its gaps. subject: what it is about ("dossier:0190..."), also the order of
    its messages. key: what makes it one, such as the uid of the event that causes it: repeated, nothing is added.
    channels: some of "app", "email", "sms"; None: all that reach the recipient and that this installation has.
    link: an address of ours that the inbox opens. Raises LookupError for an unknown kind or an open gap.
    """
    text = fill(code, context)
    urgent = kind_of(code).urgent
    wanted = CHANNELS if channels is None else channels
    messages = []
    for channel in CHANNELS:
        address = recipient.address(channel) if channel in wanted else ""
        if not address or not configured(channel) or (channel == SMS and not text.sms):
            continue
        payload = _payload(channel, address, text, urgent, link)
        messages.append(
            put(
                channel,
                code,
                payload,
                province=province,
                key=f"{code}:{key}:{address}" if channel == APP else f"{code}:{key}",
                subject=subject,
                person=recipient.person,
            )
        )
    return tuple(messages)


def notify_user(
    user_id: int,
    code: str,
    *,
    province: Province | int,
    context: Mapping[str, object],
    subject: str,
    key: str,
    link: str = "",
) -> tuple[Message, ...]:
    """Tells an account in its inbox only: warnings of deadlines, escalations. Several accounts may share a key."""
    return send(
        code,
        province=province,
        recipient=Recipient(user_id=user_id),
        context=context,
        subject=subject,
        key=key,
        channels=(APP,),
        link=link,
    )


def _payload(channel: str, address: str, text: Text, urgent: bool, link: str) -> dict[str, Any]:
    if channel == SMS:
        return {"to": address, "urgent": urgent} | sms_payload(text.sms)
    common = {"to": address, "subject": text.subject, "text": text.body}
    return common | ({"link": link} if channel == APP and link else {})
